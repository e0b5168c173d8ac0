/* The map's − 100 % + Fit, and the same by keys while the focus is on the map. */
import { fit } from "./fit.js";
import { isMap } from "./shows.js";
import { scaleNow, zoomTo } from "./zoom.js";

const STEP = 1.25;
const ACTIONS = {
  smaller: () => zoomTo(scaleNow() / STEP),
  actual: () => zoomTo(1),
  larger: () => zoomTo(scaleNow() * STEP),
  fit: () => fit(),
};
const KEYS = { "-": "smaller", "+": "larger", "=": "larger", 0: "actual" };

document.addEventListener("click", ({ target }) => ACTIONS[target.closest?.("#wall-zoom button")?.value]?.());
document.addEventListener("keydown", (event) => {
  if (!isMap() || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
  if (!event.target.closest?.("#wall-scroll, #wall-zoom") || event.target.closest("input, textarea, select")) return;
  event.preventDefault();
  ACTIONS[KEYS[event.key]]();
});
