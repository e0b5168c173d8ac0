/* One's own goes back by the pens' button, or by Z wherever nothing is typed. */
import { putBack } from "./mine.js";
import { arranges } from "./places.js";
import { hasKeys } from "./said.js";

const TYPED = "textarea, select, input:not([type=radio], [type=checkbox]), [contenteditable]";
const may = () => hasKeys() && Boolean(arranges() || document.getElementById("pens"));

document.addEventListener("click", ({ target }) => target.closest?.("#pen-undo") && putBack());
document.addEventListener("keydown", ({ key, target, ctrlKey, metaKey, altKey }) => {
  if (key?.toLowerCase() !== "z" || ctrlKey || metaKey || altKey || target.closest?.(TYPED)) return;
  if (may()) putBack();
});
