/* Ways to the ask box, and what is shown in its place: a draft over which the board has closed. */
import { gettext } from "../lib/words.js";
import { draft } from "./draft.js";

const form = () => document.getElementById("ask-form");

/** Show a draft that cannot be sent any more, so that it can be put elsewhere. */
export function showUnsent() {
  const note = document.getElementById("unsent");
  const left = form() ? "" : (draft()?.text ?? "");
  document.querySelector(".masthead__jump").textContent = form() ? gettext("Ask") : gettext("Questions");
  note.hidden = !left;
  note.querySelector(".closed__text").textContent = left;
}

document.addEventListener("click", (event) => {
  if (event.target.closest(".masthead__jump, .board-link")) setTimeout(() => form()?.elements.text.focus(), 50);
});
showUnsent();
