/* Marks on the map, as paths: `companion/board/strokes.py` makes the same ones from the same points. */
import { refresher } from "../lib/refresher.js";
import { makeRoom as roomFor } from "./lists.js";

const MARGIN = 40;
const SPREAD = [600, 1_400]; // captions are fetched by all at once
const { refreshSoon } = refresher("wall-marks");
export const svg = () => document.getElementById("wall-shapes");
export const markOf = (id) => document.getElementById(`mark-${id}`);
/** The marks that are there, and not on their way to or from the server. */
export const marks = () => [...(svg()?.querySelectorAll(".mark:not([data-waits], [data-leaves])") ?? [])];

export const shape = (name, fields) => attach(document.createElementNS("http://www.w3.org/2000/svg", name), fields);

export function attach(element, fields) {
  for (const [name, value] of Object.entries(fields)) element.setAttribute(name, value);
  if (element.parentNode !== svg()) svg()?.append(element);
  return element;
}

/** Smooth, from the middle of each two points to the next one. */
function pathOf(points) {
  const middles = points.slice(1).map(([x, y], at) => `${(points[at][0] + x) / 2} ${(points[at][1] + y) / 2}`);
  const curves = points.slice(1, -1).map(([x, y], at) => `Q${x} ${y} ${middles[at + 1]}`);
  const begun = `M${points[0].join(" ")}${middles.length ? `L${middles[0]}` : ""}`;
  return `${begun}${curves.join("")}L${points[points.length - 1].join(" ")}`;
}

export const inked = (tool, colour, width, points) =>
  ({ class: "mark", fill: "none", "data-tool": tool, "data-colour": colour, "stroke-width": width, d: pathOf(points) });

/** Points are told as where the first is, and how far each other one is from the one before. */
function decode(text) {
  const figures = text.split(" ").map(Number);
  let [x, y] = [0, 0];
  return figures.filter((_, at) => at % 2 === 0).map((across, at) => [(x += across), (y += figures[2 * at + 1])]);
}

function makeRoom(path) {
  const figures = path.getAttribute("d").match(/[\d.]+/g).map(Number);
  roomFor(...[0, 1].map((odd) => Math.max(...figures.filter((_, at) => at % 2 === odd)) + MARGIN));
}

export function takeMarks(strokes = []) {
  for (const [id, tool, colour, width, points] of strokes) {
    if (tool) makeRoom(attach(markOf(id) ?? shape("path", { id: `mark-${id}` }), inked(tool, colour, width, decode(points))));
    else markOf(id)?.remove();
  }
  if (document.getElementById("wall-marks") && strokes.some(isListed)) refreshSoon(...SPREAD);
}

/** Moderators have all marks in a list, others those with a caption. */
const isListed = ([id, ...shown]) =>
  Boolean(document.getElementById(`mark-words-${id}`) || shown[4]) || "moderates" in document.getElementById("wall-marks").dataset;

export const layMarks = () => marks().forEach(makeRoom);
