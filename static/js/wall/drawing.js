/* For those who draw: Escape leaves one thing at a time, what is in a hand first (each hand sees to that). */
import { dropLine } from "./pen.js";
import { leaveCaption } from "./pen-caption.js";
import { putAway } from "./pen-tools.js";
import "./undo-keys.js";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (dropLine() || leaveCaption() || putAway()) event.preventDefault();
});
