/* The desk, the speaker view and the big screen fetch their part when something may have changed. */
import { refresher } from "../lib/refresher.js";

const SPREAD = [200, 900];
const { part: id } = document.body.dataset;
export const part = () => document.getElementById(id);
const stillness = matchMedia("(prefers-reduced-motion: reduce)");
let frozen = false;
let isMissed = false;

/** Whoever asks this holds something back, which is fetched once the part is let go. */
export function isFrozen() {
  isMissed ||= frozen;
  return frozen;
}

export const { refresh, refreshSoon } = refresher(id, { address, isHeld: isFrozen });

/** Something has changed: look, but while changes keep coming not more often than the part's trigger says. */
export const refetch = () => htmx.trigger(part(), "refetch");

/** Let what is shown stay as it is, whatever happens, until it is let go. */
export function freeze(wanted) {
  frozen = wanted;
  if (frozen || !isMissed) return;
  isMissed = false;
  refresh({ isWhole: true });
}

function address(isWhole) {
  const { revision, phase, trouble = "", arranged } = part().dataset;
  const pulse = document.getElementById("pulse")?.dataset.digest ?? "";
  const more = arranged ? { arranged } : { trouble, pulse };
  const known = isWhole ? "" : `&${new URLSearchParams({ since: revision, phase, ...more })}`;
  return `${part().getAttribute("hx-get")}?${shown()}${known}`;
}

/** Which view of the part this is, as its address says it. */
function shown() {
  const { query, more } = part().dataset;
  return `${query}${more ? `&more=${more}` : ""}`;
}

/** Another tab may have been chosen, or the picture frozen, while the answer was on its way. */
htmx.registerExtension("companion-same-view", {
  htmx_before_request(source, { ctx }) {
    if (source.id === id) ctx.shown = shown();
  },
  htmx_before_swap(source, { ctx, tasks }) {
    if (source.id === id && (isFrozen() || ctx.shown !== shown())) return false;
    for (const { swapSpec } of tasks) if (document.hidden || stillness.matches) swapSpec.transition = false;
    return true;
  },
});

document.addEventListener("companion:wake", () => refresh({ isWhole: true }));
document.addEventListener("companion:phase", () => refreshSoon(...SPREAD, { isWhole: true }));
