/* Moves that can be followed, and a page that stays put while something above it changes. */
import { edge, isReadingOn, list, scroller } from "./idle.js";

const EASE = { duration: 420, easing: "cubic-bezier(0.2, 0.7, 0.2, 1)" };
const wantsStill = matchMedia("(prefers-reduced-motion: reduce)");

/** Change the list, then let each card glide from where it was; new ones fade in. */
export function moveGently(change, fresh) {
  const before = new Map([...list().children].map((card) => [card, card.getBoundingClientRect().top]));
  change();
  if (wantsStill.matches) return;
  for (const [card, top] of before) {
    const moved = top - card.getBoundingClientRect().top;
    if (fresh.includes(card)) card.animate([{ opacity: 0 }, { opacity: 1 }], EASE);
    else if (moved && !isReadingOn()) card.animate([{ translate: `0 ${moved}px` }, { translate: "0 0" }], EASE);
  }
  fresh.forEach(mark);
}

function mark(card) {
  card.dataset.fresh = "";
  setTimeout(() => delete card.dataset.fresh, 2_500);
}

/** Remember what is being read; the function returned puts it back where it was. */
export function keepPlace() {
  const places = [...list().children, ...document.querySelectorAll(".talk__about > *")]
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([, box]) => box.height && box.bottom > edge())
    .sort(([, one], [, other]) => one.top - other.top);
  const isAtTop = !isReadingOn() && scroller().scrollTop < 40;
  return () => {
    const [element, box] = places.find(([each]) => each.isConnected) ?? [];
    if (!element || isAtTop) return;
    const moved = element.getBoundingClientRect().top - box.top;
    if (moved) scroller().scrollBy({ top: moved, behavior: "instant" });
  };
}
