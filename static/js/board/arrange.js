/* A page that was open before the talk began takes the shape of one opened now, where and when nobody sees it move. */
import { giveRoomBack } from "../elements/stage-room.js";

const LIVE = ["doors", "talk", "qa"];
const wide = matchMedia("(min-width: 62.5rem)");
const article = document.querySelector(".talk");
const [head, about, board] = [".talk__head", ".talk__about", ".talk__board"].map((part) => article.querySelector(part));

const isInView = (part) => part.getBoundingClientRect().bottom > 0 && part.getBoundingClientRect().top < innerHeight;
const phase = () => document.getElementById("stage").dataset.phase;

function shape() {
  const stage = document.getElementById("stage");
  giveRoomBack(stage);
  article.dataset.phase = phase();
  if (LIVE.includes(phase())) board.after(about);
}

/** Change what is above; what is read stays where it is. */
function shapeAround(part) {
  const top = part.getBoundingClientRect().top;
  shape();
  const moved = part.getBoundingClientRect().top - top;
  if (moved) scrollBy({ top: moved, behavior: "instant" });
}

function arrange() {
  if (article.dataset.phase === phase() || isInView(head)) return;
  const read = (wide.matches ? [about] : [about, board]).filter(isInView);
  if (read.length === 1) shapeAround(read[0]);
}

addEventListener("scroll", arrange, { passive: true });
document.addEventListener("companion:phase", arrange);
document.addEventListener("visibilitychange", () => document.hidden && article.dataset.phase !== phase() && shape());
document.addEventListener("click", (event) => {
  if (event.target.closest(".masthead__jump") && article.dataset.phase !== phase()) shape();
}, { capture: true });
