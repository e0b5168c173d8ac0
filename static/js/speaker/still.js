/* Nothing changes under a finger: what has happened meanwhile is shown once it is lifted, or has rested for long. */
import { freeze } from "../views/refresh.js";

const LONG = 3_000;
let resting = 0;

function letGo() {
  clearTimeout(resting);
  freeze(false);
}

document.addEventListener("pointerdown", ({ button }) => {
  if (button !== 0) return;
  clearTimeout(resting);
  resting = setTimeout(letGo, LONG);
  freeze(true);
});
// The press that ends with this is still to be sent.
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => setTimeout(letGo));
