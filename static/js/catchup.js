/* The desk, the speaker view and the big screen fetch their part when something may have changed. */
import { follow } from "./latest.js";

const SOON = 150;
const SPREAD = [200, 900];
const { part: id, fragment } = document.body.dataset;
const part = () => document.getElementById(id);
let frozen = false;
let asked = "";

const view = follow({ address, show, isHeld: () => frozen });
export const catchUp = view.now;
export const catchUpSoon = (least = SOON, most = SOON, options = {}) => view.soon(least, most, options);
export const isFrozen = () => frozen;

/** Let what is shown stay as it is, whatever happens, until it is let go. */
export function freeze(wanted) {
  frozen = wanted;
  if (!frozen) catchUp({ isForced: true });
}

function address(isWhole) {
  const { revision, phase } = part().dataset;
  asked = shown();
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
  const swap = () => htmx.swap({ sourceElement: part(), target: part(), swap: "outerMorph", text });
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
