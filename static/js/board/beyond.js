/* What happens beyond the page is counted; what belongs on it by that, or no more, is fetched. */
import { cards } from "./idle.js";
import { currentFind, currentSort } from "./order.js";
import { isBeyond, isGuest, isTooMuch, more } from "./page.js";
import { lookAgain, refreshSoon } from "./refresh.js";

const rank = () => Number(more().querySelector("[data-rank]").dataset.rank);
const lookLater = () => refreshSoon(1_000, 5_000, { isWhole: true });

function count(by) {
  const figure = document.getElementById("more-left");
  if (!figure || currentFind()) return lookLater(); // which of them match is the server's to say
  figure.textContent = Math.max(0, Number(figure.textContent) + by);
  if (figure.textContent === "0") lookLater();
}

/** Whether a card that has come belongs beyond the page. */
export function isCountedBeyond(card) {
  const isThere = isBeyond(card) || isTooMuch(card);
  if (isThere) count(1);
  return isThere;
}

/** Something was broadcast of a question that is not here. */
export function followBeyond(fragment, { style }) {
  if (!more()) return;
  if (style === "delete") count(-1);
  const line = fragment.querySelector(".question__status");
  if (line && Number(line.dataset.rank) <= rank()) lookAgain();
}

export function checkPage(votes = {}) {
  if (!more()) return;
  /* What was asked, and what answers a prompt. */
  const isByVotes = /[34]/.test(rank()) && currentSort() !== "recent";
  const hasRisen = isByVotes && Object.entries(votes).some(belongsHere);
  if (hasRisen || cards().some((card) => isBeyond(card) && !isGuest(card))) lookLater();
}

function belongsHere([question, votes]) {
  const edge = more().dataset;
  const isAhead = votes > Number(edge.votes) || (votes === Number(edge.votes) && Number(question) < Number(edge.id));
  return isAhead && !document.getElementById(`question-${question}`);
}
