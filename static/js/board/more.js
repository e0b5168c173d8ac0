/* "Show more": the next ones come below, where nothing moves by that; where the list has a pane of its own, by scrolling, too. */
import { cards, scroller } from "./idle.js";
import { more, widen } from "./page.js";
import { refresh } from "./refresh.js";

const NEAR = 600;
const BY_SCROLLING = 200;
const link = () => document.querySelector("#more a");
let isAsked = false;

function showMore() {
  isAsked = true;
  widen();
  refresh({ isWhole: true });
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("#more a")) return;
  event.preventDefault();
  showMore();
});
document.addEventListener("scroll", ({ target }) => {
  if (target !== scroller() || target === document.scrollingElement || isAsked || !link() || cards().length >= BY_SCROLLING) return;
  if (more().getBoundingClientRect().top < innerHeight + NEAR) showMore();
}, { capture: true, passive: true });
document.addEventListener("htmx:after:swap", ({ detail }) => detail.ctx.sourceElement.id === "board" && (isAsked = false));
