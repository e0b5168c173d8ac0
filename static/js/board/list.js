/* The calm list: what is new is held back until the reader is idle at the top, unless it comes last. */
import { announceArrival } from "../lib/announcer.js";
import { moveGently } from "./animation.js";
import { cards as shownCards, cardsIn, list, settled } from "./idle.js";
import { compare } from "./order.js";
import { isGuest, isNews, noteKnown } from "./page.js";
import { leaveRoom, putAt, roomsKept } from "./places.js";

export const isHeld = (card) => "held" in card.dataset;

/** Prepare a fresh list for the morph: known cards stay where they are, new ones wait. */
export function holdBack(fresh) {
  const known = new Set(cardsIn(fresh).map(({ id }) => id));
  shownCards().filter((card) => !known.has(card.id)).forEach(leaveRoom);
  const places = new Map([...list().children].map((card, place) => [card.id, place]));
  const cards = cardsIn(fresh);
  for (const card of cards) {
    const here = document.getElementById(card.id);
    if (!here && !("own" in card.dataset) && isNews(card)) announceArrival();
    if (!here || isHeld(here)) card.dataset.held = here?.dataset.held ?? (isNews(card) ? "" : "risen");
  }
  cards.push(...roomsKept().map((room) => room.cloneNode()));
  cards.sort((one, other) => (places.get(one.id) ?? Infinity) - (places.get(other.id) ?? Infinity) || 0);
  fresh.replaceChildren(...cards);
  noteKnown();
}

/** Show everything in its place now. */
export function settle(order) {
  const cards = shownCards();
  const fresh = cards.filter(isHeld);
  settled();
  moveGently(() => {
    roomsKept().forEach((room) => room.remove());
    fresh.forEach((card) => delete card.dataset.held);
    [...cards].sort(order).forEach(putAt);
  }, fresh);
}

/** What comes after all that is shown moves nothing. */
export function showLast() {
  const last = shownCards().filter((card) => !isHeld(card) && !isGuest(card)).pop();
  if (!last) return;
  const later = shownCards().filter((card) => isHeld(card) && compare(last, card) < 0);
  for (const card of later.sort(compare)) {
    list().insertBefore(card, shownCards().find((here) => !isHeld(here) && isGuest(here)) ?? null);
    delete card.dataset.held;
  }
}
