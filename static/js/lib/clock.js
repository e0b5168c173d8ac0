/* The server's clock: this device's plus an offset, from the quickest answer seen lately. */
const STALE = 10 * 60_000;
let best = fromPage();

export const now = () => Date.now() + best.offset;

/** Learn from an answer that says when it was written. */
export function sample(serverTime, sent, received) {
  if (!Number.isFinite(serverTime)) return;
  const trip = received - sent;
  if (trip > best.trip && received - best.at < STALE) return;
  best = { offset: serverTime - (sent + received) / 2, trip, at: received };
}

/** After a sleep any sample is better than what is known. */
export function forget() {
  best = { ...best, trip: Infinity };
}

function fromPage() {
  const [page] = performance.getEntriesByType("navigation");
  const at = performance.timeOrigin + (page?.responseStart ?? 0);
  const isFresh = page && page.type !== "back_forward" && page.transferSize > 0;
  const served = Number(document.body.dataset.now);
  return { offset: isFresh ? served - at : 0, trip: isFresh ? page.responseStart - page.requestStart : Infinity, at };
}

const ticking = new Set();

/** Call something now and on each of the server's seconds; the function returned ends that. */
export function everySecond(tick) {
  ticking.add(tick);
  tick();
  return () => ticking.delete(tick);
}

function tickOnTheSecond() {
  ticking.forEach((tick) => tick());
  setTimeout(tickOnTheSecond, 1_000 - (now() % 1_000) + 5);
}

tickOnTheSecond();
