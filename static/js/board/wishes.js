/* What this reader wants of each question: kept until the server has it, and until a board is here that knows it. */
import { load, save } from "../lib/storage.js";

const KEPT = `votes:${document.body.dataset.talk}`;
const wishes = new Map(Object.entries(load(KEPT) ?? {}).map(([question, wanted]) => [question, { wanted }]));

/** The wishes that the server has not acknowledged, as [question, wanted]. */
export const pending = () => [...wishes].filter(([, { at }]) => !at).map(([question, { wanted }]) => [question, wanted]);
export const isWished = (question, wanted) => wishes.get(String(question))?.wanted === wanted;

function keep() {
  const left = pending();
  save(KEPT, left.length ? Object.fromEntries(left) : null);
}

export function wish(question, wanted) {
  wishes.set(String(question), { wanted });
  keep();
}

/** The server has it; a board that was asked for before now may not know. */
export function granted(question, wanted, votes) {
  if (isWished(question, wanted)) wishes.set(String(question), { wanted, votes, at: performance.now() });
  keep();
}

export function dropWish(question, wanted) {
  if (isWished(question, wanted)) wishes.delete(String(question));
  keep();
}

/** What is wished, but for what the server knew when a page was asked for. */
export function wished(askedAt) {
  for (const [question, { at }] of wishes) if (at < askedAt) wishes.delete(question);
  return wishes;
}

/** Have a board say what is wished, unless it was asked for once the server knew. */
export function applyWishes(board, askedAt) {
  for (const [question, { wanted, votes }] of wished(askedAt)) press(board.querySelector(`#question-${question}`), wanted, votes);
}

/** A card that was broadcast is a stranger's. */
export function applyWish(card) {
  const wish = wishes.get(card.dataset.id);
  if (wish) press(card, wish.wanted, wish.votes);
}

function press(card, wanted, votes) {
  const form = card?.querySelector(".vote");
  if (!form) return;
  const button = form.querySelector(".vote__button");
  const isMissing = button.getAttribute("aria-pressed") !== String(wanted);
  const count = isMissing ? (votes ?? Number(card.dataset.votes) + (wanted ? 1 : -1)) : card.dataset.votes;
  button.setAttribute("aria-pressed", wanted);
  form.elements.wanted.value = wanted ? 0 : 1;
  card.dataset.votes = form.querySelector(".vote__count").textContent = count;
}

applyWishes(document, 0);
