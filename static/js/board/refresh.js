/* Fetch the board when something may have been missed; without a socket it is asked for again and again. */
import { refresher } from "../lib/refresher.js";
import { between } from "../lib/request.js";
import { newKey, onSaved, save } from "../lib/storage.js";
import { currentFind, currentSort } from "./order.js";
import { beginAnew, isAwaited, page, widen } from "./page.js";
import { revision } from "./revision.js";

const POLL = 10_000;
const BAR_AFTER = 2_000;
const CHANGED = `changed:${document.body.dataset.talk}`;
const address = (isWhole) => boardUrl(isWhole || isAwaited() ? {} : { since: revision() });

export const { refresh, refreshSoon } = refresher("board", { address });

/** What came as for a stranger is fetched as for this reader, not by everybody at once. */
export const lookAgain = () => refreshSoon(500, 3_000, { isWhole: true });

export function showMore() {
  widen();
  refresh({ isWhole: true });
}

/** Another order of a long board begins with other cards. */
export function firstPage() {
  beginAnew();
  refresh({ isWhole: true });
}

/** Where this reader's view of the board is, in their order, with what they look for. */
const boardUrl = (more = {}) => `${document.getElementById("board").getAttribute("hx-get")}?${view(more)}`;
export const view = (more = {}) => new URLSearchParams({ sort: currentSort(), find: currentFind(), ...page(), ...more });

/** Other tabs hear of what is kept on this device. */
export const tellOtherTabs = () => save(CHANGED, newKey());
onSaved(CHANGED, () => refresh({ isWhole: true }));

const isLive = () => document.body.dataset.live === "on";

function poll() {
  if (!isLive() && !document.hidden) refresh();
  setTimeout(poll, POLL * between(0.8, 1.2));
}

setTimeout(poll, BAR_AFTER);
document.addEventListener("companion:phase", () => refreshSoon(300, 3_000, { isWhole: true }));
document.addEventListener("companion:wake", () => refresh());
addEventListener("online", () => refresh());
