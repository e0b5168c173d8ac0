/* The pill says what is new while the reader had better not be disturbed; a press shows it. */
import { isReadingOn, list, mayMove, scroller } from "./idle.js";
import { isHeld, settle } from "./list.js";
import { compare } from "./order.js";

const LOOKS = 600;
const SETTLES = 1_500;
let waitingSince = 0;
const pill = () => document.getElementById("pill");

/** Show everything in its place now, and nothing on the pill. */
export function showAll() {
  settle();
  hide();
}

function hide() {
  waitingSince = 0;
  pill().hidden = true;
}

/** Show what is new if the reader does not mind, else say on the pill what waits. */
export function look() {
  const cards = [...list().children];
  const fresh = cards.filter(isHeld).length;
  const seen = cards.filter((card) => !isHeld(card));
  const sorted = [...seen].sort(compare);
  const isMoved = seen.some((card, place) => card !== sorted[place]);
  if (!fresh && !isMoved) return hide();
  if (mayMove()) return showAll();
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
  showAll();
  if (isReadingOn()) list().scrollIntoView({ block: "start" });
  if (scroller() !== document.scrollingElement) scroller().scrollTop = 0;
});
document.addEventListener("htmx:after:swap", look);
setInterval(look, LOOKS);
look();
