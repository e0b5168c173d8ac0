/* Where notes are. A note's data say where the server has it, its style where it is shown. */
import { areaOf, clusterOf, clusters, isCluster, layCluster, listOf } from "./clusters.js";
import { NAMES } from "./colours.js";
import { isAloft, isHeld } from "./hands.js";
import { after, bring, count, makeRoom } from "./lists.js";

const ROOM = { x: 260, y: 320 }; // to the right of the last note, and below it
export const wall = () => document.getElementById("wall");
export const noteOf = (id) => document.getElementById(`note-${id}`);
export const arranges = () => Boolean(wall().dataset.arranges);
export const known = () => Number(wall().dataset.arranged);
const part = ({ id }, name) => document.getElementById(`${id}-${name}`);

/** What a note or cluster is called. */
export const nameOf = (what) => part(what, isCluster(what) ? "title" : "text").textContent.trim();
export const sayColour = (what, colour) => (part(what, "colour").textContent = colour && NAMES[colour]);

export function put(note, { x, y, z, colour, cluster }) {
  Object.assign(note.dataset, { x: x ?? "", y: y ?? "", z, colour, cluster: cluster ?? "" });
  sayColour(note, colour);
  settle(note);
}

/** Have a note be where its data say, and in the order in which notes are read. */
export function settle(note) {
  lay(note);
  const list = listOf(note.dataset.cluster);
  if (note.parentElement.id === list && !isHeld(note)) bring(note, list, after(note, list));
}

function lay(note) {
  const { x, y, z, cluster } = note.dataset;
  if (isHeld(note)) return;
  if (isAloft(note)) return bring(note, "wall-notes"); // what was fetched has it where it belongs
  if (cluster && !clusterOf(cluster)) return; // the cluster is on its way
  bring(note, x === "" ? "wall-inbox" : listOf(cluster));
  if (x !== "") moveTo(note, Number(x), Number(y));
  note.style.setProperty("--z", z);
  count();
}

/** Show a note or cluster at a place; for a note there is room there: on the map, or in the cluster that it is in. */
export function moveTo(what, x, y) {
  what.style.setProperty("--x", `${x}px`);
  what.style.setProperty("--y", `${y}px`);
  if (isCluster(what)) return;
  const area = areaOf(what.closest(".cluster"));
  makeRoom(area.x + x + ROOM.x, area.y + y + ROOM.y);
}

export function layAll() {
  clusters().forEach(layCluster);
  document.querySelectorAll(".note").forEach(lay);
}
