/* The calm list: what is new waits behind a pill until the reader is idle at the top. */
import { moveGently } from "./animation.js";
import { compare } from "./order.js";
import { isReadingOn, list, mayMove, scroller } from "./idle.js";
import { announceArrival } from "../lib/notices.js";

const LOOKS = 600;
const SETTLES = 1_500;
let waitingSince = 0;
const pill = () => document.getElementById("pill");
const isHeld = (card) => "held" in card.dataset;

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
    cards.toSorted(compare).forEach(putAt);
  }, fresh);
  rest();
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

function rest() {
  waitingSince = 0;
  pill().hidden = true;
}

/** Settle if the reader does not mind, else say on the pill what waits. */
export function look() {
  if (!list()) return;
  const cards = [...list().children];
  const fresh = cards.filter(isHeld).length;
  const seen = cards.filter((card) => !isHeld(card));
  const sorted = seen.toSorted(compare);
  const isMoved = seen.some((card, place) => card !== sorted[place]);
  if (!fresh && !isMoved) return rest();
  if (mayMove()) return settle();
  waitingSince ||= Date.now();
  if (!isReadingOn() && Date.now() - waitingSince < SETTLES) return;
  pill().textContent = inWords(fresh, isMoved);
  pill().hidden = false;
}

function inWords(fresh, isMoved) {
  if (!fresh) return "Order changed";
  return isMoved ? `${fresh} new · order changed` : `${fresh} new`;
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("#pill")) return;
  settle();
  if (isReadingOn()) list().scrollIntoView({ block: "start" });
  if (scroller() !== document.scrollingElement) scroller().scrollTop = 0;
});
document.addEventListener("htmx:after:swap", look);
setInterval(look, LOOKS);
look();
