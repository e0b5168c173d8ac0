/* Arranging by keys, while the focus is on a note, on what is in it, or on a cluster's "Arrange": before what else keys do. */
import { gettext } from "../lib/words.js";
import { clusters, isCluster } from "./clusters.js";
import { NAMES } from "./colours.js";
import { go, isLifted, leave, putDown, take } from "./lifted.js";
import { catchUp } from "./live.js";
import { arranges } from "./places.js";
import { hasKeys, say } from "./said.js";
import { putInWords } from "./seats.js";
import { arrange } from "./send.js";

const STEP = 24;
const OTHER = { "[": -1, "]": 1 };
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const ORDER = Object.keys(NAMES);
const inTurn = (all, one, by) => all[(all.indexOf(one) + by + all.length) % all.length];
const whatIs = (target) => target.closest?.("#wall .note") ?? target.closest?.(".cluster__arrange")?.closest(".cluster");

async function colour(note) {
  const next = inTurn(ORDER, note.dataset.colour, 1);
  if (await arrange(note, { colour: next })) say(gettext("Colour: %(colour)s.", { colour: NAMES[next] }));
}

/** A note goes to the cluster before or after its own, and between the last and the first to none. */
async function toOther(note, by) {
  if (isLifted()) leave();
  const all = ["", ...clusters().map(({ dataset }) => dataset.id)];
  if (all.length === 1) return say(gettext("There is no cluster yet."));
  if (!(await arrange(note, { cluster: inTurn(all, note.dataset.cluster, by) }))) return;
  await catchUp();
  say(putInWords(note, gettext("Taken out of its cluster.")));
}

function actLifted(what, { key, shiftKey }) {
  if (key in WAYS) go(...WAYS[key].map((way) => way * (shiftKey ? 5 * STEP : STEP)));
  else if (key === "Enter" || key === " ") putDown();
  else if (key === "Escape") leave();
  else if (key in OTHER && !isCluster(what)) toOther(what, OTHER[key]);
  else return false;
  return true;
}

/** Space presses what is pressed by it, and lifts the note elsewhere. */
function act(what, { key, target }) {
  if (key === " " && !target.closest("button")) take(what);
  else if (isCluster(what) || !hasKeys()) return false;
  else if (key.toLowerCase() === "c") colour(what);
  else if (key in OTHER) toOther(what, OTHER[key]);
  else return false;
  return true;
}

document.addEventListener("keydown", (event) => {
  const what = whatIs(event.target);
  if (!what || event.ctrlKey || event.metaKey || event.altKey || !(isLifted() || arranges())) return;
  if (isLifted()) event.stopImmediatePropagation(); // what is in a hand goes nowhere by other keys
  if ((isLifted() ? actLifted : act)(what, event)) event.preventDefault();
}, { capture: true });
