/* Where a note that is put down goes: into the cluster that it is over, or on the wall itself. */
import { gettext } from "../lib/words.js";
import { areaOf, clusterOf, clusters, isCluster } from "./clusters.js";
import { nameOf } from "./places.js";

const [MIDDLE, TOP] = [104, 24]; // what of a note has to be in a cluster
let lit = null;

/** The foremost cluster that a note at a place on the map is in, if any. */
function clusterAt({ x, y }) {
  const has = ({ x: left, y: top, width, height }) =>
    x + MIDDLE >= left && x + MIDDLE <= left + width && y + TOP >= top && y + TOP <= top + height;
  const found = clusters().filter((cluster) => has(areaOf(cluster)));
  return found.sort((one, other) => areaOf(other).z - areaOf(one).z)[0];
}

/** Where on the map something is, wherever it belongs. */
export function seenAt({ dataset: { x, y, cluster } }) {
  const area = areaOf(cluster && clusterOf(cluster));
  return { x: area.x + Number(x), y: area.y + Number(y) };
}

/** What to wish for something that is put down at a place on the map; clusters are in none. */
export function seatAt(what, { x, y }) {
  if (isCluster(what)) return { x, y };
  const cluster = clusterAt({ x, y });
  const area = areaOf(cluster);
  return { x: Math.max(0, x - area.x), y: Math.max(0, y - area.y), cluster: cluster?.dataset.id ?? "" };
}

/** The cluster that has a note lights up while the note is over it; return its words when that changes. */
export function light(place) {
  const cluster = (place && clusterAt(place)) ?? null;
  if (cluster === lit) return "";
  lit?.removeAttribute("data-lit");
  cluster?.setAttribute("data-lit", "");
  lit = cluster;
  return cluster ? gettext("Over “%(cluster)s”.", { cluster: nameOf(cluster) }) : "";
}

/** Where something has been put down, in words: of a note, in which cluster, and which of its notes it is. */
export function putInWords(what, otherwise) {
  if (isCluster(what)) return gettext("Put down “%(cluster)s”.", { cluster: nameOf(what) });
  const cluster = what.closest(".cluster");
  if (!cluster) return otherwise;
  const notes = [...what.parentElement.children];
  const [place, all] = [notes.indexOf(what) + 1, notes.length];
  return gettext("Put down in %(cluster)s, %(place)s of %(all)s.", { cluster: nameOf(cluster), place, all });
}
