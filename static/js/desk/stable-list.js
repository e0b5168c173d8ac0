/* Stable under the pointer: while somebody is at the list, cards keep their places. */
import { refresh } from "../views/refresh.js";
import { freshDesk } from "./fresh-desk.js";

const AFTER = 2_000;
const EDGE = 110;
const list = () => document.getElementById("desk-cards");
const cards = () => [...list().children];
let last = 0;
let isStale = false;
const isBusy = () => Date.now() - last < AFTER;
const note = (event) => event.target.closest?.("#desk-cards") && (last = Date.now());

/** Put the cards of a fresh list where they are now; new ones come first among the incoming, else last. */
function keepPlaces(desk) {
  const fresh = desk.querySelector("#desk-cards");
  const places = new Map(cards().map((card, place) => [card.id, place]));
  const unknown = desk.dataset.tab === "incoming" ? -1 : Infinity;
  const place = (card) => places.get(card.id) ?? unknown;
  const sorted = [...fresh.children].sort((one, other) => place(one) - place(other) || 0);
  isStale = sorted.some((card, at) => card !== fresh.children[at]);
  fresh.replaceChildren(...sorted);
}

/** Remember what is being looked at; the function returned puts it back where it was. */
function holdStill() {
  const seen = cards().map((card) => [card, card.getBoundingClientRect()]).filter(([, box]) => box.bottom > EDGE);
  const at = cards().indexOf(document.activeElement?.closest?.("#desk-cards > li"));
  const isReadingOn = list().getBoundingClientRect().top < EDGE;
  return () => {
    const [card, box] = seen.find(([each]) => each.isConnected) ?? [];
    const moved = card && card.getBoundingClientRect().top - box.top;
    if (moved && (isReadingOn || isBusy())) scrollBy({ top: moved, behavior: "instant" });
    const isLost = at >= 0 && !list().contains(document.activeElement);
    if (isLost) cards()[Math.min(at, cards().length - 1)]?.focus({ preventScroll: true });
  };
}

htmx.registerExtension("companion-stable-list", {
  htmx_before_swap(_source, { ctx, tasks }) {
    const desk = freshDesk(tasks);
    if (desk?.dataset.query === document.getElementById("desk").dataset.query) {
      if (isBusy()) keepPlaces(desk);
      ctx.stayPut = holdStill();
    }
    return true;
  },
  htmx_after_swap(_source, { ctx }) {
    ctx.stayPut?.();
  },
});

for (const act of ["pointermove", "pointerdown", "keydown", "scroll"]) addEventListener(act, note, { capture: true, passive: true });
setInterval(() => {
  if (!isStale || isBusy()) return;
  isStale = false;
  refresh({ isWhole: true });
}, 500);
