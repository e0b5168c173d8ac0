/* The line of how a talk runs. */
import { now } from "../lib/clock.js";

/** Widths to scale, and the marker as far as the clock is, whatever the labels need. */
export function draw(line, { doors, starts, qa, ends }) {
  const marks = [...new Set([doors, starts, qa, ends].map(Number))];
  const spans = marks.slice(1).map((mark, index) => mark - marks[index]);
  line.style.gridTemplateColumns = spans.map((span) => `minmax(max-content, ${span}fr)`).join(" ");
  const at = marks.filter((mark) => now() >= mark).length - 1;
  const part = line.children[Math.min(at, spans.length - 1)];
  const within = part ? Math.min(1, (now() - marks[at]) / (spans[at] ?? 1)) : 0;
  const reached = part ? (part.offsetLeft + part.offsetWidth * within) / line.offsetWidth : 0;
  line.style.setProperty("--hour-elapsed", Math.min(1, reached || 0).toFixed(4));
}
