/* Nothing of the list moves under a finger: not by what others do, and not by what was pressed here. */
import { refresh } from "../views/refresh.js";
import { freshDesk } from "./fresh-desk.js";
import { cards, isSeen, keepPlaces } from "./places.js";
import { isWanted, letGo, showWaiting } from "./list-pill.js";

const QUIET = 1_500;
const list = () => document.getElementById("desk-cards");
let last = 0;
let touched;
let waits = { news: 0, gaps: 0 };

function note({ target }) {
  if (!target.closest?.("#desk-cards")) return;
  last = Date.now();
  touched = target.closest("#desk-cards > li");
}

/** Remember what is being looked at; the function returned puts it back where it was. */
function holdStill() {
  const seen = [touched, ...cards()].filter((card) => card?.isConnected && isSeen(card));
  const tops = seen.map((card) => [card, card.getBoundingClientRect().top]);
  const at = cards().indexOf(document.activeElement?.closest?.("#desk-cards > li"));
  return () => {
    const [card, top] = tops.find(([each]) => each.isConnected) ?? [];
    const moved = card && card.getBoundingClientRect().top - top;
    if (moved) scrollBy({ top: moved, behavior: "instant" });
    const isLost = at >= 0 && !list().contains(document.activeElement);
    if (isLost) cards()[Math.min(at, cards().length - 1)]?.focus({ preventScroll: true });
  };
}

htmx.registerExtension("companion-stable-list", {
  htmx_before_swap(source, { ctx, tasks }) {
    const desk = freshDesk(tasks);
    if (!desk) return true;
    const isSame = desk.dataset.query === document.getElementById("desk").dataset.query;
    if (isSame) ctx.stayPut = holdStill();
    const isHeld = isSame && cards().length && !(source.id === "desk" && isWanted());
    waits = isHeld ? keepPlaces(desk) : { news: 0, gaps: 0 };
    return true;
  },
  htmx_after_swap(source, { ctx }) {
    ctx.stayPut?.();
    showWaiting(waits);
    if (source.matches("[data-tidies]")) waits.isDone = true;
  },
});

for (const act of ["pointerdown", "keydown"]) addEventListener(act, note, { capture: true, passive: true });
setInterval(() => {
  const isIdle = Date.now() - last > QUIET && (waits.isDone || document.hidden || !isSeen(list()));
  if (!isIdle || !(waits.news || waits.gaps || waits.isMoved)) return;
  letGo();
  refresh({ isWhole: true });
}, 500);
