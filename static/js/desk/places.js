/* Every card keeps its place: what is new, or stands in another order, waits until it is asked for. */
import { isGone, roomOf } from "./gone.js";

const MOST = 20;
const list = () => document.getElementById("desk-cards");
const upper = () => document.querySelector(".desk__bar").getBoundingClientRect().bottom;
const lower = () => document.querySelector(".dock").getBoundingClientRect().top;

export const cards = () => [...list().children];
export const isSeen = (element) => {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > upper() && top < lower();
};

/** Only what goes from below moves nothing: the page cannot always be scrolled by as much as goes from above. */
const isBelow = (card) => card.getBoundingClientRect().top >= lower();

/** What stands below the list would be pushed by a new card, unless nobody sees it. */
function hasRoom() {
  const end = document.querySelector(".desk__end");
  return !end.children.length || !isSeen(end);
}

function keptAt(card, fresh) {
  const kept = fresh.get(card.dataset.id);
  fresh.delete(card.dataset.id);
  if (kept) return withoutNews(card, kept);
  return isBelow(card) ? null : roomOf(card);
}

/** A card that is there does not grow: a hint that is new to it comes later. */
function withoutNews(card, kept) {
  if (!card.querySelector(".hints") && !isGone(card)) kept.querySelector(".hints")?.remove();
  return kept;
}

/** Lay a fresh list out as it is now; return how many are left out, whether others have moved, and the gaps. */
export function keepPlaces(desk) {
  const fresh = desk.querySelector("#desk-cards");
  const wanted = [...fresh.children];
  const byId = new Map(wanted.map((card) => [card.dataset.id, card]));
  const kept = cards().map((card) => keptAt(card, byId)).filter(Boolean);
  const shown = kept.filter((card) => !isGone(card));
  const more = hasRoom() ? Math.max(0, MOST - shown.length) : 0;
  const fits = [...byId.values()].slice(0, more);
  const now = [...shown, ...fits];
  const sorted = wanted.filter((card) => now.includes(card));
  fresh.replaceChildren(...kept, ...fits);
  return {
    isDone: !now.length,
    news: byId.size - fits.length,
    isMoved: now.some((card, at) => card !== sorted[at]),
    gaps: kept.length - shown.length,
  };
}
