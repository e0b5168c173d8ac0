/* A long board comes in pages: how much of it is wanted, and what is beyond. */
import { now } from "../lib/clock.js";
import { cards, cardsIn, letGrow } from "./idle.js";
import { compare, currentSort, isFound } from "./order.js";

const PAGE = 50;
const asked = new URLSearchParams(location.search);
const board = () => document.getElementById("board");
let wanted = Number(asked.get("shown") ?? PAGE);
let led = asked.get("at") ?? "";
let guests = new Set();
let knownAt = now();

/** It stands below a page that is not all, and has the place of that page's last card, as it was fetched. */
export const more = () => document.getElementById("more");
export const left = () => Number(document.getElementById("more-left")?.textContent ?? 0);
export const isBeyond = (card, edge = more()) => edge !== null && compare(edge, card) < 0;
const within = () => cards().filter((card) => !isBeyond(card)).length;

/** From beyond, and here all the same: the reader's own, and what a link led to. */
export const isGuest = ({ id }) => guests.has(id);

/** Whether somebody asked it since the board was fetched; else it has come up from beyond the page. */
export const isNews = (card) => !more() || Date.parse(card.querySelector("time").dateTime) > knownAt;

/** Whether what is looked for, or a long board's order, is yet to come: the request for it may have failed. */
export const isAwaited = () => !isFound() || isOtherOrder(board());

/** As much as is here or was asked for, and what a link led to. */
export function page() {
  const shown = Math.max(wanted, more() && isAwaited() ? 0 : within());
  return { ...(shown > PAGE && { shown }), ...(led && { at: led }) };
}

export function beginAnew() {
  wanted = PAGE;
}

export function widen() {
  wanted = Math.max(wanted, within()) + PAGE;
  letGrow();
}

export function bring(question) {
  led = question;
}

export function notePage(fresh) {
  const edge = fresh.querySelector("#more");
  guests = new Set(cardsIn(fresh.querySelector("#questions")).filter((card) => isBeyond(card, edge)).map(({ id }) => id));
}

export function noteKnown() {
  knownAt = now();
}

export const isOtherOrder = (fresh) => more() !== null && fresh.dataset.sort !== currentSort();
/** Whether a new card belongs beyond all that fits, though nothing was beyond it before. */
export const isTooMuch = (card) => !more() && cards().length >= Math.max(PAGE, wanted) && cards().every((here) => compare(here, card) < 0);
notePage(board());
