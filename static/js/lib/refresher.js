/* What is shown, kept up to date: one fetch at a time, and one more for whoever asked meanwhile. */
import { between, reach, tell } from "./request.js";

const RETRY = [5_000, 10_000];

/**
 * Return how to look at a view, now or soon. `address` says where it is, and whether all of it is wanted or
 * only what has changed; a wish for all of it lives on until it is met. `show` lays the answer in.
 */
export function follow({ address, show, isHeld = () => false }) {
  let running = null;
  let isAsked = false;
  let isForced = false;
  let waiting = 0;
  let due = Infinity;
  let isForcedThen = false;

  async function look() {
    const isWhole = isForced;
    isForced = false;
    try {
      const answer = await reach(address(isWhole));
      if (answer.status >= 500) throw new Error(`the server answers ${answer.status}`);
      const html = await answer.text();
      tell("reached");
      await show(answer.status, html);
    } catch {
      tell("unreachable");
      soon(...RETRY, { isForced: isWhole });
    }
  }

  async function lookUntilAllAreServed() {
    while (isAsked && !isHeld()) {
      isAsked = false;
      await look();
    }
  }

  async function now(options = {}) {
    isAsked = true;
    isForced ||= Boolean(options.isForced);
    running ??= lookUntilAllAreServed().finally(() => (running = null));
    await running;
  }

  function soon(least, most, options = {}) {
    isForcedThen ||= Boolean(options.isForced);
    const wait = between(least, most);
    if (Date.now() + wait >= due) return;
    due = Date.now() + wait;
    clearTimeout(waiting);
    waiting = setTimeout(lookThen, wait);
  }

  function lookThen() {
    const wish = { isForced: isForcedThen };
    due = Infinity;
    isForcedThen = false;
    now(wish);
  }

  return { now, soon };
}
