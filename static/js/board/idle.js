/* Whether the list may move: while it is in view only at the top of the page, under nobody's hand, or at its reader's wish. */
import { isBusy, isTouched } from "./busy.js";

const WISH = 10_000;
const TOP = 40;
let wished = 0;
let wishedMore = 0;

export const list = () => document.getElementById("questions");
export const cardsIn = (parent) => [...parent.querySelectorAll(":scope > .question")];
export const cards = () => cardsIn(list());
const shown = () => cards().filter((card) => !card.hidden && !("held" in card.dataset));

/** The element that scrolls the list: its own pane on a wide screen, else the page. */
export function scroller() {
  const pane = document.getElementById("board-scroll");
  return getComputedStyle(pane).overflowY === "auto" ? pane : document.scrollingElement;
}

export const edge = () => (scroller() === document.scrollingElement ? 56 : scroller().getBoundingClientRect().top);
export const isReadingOn = () => list().getBoundingClientRect().top < edge() - 24;
export const isAtTop = () => scrollY < TOP && scroller().scrollTop < TOP;

export function isInView(element = list()) {
  const { top, bottom } = element.getBoundingClientRect();
  return !document.hidden && top < innerHeight && bottom > 0;
}

export function mayMove() {
  if (isTouched() || list().querySelector(".edit")) return false;
  return !shown().length || !isInView() || Date.now() - wished < WISH || (isAtTop() && !isBusy());
}

/** Whether the list may grow at its end: not if that pushes away what is read below it. */
export const mayGrow = () => Date.now() - wishedMore < WISH || scroller() !== document.scrollingElement || !isInView(document.querySelector(".talk__about"));

/** What the reader just did was meant to move the list. */
export function reset() {
  wished = Date.now();
}

export function letGrow() {
  wishedMore = Date.now();
}

export function settled() {
  wished = 0;
}
