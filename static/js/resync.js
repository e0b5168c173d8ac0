/* Fetch the board when something may have been missed: the same address is polled without a socket. */
import { forget, sample } from "./clock.js";
import { currentSort } from "./order.js";
import { revision } from "./revision.js";

const POLL = 10_000;
const BAR_AFTER = 2_000;
const { talk, board: address } = document.body.dataset;
const tabs = new BroadcastChannel(`companion:${talk}`);
const between = (least, most) => least + Math.random() * (most - least);
let running = null;
let again = null;
let soon = 0;

export const boardUrl = (since) => `${address}?sort=${currentSort()}${since === undefined ? "" : `&since=${since}`}`;

/** Fetch and show the board; whoever calls during a fetch may know more than it, so another follows. */
export async function resync({ isForced = false } = {}) {
  if (running) {
    again = { isForced: isForced || Boolean(again?.isForced) };
    return running;
  }
  running = catchUp(isForced);
  await running;
  running = null;
  const next = again;
  again = null;
  if (next) await resync(next);
}

export function resyncSoon(least, most, options) {
  clearTimeout(soon);
  soon = setTimeout(() => resync(options), between(least, most));
}

/** Fetch from this talk's server and learn its time on the way. */
export async function reach(url, options = {}) {
  const sent = Date.now();
  const answer = await fetch(url, { ...options, headers: { ...options.headers, "HX-Request": "true" } });
  sample(Number(answer.headers.get("Companion-Now") ?? NaN), sent, Date.now());
  return answer;
}

async function catchUp(isForced) {
  try {
    const answer = await reach(boardUrl(isForced ? undefined : revision()));
    if (answer.status >= 500) throw new Error(`the server answers ${answer.status}`);
    document.dispatchEvent(new CustomEvent("companion:reached"));
    if (answer.status !== 200) return;
    const board = document.getElementById("board");
    await htmx.swap({ sourceElement: board, target: board, swap: "outerMorph", text: await answer.text() });
  } catch {
    document.dispatchEvent(new CustomEvent("companion:unreachable"));
  }
}

export const tellOtherTabs = () => tabs.postMessage("changed");
tabs.onmessage = () => resync({ isForced: true });

const isLive = () => document.body.dataset.live === "on";

async function poll() {
  if (!isLive() && !document.hidden) await resync();
  setTimeout(poll, POLL * between(0.8, 1.2));
}

setTimeout(poll, BAR_AFTER);
document.addEventListener("companion:phase", () => setTimeout(() => resync({ isForced: true }), between(300, 3_000)));
addEventListener("online", () => resync());
document.addEventListener("companion:wake", () => {
  forget();
  resync();
});
