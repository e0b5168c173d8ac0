/* After a move of one's own a button puts it back: whoever has no keys has no Z. */
import { now } from "../lib/clock.js";
import { gettext } from "../lib/words.js";

const STAYS = 10_000;

/** Whether something is in the lower half of the window, where notices are. */
function isLow(what) {
  const { top, bottom } = what.getBoundingClientRect();
  return top + bottom > innerHeight;
}

/** Show the button, where it is not on what was done; that something was is spoken elsewhere already. */
export function offer(putBack, what) {
  const note = document.createElement("toast-note");
  Object.assign(note, { className: "toast toast--act" });
  note.dataset.until = now() + STAYS;
  const said = Object.assign(document.createElement("span"), { textContent: gettext("Done.") });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "toast__act", textContent: gettext("Put back") });
  said.setAttribute("aria-hidden", "true");
  button.addEventListener("click", () => {
    note.remove();
    putBack();
  });
  note.toggleAttribute("data-high", isLow(what));
  note.append(said, button);
  document.getElementById("toasts").replaceChildren(note);
}
