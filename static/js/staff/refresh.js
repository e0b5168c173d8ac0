/* The desk, the speaker view and the big screen fetch their part when something may have changed. */
import { follow } from "../lib/single-flight.js";

const SOON = 150;
const SPREAD = [200, 900];
const { part: id, fragment } = document.body.dataset;
const PACE = id === "desk" ? 1_000 : 0; // a desk is much to build
const part = () => document.getElementById(id);
let frozen = false;
let asked = "";
let lookedAt = 0;

export const { now: catchUp, soon: catchUpSoon } = follow({ address, show, isHeld: () => frozen });
export const isFrozen = () => frozen;

/** Look soon at what has changed; while changes keep coming, not more often than the pace. */
export function keepUp() {
  const wait = Math.max(SOON, lookedAt + PACE - Date.now());
  catchUpSoon(wait, wait);
}

/** Let what is shown stay as it is, whatever happens, until it is let go. */
export function freeze(wanted) {
  frozen = wanted;
  if (!frozen) catchUp({ isForced: true });
}

function address(isWhole) {
  const { revision, phase } = part().dataset;
  asked = shown();
  lookedAt = Date.now();
  return `${fragment}?${asked}${isWhole ? "" : `&${new URLSearchParams({ since: revision, phase })}`}`;
}

/** Which view of the part this is, as its address says it. */
function shown() {
  const { query, more } = part().dataset;
  return `${query}${more ? `&more=${more}` : ""}`;
}

/** Another tab may have been chosen, or the picture frozen, while the answer was on its way. */
async function show(status, text) {
  if (status === 401 || status === 403) location.reload();
  if (status !== 200 || frozen || shown() !== asked) return;
  const swap = () => htmx.swap({ sourceElement: part(), target: part(), swap: "outerMorph", text, askedAt: lookedAt });
  await (isSmooth() ? smoothly(swap) : swap());
}

const isSmooth = () => document.body.dataset.page === "screen" && document.startViewTransition && !matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Not with the transition of htmx, which tells of a swap only once it has been seen: no clock would run until then. */
async function smoothly(swap) {
  const change = document.startViewTransition(swap);
  change.ready.catch(() => {}); // a page in the background changes at once
  await change.updateCallbackDone;
}

document.addEventListener("companion:wake", () => catchUp({ isForced: true }));
document.addEventListener("companion:phase", () => catchUpSoon(...SPREAD, { isForced: true }));
