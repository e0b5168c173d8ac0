/* All that is on the map at once. */
import { onMap, scaleNow, scroller, zoomTo } from "./zoom.js";

const MARGIN = 24;

/** What is on the map, in its own pixels: each thing on it, and what it has as its background. */
function extent() {
  const { wide, high } = document.getElementById("wall-backdrop").dataset;
  const boxes = [...document.querySelectorAll("#wall-map :is(.note, .cluster, .mark)")].map((each) => each.getBoundingClientRect());
  const ends = boxes.map(({ right, bottom }) => onMap({ clientX: right, clientY: bottom }));
  const starts = boxes.map(({ left, top }) => onMap({ clientX: left, clientY: top }));
  if (Number(wide)) [starts, ends].forEach((list, end) => list.push({ x: end * wide, y: end * high }));
  return {
    left: Math.min(...starts.map(({ x }) => x)),
    top: Math.min(...starts.map(({ y }) => y)),
    right: Math.max(...ends.map(({ x }) => x)),
    bottom: Math.max(...ends.map(({ y }) => y)),
  };
}

/** Show it all, and nothing larger than so many times its own size. */
export function fit(most = 1) {
  const { left, top, right, bottom } = extent();
  if (right === -Infinity) return;
  const { clientWidth, clientHeight } = scroller();
  const room = { across: right - left + 2 * MARGIN, down: bottom - top + 2 * MARGIN };
  zoomTo(Math.min(most, clientWidth / room.across, clientHeight / room.down));
  scroller().scrollTo((left - MARGIN) * scaleNow(), (top - MARGIN) * scaleNow());
}
