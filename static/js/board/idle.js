/* Whether the list may move: never under a finger, an eye that reads on, or somebody typing. */
const AFTER = { scroll: 1_200, vote: 3_000, mouse: 1_500, key: 5_000 };
const last = { scroll: 0, vote: 0, mouse: 0, key: 0 };
let isTouched = false;

export const list = () => document.getElementById("questions");
const shown = () => [...list().children].filter((card) => !card.hidden && !("held" in card.dataset));

/** The element that scrolls the list: its own pane on a wide screen, else the page. */
export function scroller() {
  const pane = document.getElementById("board-scroll");
  return getComputedStyle(pane).overflowY === "auto" ? pane : document.scrollingElement;
}

export const edge = () => (scroller() === document.scrollingElement ? 56 : scroller().getBoundingClientRect().top);
export const isReadingOn = () => list().getBoundingClientRect().top < edge() - 24;

export function mayMove() {
  if (!shown().length) return true;
  const isBusy = isTouched || isTyping() || Object.keys(AFTER).some((act) => Date.now() - last[act] < AFTER[act]);
  return !isBusy && !isReadingOn() && !list().querySelector(".edit");
}

/** What the reader just did was meant to move the list. */
export function reset() {
  for (const act of Object.keys(last)) last[act] = 0;
}

export function noteVote() {
  last.vote = Date.now();
}

function isTyping() {
  const field = document.activeElement;
  return field?.matches?.("textarea, input:not([type=radio], [type=checkbox])") && field.value !== "";
}

const note = (act) => (event) => {
  if (event.isTrusted) last[act] = Date.now();
};

addEventListener("scroll", note("scroll"), { capture: true, passive: true });
addEventListener("input", note("key"), { capture: true, passive: true });
addEventListener("pointerdown", () => (isTouched = true), { capture: true, passive: true });
for (const end of ["pointerup", "pointercancel", "blur"]) {
  addEventListener(end, () => (isTouched = false), { capture: true, passive: true });
}
addEventListener("pointermove", (event) => {
  if (event.target.closest?.("#questions")) last.mouse = Date.now();
}, { passive: true });
