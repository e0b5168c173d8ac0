/* The pill says what is new while the reader had better not be disturbed; a press shows it. */
import { gettext } from "../lib/words.js";
import { keepPlace } from "./animation.js";
import { cards, isInView, isReadingOn, list, mayGrow, mayMove, scroller } from "./idle.js";
import { roomsKept } from "./places.js";
import { isHeld, settle, showLast } from "./list.js";
import { compare, precedence } from "./order.js";
import { mayTidy } from "./ties.js";

const LOOKS = 600;
const SETTLES = 1_500;
let waitingSince = 0;
const pill = () => document.getElementById("pill");

/** Show everything in its place now, and nothing on the pill. */
export function showAll(order = compare) {
  const stayPut = keepPlace();
  settle(order);
  if (!isInView()) stayPut();
  hide();
}

function hide() {
  waitingSince = 0;
  pill().hidden = true;
}

/** Show what is new if the reader does not mind, else say on the pill what waits. */
export function look() {
  if (mayMove() && roomsKept().length) return showAll(isInView() ? precedence : compare);
  if (!mayMove() && mayGrow()) showLast();
  const held = cards().filter(isHeld);
  const fresh = held.filter(({ dataset }) => !dataset.held).length;
  const seen = cards().filter((card) => !isHeld(card));
  const isMoved = held.length > fresh || seen.some((card, place) => place > 0 && precedence(seen[place - 1], card) > 0);
  const isCalm = !fresh && !isMoved;
  if (isCalm && !mayTidy(seen)) return hide();
  if (mayMove()) return showAll(isCalm || !isInView() ? compare : precedence);
  if (isCalm) return hide();
  waitingSince ||= Date.now();
  if (!isReadingOn() && Date.now() - waitingSince < SETTLES) return;
  pill().textContent = inWords(fresh, isMoved);
  pill().hidden = false;
}

function inWords(fresh, isMoved) {
  if (!fresh) return gettext("Order changed");
  return isMoved ? gettext("%(num)s new · order changed", { num: fresh }) : gettext("%(num)s new", { num: fresh });
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("#pill")) return;
  showAll();
  if (isReadingOn()) list().scrollIntoView({ block: "start" });
  if (scroller() !== document.scrollingElement) scroller().scrollTop = 0;
});
document.addEventListener("htmx:after:swap", look);
setInterval(look, LOOKS);
look();
