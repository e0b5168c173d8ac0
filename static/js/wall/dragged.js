/* What is seen of notes and clusters in others' hands; whichever is heard of no more glides back to its place. */
import { socket } from "../views/socket.js";
import { clusterOf, isCluster, layCluster, onWall } from "./clusters.js";
import { isAloft, isHeld, isOwn, land, raise } from "./hands.js";
import { bring } from "./lists.js";
import { moveTo, noteOf, settle } from "./places.js";
import { isMap } from "./shows.js";

const [SILENT, LET_GO] = [2_000, 300]; // what was put down is told before that
const GLIDE = 250;
const timers = new Map();

socket.on("drag", (steps) => {
  for (const step of steps) take(...step);
});

function take(id, x, y) {
  const what = id < 0 ? clusterOf(-id) : noteOf(id);
  if (!what || isOwn(id)) return;
  if (x !== undefined) show(what, onWall(x, y));
  if (isAloft(what)) endIn(what, x === undefined ? LET_GO : SILENT);
}

/** An outline has no places: what is in a hand stays where it is read. */
function show(what, { x, y }) {
  if (isHeld(what) || !isMap()) return;
  raise(what);
  if (!isCluster(what)) bring(what, "wall-notes");
  moveTo(what, x, y);
}

function endIn({ id }, wait) {
  clearTimeout(timers.get(id));
  timers.set(id, setTimeout(() => end(id), wait));
}

function end(id) {
  timers.delete(id);
  land(id);
  const what = document.getElementById(id);
  if (!what) return;
  (isCluster(what) ? layCluster : settle)(what);
  setTimeout(() => isAloft(what) || delete what.dataset.aloft, GLIDE);
}
