/* The desk, the speaker view and the big screen fetch their part when something may have changed. */
import { forget, sample } from "./clock.js";

const SOON = 150;
const { part: id, fragment } = document.body.dataset;
export const between = (least, most) => least + Math.random() * (most - least);
let frozen = false;
let running = null;
let again = false;
let soon = 0;
const part = () => document.getElementById(id);

/** Fetch what is shown if it has changed, or in any case when that is asked for. */
export async function catchUp({ isForced = false } = {}) {
  if (frozen) return;
  if (running) {
    again = true;
    return running;
  }
  running = fetchPart(isForced);
  await running;
  running = null;
  if (!again) return;
  again = false;
  await catchUp();
}

export function catchUpSoon(least = SOON, most = SOON) {
  clearTimeout(soon);
  soon = setTimeout(catchUp, between(least, most));
}

export const isFrozen = () => frozen;

/** Let what is shown stay as it is, whatever happens, until it is let go. */
export function freeze(wanted) {
  frozen = wanted;
  if (!frozen) catchUp();
}

async function fetchPart(isForced) {
  const seen = shown();
  const sent = Date.now();
  try {
    const answer = await fetch(`${fragment}?${seen}${isForced ? "" : `&since=${part().dataset.revision}`}`, { headers: { "HX-Request": "true" } });
    sample(Number(answer.headers.get("Companion-Now") ?? NaN), sent, Date.now());
    say("reached");
    if (answer.status === 401 || answer.status === 403) location.reload();
    if (answer.status === 200) await show(await answer.text(), seen);
  } catch {
    say("unreachable");
  }
}

/** Which view of the part this is, as its address says it. */
function shown() {
  const { query, more } = part().dataset;
  return `${query}${more ? `&more=${more}` : ""}`;
}

/** Another tab may have been chosen, or the picture frozen, while the answer was on its way. */
async function show(text, seen) {
  if (frozen || shown() !== seen) return;
  const transition = document.body.dataset.page === "screen" && !matchMedia("(prefers-reduced-motion: reduce)").matches;
  await htmx.swap({ sourceElement: part(), target: part(), swap: "outerMorph", text, transition });
}

export const say = (what) => document.dispatchEvent(new CustomEvent(`companion:${what}`));

document.addEventListener("companion:phase", () => catchUpSoon(200, 1_500));
document.addEventListener("companion:wake", () => {
  forget();
  catchUp();
});
