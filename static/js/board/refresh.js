/* Fetch the board when something may have been missed: the same address is polled without a socket. */
import { follow } from "../lib/single-flight.js";
import { currentSort } from "./order.js";
import { between } from "../lib/request.js";
import { revision } from "./revision.js";

const POLL = 10_000;
const BAR_AFTER = 2_000;
const { talk, board: page } = document.body.dataset;
const tabs = new BroadcastChannel(`companion:${talk}`);
const view = follow({ address: (isWhole) => boardUrl(isWhole ? undefined : revision()), show });

export const resync = view.now;
export const resyncSoon = view.soon;
export const boardUrl = (since) => `${page}?sort=${currentSort()}${since === undefined ? "" : `&since=${since}`}`;

async function show(status, text) {
  if (status !== 200) return;
  const board = document.getElementById("board");
  await htmx.swap({ sourceElement: board, target: board, swap: "outerMorph", text });
}

export const tellOtherTabs = () => tabs.postMessage("changed");
tabs.onmessage = () => resync({ isForced: true });

const isLive = () => document.body.dataset.live === "on";

async function poll() {
  if (!isLive() && !document.hidden) await resync();
  setTimeout(poll, POLL * between(0.8, 1.2));
}

setTimeout(poll, BAR_AFTER);
document.addEventListener("companion:phase", () => resyncSoon(300, 3_000, { isForced: true }));
document.addEventListener("companion:wake", () => resync());
addEventListener("online", () => resync());
