/* The line of how a talk runs. */
import { now } from "../lib/clock.js";

/** Parts to scale as far as their labels let them, and the marker as far as the clock is. */
export function draw(line, { doors, starts, qa, ends }) {
  const marks = [...new Set([doors, starts, qa, ends].map(Number))];
  const parts = [...line.children];
  for (const part of parts) Object.assign(part.style, { gridArea: "1 / 1", justifySelf: "start" });
  const lefts = parts.map((_part, index) => share(marks[index], marks) * line.offsetWidth);
  const edges = [...apart(lefts, parts, line), line.offsetWidth];
  parts.forEach((part, index) => (part.style.translate = `${edges[index].toFixed(1)}px`));
  const at = marks.filter((mark) => now() >= mark).length - 1;
  const [from, to] = [edges[at] ?? 0, edges[at + 1] ?? edges[at]];
  const reached = at < 0 ? 0 : from + (to - from) * share(now(), marks.slice(at, at + 2));
  line.style.setProperty("--hour-elapsed", Math.min(1, reached / line.offsetWidth || 0).toFixed(4));
}

const share = (moment, [first, ...later]) => (later.length ? (moment - first) / (later[later.length - 1] - first) : 0);

/** No label stands on another one, nor over the end. */
function apart(lefts, parts, line) {
  const widths = parts.map((part) => part.offsetWidth);
  const places = [];
  lefts.forEach((left, index) => places.push(index ? Math.max(left, places[index - 1] + widths[index - 1]) : left));
  let end = line.offsetWidth;
  for (let index = places.length - 1; index >= 0; index--) {
    places[index] = Math.max(0, Math.min(places[index], end - widths[index]));
    end = places[index];
  }
  return places;
}
