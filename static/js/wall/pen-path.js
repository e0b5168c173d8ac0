/* A line as it is drawn and sent: `companion/board/strokes.py` reads it, and so does marks.js. */
const MOST = 500;
const APART = 3; // pixels of the map: of what a hand did in less, nothing is seen

/** Where the first point is, and how far each other one is from the one before. */
export function encode(points) {
  const steps = points.map(([x, y], at) => (at ? [x - points[at - 1][0], y - points[at - 1][1]] : [x, y]));
  return steps.flat().join(" ");
}

export const isApart = ([x, y], last) => !last || Math.hypot(x - last[0], y - last[1]) >= APART;

/** No more points than a line may have: of a long one, each second goes until they fit. */
export function thin(points) {
  const { length } = points;
  return length <= MOST ? points : thin(points.filter((_, at) => at % 2 === 0 || at === length - 1));
}
