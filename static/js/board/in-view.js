/* Whoever is about to write sees the whole form, Send included, above the keyboard. */
const MARGIN = 8;
const EVERY_STEP = 50;
const LASTS = 600;

const form = () => document.getElementById("ask-form");
const isWriting = () => form()?.contains(document.activeElement);

/** The part of the window that neither the keyboard nor the sticky header covers. */
function visible() {
  const { offsetTop, height } = visualViewport;
  const masthead = document.querySelector(".masthead");
  const isSticky = masthead && getComputedStyle(masthead).position === "sticky";
  return { top: offsetTop + (isSticky ? masthead.offsetHeight : 0), bottom: offsetTop + height };
}

function bringIntoView() {
  if (!isWriting() || visualViewport.scale > 1) return;
  const { top, bottom } = form().getBoundingClientRect();
  const room = visible();
  const below = bottom + MARGIN - room.bottom;
  const above = top - MARGIN - room.top;
  const by = above < 0 ? above : Math.min(Math.max(0, below), above);
  if (Math.abs(by) > 1) scrollBy({ top: by, behavior: "instant" });
}

/** A keyboard comes in steps, and the browser scrolls for itself meanwhile. */
export function bringFormIntoView() {
  bringIntoView();
  for (let after = EVERY_STEP; after <= LASTS; after += EVERY_STEP) setTimeout(bringIntoView, after);
}

visualViewport.addEventListener("resize", bringIntoView);
