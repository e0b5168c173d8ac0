/* What others do to notes and clusters, as it is told. */
import { gettext } from "../lib/words.js";
import { clusterOf, clusters, layCluster } from "./clusters.js";
import { after, bring } from "./lists.js";
import { noteOf, put, sayColour } from "./places.js";
import { noteOthers, say } from "./said.js";

/** Have a note be where it is told to be; return whether the page has it, or need not. */
export function takePlace([id, x, y, z, colour, cluster]) {
  const note = noteOf(id);
  if (note) noteOthers(note, { x, y, colour, cluster });
  if (note) put(note, { x, y, z, colour, cluster });
  return note || x === null;
}

/** Have clusters be as is told; return whether the page has them all. */
export function takeAreas(areas) {
  return areas.filter(({ length }) => length > 1).map(take).every(Boolean);
}

function take([id, x, y, z, width, height, colour, title]) {
  const cluster = clusterOf(id);
  if (!cluster) return false;
  Object.assign(cluster.dataset, { x, y, z, width, height, colour });
  document.getElementById(`${cluster.id}-title`).textContent = title || gettext("untitled");
  sayColour(cluster, colour);
  layCluster(cluster);
  bring(cluster, "wall-clusters", after(cluster, "wall-clusters"));
  return true;
}

/** Those that are gone have no notes any more, and are in no hand. */
export function dropGone(areas) {
  areas.filter(({ length }) => length === 1).forEach(([id]) => drop(clusterOf(id)));
  document.getElementById("wall-loose-title")?.toggleAttribute("hidden", !clusters().length);
}

function drop(cluster) {
  if (!cluster) return;
  document.dispatchEvent(new CustomEvent("companion:gone", { detail: cluster }));
  const hasFocus = cluster.contains(document.activeElement);
  const next = [...clusters(), ...clusters()][clusters().indexOf(cluster) + 1];
  cluster.remove();
  if (!hasFocus) return;
  (next.isConnected && next.querySelector("a") || document.getElementById("wall-scroll")).focus();
  say(gettext("The cluster is no more; its notes are where they were."));
}
