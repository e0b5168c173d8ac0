/* Where those who run the talk point, as dots that fade. Nothing of it is kept. */
import { socket } from "../views/socket.js";
import { shape, svg } from "./marks.js";

const SHOWN = 1_500;
const stillness = matchMedia("(prefers-reduced-motion: reduce)");

/** A trail of dots; where motion is to be little, one that stands where it was last. */
export function showPoint({ by, x, y }) {
  if (stillness.matches) svg()?.querySelectorAll(`.laser[data-by="${by}"]`).forEach((old) => old.remove());
  const dot = shape("circle", { class: "laser", cx: x, cy: y, r: 9, "data-by": by });
  setTimeout(() => dot.remove(), SHOWN);
}

socket.on("point", showPoint);
