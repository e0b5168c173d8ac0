/* Moving a note or cluster by pointer: a mouse at once, a finger after it has rested there, so that one finger scrolls. */
import { follow, letFall, pick, putDown } from "./hand.js";
import { arranges } from "./places.js";
import { isMap } from "./shows.js";

const REST = 250; // until a finger lifts what it is on
const SLOP = { mouse: 4, pen: 4, touch: 8 }; // until a pointer's move is meant
let press = null;
const isFar = ({ clientX, clientY }) => Math.hypot(clientX - press.clientX, clientY - press.clientY) > SLOP[press.pointerType];

function begin(event) {
  if (press || !event.isPrimary) return stay();
  const what = event.target.closest?.(".note, .cluster");
  if (!what || event.button || !isMap() || !arranges() || event.target.closest("a")) return;
  const { left, top } = what.getBoundingClientRect();
  const { pointerId, pointerType, clientX, clientY } = event;
  press = { what, pointerId, pointerType, clientX, clientY, across: clientX - left, down: clientY - top };
  if (pointerType === "touch") press.timer = setTimeout(take, REST, event);
}

function take(event) {
  press.isHeld = true;
  pick(press, event);
}

function move(event) {
  if (event.pointerId !== press?.pointerId) return;
  if (press.isHeld) follow(event);
  else if (isFar(event)) (press.pointerType === "touch" ? end : take)(event);
}

function end(event) {
  if (event.pointerId !== press?.pointerId) return;
  const { isHeld, timer } = press;
  const isMeant = event.type === "pointerup" && isFar(event);
  clearTimeout(timer);
  press = null;
  if (isHeld) (isMeant ? putDown : letFall)(event);
}

/** Two fingers are for zooming: the second begins nothing, and what the first rests on stays. */
function stay() {
  if (!press || press.isHeld) return;
  clearTimeout(press.timer);
  press = null;
}

/** Whoever has taken something by mistake need not put it anywhere; nor who has what is no more. */
function leave(event) {
  letFall();
  press = null;
  event.preventDefault();
}

document.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", move);
for (const type of ["pointerup", "pointercancel"]) document.addEventListener(type, end);
document.addEventListener("keydown", (event) => press?.isHeld && event.key === "Escape" && leave(event), { capture: true });
document.addEventListener("companion:gone", (event) => press?.isHeld && event.detail === press.what && leave(event));
