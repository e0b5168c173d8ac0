/* What answered a prompt that was taken away can still be said: as a comment, if nothing else is in the box. */
import { toast } from "../elements/toast-note.js";
import { gettext } from "../lib/words.js";

/** Return the key of the one that found room, undefined for none. */
export function handOver([first]) {
  const box = document.getElementById("ask-form")?.elements;
  if (!first || !box || document.hidden || box.text.value || box.detail.value) return undefined;
  [box.text.value, box.kind.value] = [first.text, "comment"];
  box.text.dispatchEvent(new Event("input", { bubbles: true }));
  toast(gettext("The question was taken away. What you wrote is in the box for questions and comments."));
  return first.key;
}
