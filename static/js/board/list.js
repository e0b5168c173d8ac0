/* The calm list: what is new is held back until the reader is idle at the top. */
import { announceArrival } from "../lib/announcer.js";
import { moveGently } from "./animation.js";
import { list } from "./idle.js";
import { compare } from "./order.js";

export const isHeld = (card) => "held" in card.dataset;

/** Prepare a fresh list for the morph: known cards stay where they are, new ones wait. */
export function holdBack(fresh) {
  const places = new Map([...list().children].map((card, place) => [card.id, place]));
  const cards = [...fresh.children];
  for (const card of cards) {
    const here = document.getElementById(card.id);
    if (!here && !("own" in card.dataset)) announceArrival();
    if (!here || isHeld(here)) card.dataset.held = "";
  }
  cards.sort((one, other) => (places.get(one.id) ?? Infinity) - (places.get(other.id) ?? Infinity) || 0);
  fresh.replaceChildren(...cards);
}

/** A card that was broadcast: hold it; one that is here already only has its words renewed. */
export function receive(card) {
  const here = document.getElementById(card.id);
  if (!here) {
    card.dataset.held = "";
    announceArrival();
    return;
  }
  here.querySelector(".question__body").replaceWith(card.querySelector(".question__body"));
  card.remove();
}

/** Show everything in its place now. */
export function settle() {
  const cards = [...list().children];
  const fresh = cards.filter(isHeld);
  moveGently(() => {
    fresh.forEach((card) => delete card.dataset.held);
    [...cards].sort(compare).forEach(putAt);
  }, fresh);
}

/** Move a card without taking the focus from it. */
function putAt(card, place) {
  const next = list().children[place];
  if (card === next) return;
  const focused = document.activeElement;
  if (list().moveBefore) list().moveBefore(card, next);
  else list().insertBefore(card, next);
  if (document.activeElement !== focused) focused.focus({ preventScroll: true });
}
