/* What others arrange, as it is told; whoever has missed something asks where the notes are. */
import { emit, request } from "../lib/request.js";
import { refetch, refreshSoon } from "../views/refresh.js";
import { socket } from "../views/socket.js";
import { sumAll } from "./clusters.js";
import { awaitsMore } from "./lists.js";
import { layMarks, takeMarks } from "./marks.js";
import { arranges, known, layAll, wall } from "./places.js";
import { dropGone, takeAreas, takePlace } from "./told.js";

const SPREAD = [200, 900]; // a note that came up on the list is fetched by all who had it not
const RETRY = [1_000, 3_000];
let newest = 0;

/** Places are whole: what is told after something older holds, whatever else was between. */
function take({ revision, after, places, clusters = [], strokes }) {
  newest = Math.max(newest, revision);
  if (revision <= known()) return;
  if (after > known()) {
    catchUp();
    return;
  }
  const areHere = [takeAreas(clusters), ...places.map(takePlace)];
  dropGone(clusters);
  takeMarks(strokes);
  sumAll();
  wall().dataset.arranged = revision;
  emit("arranged");
  if (!areHere.every(Boolean) || awaitsMore()) refreshSoon(...SPREAD, { isWhole: true });
}

/** What was told since; undefined for no answer, which what comes from elsewhere than the server is, too. */
async function ask(since) {
  const answer = await request(`${wall().dataset.places}?since=${since}`).catch(() => null);
  if (answer?.status === 200) return answer.json().catch(() => undefined);
  return answer?.ok ? null : undefined;
}

export async function catchUp() {
  const since = known();
  const told = await ask(since);
  if (told === undefined) refreshSoon(...RETRY, { isWhole: true });
  if (!told) return;
  if (known() === since) take(told);
  if (known() < newest) catchUp(); // more was told while the answer was on its way
}

/** What was fetched may be older than what was told while it was on its way. */
document.addEventListener("htmx:after:swap", () => {
  layAll();
  layMarks();
  if (known() < newest && document.getElementById("wall-map")) catchUp(); // else it is put away
});
socket.on("connect", () => (newest = 0)); // after a restart it may be another database, which counts anew
socket.on("wall", take);
socket.on("tally", sumAll);
socket.on("rearranged", () => arranges() && refetch()); // it is put away, and those who see it look themselves
layAll();
layMarks();
