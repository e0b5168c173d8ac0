/* What somebody arranges goes up; what was refused is said, and it goes back. */
import { isCluster } from "./clusters.js";
import { wishFor } from "./mine.js";
import { known, put, wall } from "./places.js";

const answered = new Map();

/** Have a note or cluster be as it is wanted, as far as nothing was told meanwhile that came after it. */
export async function arrange(what, wish) {
  const { arranges, alters } = wall().dataset;
  const to = (isCluster(what) ? alters : arranges).replace(/0$/, what.dataset.id);
  const answer = await wishFor(to, wish, what);
  if (answer?.revision > Math.max(known(), answered.get(what.id) ?? 0)) show(what, wish, answer.revision);
  return answer;
}

/** A cluster is laid there once the hand lets go of it. */
function show(what, wish, revision) {
  if (!wish.off && wish.x === undefined && wish.colour === undefined) return; // the place is the server's to find
  answered.set(what.id, revision);
  if (isCluster(what)) return void Object.assign(what.dataset, wish);
  const { x, y, z, colour, cluster } = what.dataset;
  put(what, { x, y, z, colour, cluster, ...(wish.off ? { x: "", y: "", cluster: "" } : wish) });
}
