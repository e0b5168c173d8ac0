/* Drawing: while a tool is chosen one finger, a pen or a mouse draws; two fingers are for moving the map. */
import { attach, inked, shape } from "./marks.js";
import { withdrawEmpty } from "./pen-caption.js";
import { rub } from "./pen-eraser.js";
import { encode, isApart, thin } from "./pen-path.js";
import { send } from "./pen-send.js";
import { chosen, isDrawing } from "./pen-tools.js";
import { isOnMap, pixelAt } from "./zoom.js";

const fingers = new Set();
let line = null;

function begin(event) {
  if (!isDrawing() || event.button || !isOnMap(event)) return;
  event.preventDefault();
  fingers.add(event.pointerId);
  dropLine();
  if (fingers.size > 1) return;
  line = { pointer: event.pointerId, points: [], ...chosen() };
  if (line.tool !== "eraser") line.path = shape("path", { id: "mark-new" });
  go(event);
}

function move(event) {
  if (line?.pointer !== event.pointerId) return;
  const between = event.getCoalescedEvents?.() ?? [];
  (between.length ? between : [event]).forEach(go);
}

function go(event) {
  const { path, points, tool, colour, pixels } = line;
  const [at, last] = [pixelAt(event), points[points.length - 1]];
  if (!isApart(at, last)) return;
  points.push(at);
  if (!path) return rub(last ?? at, at, line);
  attach(path, inked(tool, colour, pixels, points));
}

function end({ pointerId, type }) {
  fingers.delete(pointerId);
  if (line?.pointer !== pointerId) return;
  if (type !== "pointerup" || !line.path) return dropLine();
  const { tool, colour, width, points } = line;
  withdrawEmpty();
  send(line, { tool, colour, width, points: encode(thin(points)) });
  line = null;
}

/** Whether there was a line to leave off. */
export function dropLine() {
  const had = line;
  line = null;
  had?.path?.remove();
  return Boolean(had);
}

document.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", move);
for (const kind of ["pointerup", "pointercancel"]) document.addEventListener(kind, end);
document.addEventListener("htmx:after:swap", () => isDrawing() || dropLine()); // it may be for others to draw now
