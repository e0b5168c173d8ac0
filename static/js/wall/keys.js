/* The wall by keys while the focus is on a note or what is in it: arrow keys lead to others, and V votes. */
import { led } from "./roving.js";
import { hasKeys } from "./said.js";

const vote = async (note) => (await import("./vote.js")).vote(note);

function act(note, key) {
  const to = led(note, key);
  if (to) to.focus();
  else if (to === undefined && key.toLowerCase() === "v" && hasKeys()) vote(note);
  else return to === null;
  return true;
}

document.addEventListener("keydown", (event) => {
  const note = event.target.closest?.("#wall .note");
  if (!note || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (act(note, event.key)) event.preventDefault();
});
