/* A page that was open before the talk began takes the shape of one opened now, where and when nobody sees it move. */
import { giveRoomBack } from "../elements/stage-room.js";
import { everySecond } from "../lib/clock.js";
import { isUnderHand } from "./busy.js";
import { isAtTop, isInView, list } from "./idle.js";

const wide = matchMedia("(min-width: 62.5rem)");
const article = document.querySelector(".talk");
const [head, about, board] = [".talk__head", ".talk__about", ".talk__board"].map((part) => article.querySelector(part));

const parts = () => (wide.matches ? [about] : [about, board]);
const stage = () => document.getElementById("stage");
const phase = () => stage().dataset.phase;
const isArranged = () => article.dataset.phase === phase() && !stage().querySelector("[data-leaving], [data-arriving]");

function shape() {
  giveRoomBack(stage());
  article.dataset.phase = phase();
  const isBelow = ["doors", "talk", "qa"].includes(phase());
  // What is moved begins anew: a player that runs, and the list where it was scrolled to. So it is never the board.
  if (isBelow === (board.nextElementSibling === about) || about.querySelector("iframe")) return;
  board[isBelow ? "after" : "before"](about);
}

/** Change what is above; what is read stays where it is. */
function shapeAround(part) {
  const { top } = part.getBoundingClientRect();
  shape();
  const moved = part.getBoundingClientRect().top - top;
  if (moved) scrollBy({ top: moved, behavior: "instant" });
}

function arrange() {
  if (isArranged()) return;
  if (isInView(head)) return showWhatIsLeft();
  const read = parts().filter(isInView);
  // What the phase changes of the board's head is above the questions.
  if (read.length === 1) shapeAround(read[0] === board && isInView() ? list() : read[0]);
}

/** Whoever looks away from the top comes back to a fresh page, anyone else to what was read. */
function shapeUnseen() {
  const middle = innerHeight / 2;
  const isRead = (part) => part.getBoundingClientRect().top < middle && part.getBoundingClientRect().bottom > middle;
  if (isAtTop()) return shape();
  shapeAround(parts().find(isRead) ?? about);
}

/** After the end there is nothing to press by mistake: whoever is at the top sees the recording; and once it is undone the way in. */
function showWhatIsLeft() {
  const isEnd = ["over", phase()].includes(article.dataset.phase) || phase() === "over";
  if (isEnd && isAtTop() && !isUnderHand()) giveRoomBack(stage());
}

addEventListener("scroll", arrange, { passive: true });
everySecond(arrange);
document.addEventListener("visibilitychange", () => document.hidden && !isArranged() && shapeUnseen());
document.addEventListener("click", (event) => {
  if (event.target.closest(".masthead__jump") && !isArranged()) shape();
}, { capture: true });
