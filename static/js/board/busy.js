/* What the reader's hand and eye do: touch the list, rest a mouse on it, scroll, type, vote. */
const AFTER = { scroll: 1_200, vote: 3_000, key: 5_000 };
const last = { scroll: 0, vote: 0, key: 0 };
const hasMouse = matchMedia("(hover: hover)");
let isPointedAt = false;
let isDown = false;

export const isTouched = () => isDown;
export const isUnderHand = () => isDown || isPointedAt;

export function isBusy() {
  if (isPointedAt || isTyping() || document.querySelector("#questions :focus-visible")) return true;
  return Object.keys(AFTER).some((act) => Date.now() - last[act] < AFTER[act]);
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
addEventListener("pointerdown", () => (isDown = true), { capture: true, passive: true });
for (const end of ["pointerup", "pointercancel", "blur"]) {
  addEventListener(end, () => (isDown = false), { capture: true, passive: true });
}
addEventListener("pointermove", ({ target }) => {
  isPointedAt = hasMouse.matches && Boolean(target.closest?.("#questions"));
}, { passive: true });
document.documentElement.addEventListener("pointerleave", () => (isPointedAt = false));
