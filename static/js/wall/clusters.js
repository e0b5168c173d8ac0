/* Clusters: titled areas that carry their notes along. Their data say where the server has them. */
import { gettext, ngettext } from "../lib/words.js";
import { isAloft, isHeld } from "./hands.js";
import { makeRoom } from "./lists.js";

const EDGE = 24;
const MOST = 20_000;
export const clusters = () => [...document.querySelectorAll(".cluster")];
export const isCluster = ({ classList }) => classList.contains("cluster");
export const clusterOf = (id) => document.getElementById(`cluster-${id}`);
export const listOf = (cluster) => (cluster ? `cluster-${cluster}-notes` : "wall-notes");
const within = (at) => Math.min(MOST, Math.max(0, Math.round(at)));

/** A place as far as it is on the wall. */
export const onWall = (x, y) => ({ x: within(x), y: within(y) });

/** Where a cluster is, and how large; of one that is in no cluster, the map's corner. */
export function areaOf(cluster) {
  const { x = 0, y = 0, z = 0, width = 0, height = 0 } = cluster?.dataset ?? {};
  return { x: Number(x), y: Number(y), z: Number(z), width: Number(width), height: Number(height) };
}

export function layCluster(cluster) {
  if (isHeld(cluster) || isAloft(cluster)) return;
  const { z, ...pixels } = areaOf(cluster);
  for (const [name, size] of Object.entries(pixels)) cluster.style.setProperty(`--${name}`, `${size}px`);
  cluster.style.setProperty("--z", z);
  makeRoom(pixels.x + pixels.width + EDGE, pixels.y + pixels.height + EDGE);
}

const votesOf = ({ dataset }) => Number(document.getElementById(`question-${dataset.id}-votes`).textContent);

/** Have each cluster say how many notes it has, and how many votes they have together. */
export const sumAll = () =>
  clusters().forEach(({ id }) => {
    const notes = [...document.getElementById(`${id}-notes`).children];
    const votes = notes.map(votesOf).reduce((sum, some) => sum + some, 0);
    document.getElementById(`${id}-sum`).textContent = gettext("%(notes)s, %(votes)s", {
      notes: ngettext("%(num)s note", "%(num)s notes", notes.length),
      votes: ngettext("%(num)s vote", "%(num)s votes", votes),
    });
  });
