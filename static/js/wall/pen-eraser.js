/* The eraser takes whole marks that it comes near to. */
import { marks, svg } from "./marks.js";
import { did } from "./mine.js";
import { post } from "./post.js";

const NEAR = 8;
const AROUND = [[0, 0], [NEAR, 0], [-NEAR, 0], [0, NEAR], [0, -NEAR]];

/** Rub from one place on the map to another, as somebody who draws at an address. */
export function rub(from, [x, y], line) {
  const [across, down] = [x - from[0], y - from[1]];
  const steps = Math.max(1, Math.ceil(Math.hypot(across, down) / NEAR));
  for (let step = 1; step <= steps; step += 1) touch(from[0] + (across * step) / steps, from[1] + (down * step) / steps, line);
}

function touch(x, y, { to, back }) {
  const points = AROUND.map(([right, below]) => Object.assign(svg().createSVGPoint(), { x: x + right, y: y + below }));
  marks().filter((mark) => points.some((point) => mark.isPointInStroke(point))).forEach((mark) => did(erase(mark, to), back));
}

/** Out of sight at once, and back if it is refused. */
async function erase(mark, to) {
  mark.dataset.leaves = "";
  try {
    const answer = await post(`${to}/${mark.id.replace("mark-", "")}/erase`, {});
    if (answer) mark.remove();
    return answer ? answer.change : 0;
  } finally {
    delete mark.dataset.leaves;
  }
}
