/* The pill in the dock says what the list leaves out so far; a press shows it. */
import { gettext } from "../lib/words.js";
import { refresh } from "../views/refresh.js";

const pill = () => document.getElementById("desk-pill");
let isAsked = false;
let known = new Set();

/** Whether the next list may be laid out as the server has it. */
export const isWanted = () => isAsked;

export function letGo() {
  isAsked = true;
}

export function showWaiting({ news = 0, isMoved = false, gaps = 0 }) {
  isAsked = false;
  const words = [news && gettext("%(num)s new", { num: news }), isMoved && gettext("order changed")].filter(Boolean);
  pill().textContent = words.join(" · ") || gettext("Close the gaps");
  pill().hidden = !(words.length || gaps);
  showFirst();
}

/** Bring the first of those into view that a press on the pill has brought. */
function showFirst() {
  if (!known.size) return;
  const fresh = [...document.querySelectorAll("#desk-cards > li")].find(({ id }) => !known.has(id));
  fresh?.scrollIntoView({ block: "center", behavior: "instant" });
  known = new Set();
}

document.addEventListener("click", ({ target }) => {
  if (!target.closest("#desk-pill")) return;
  known = new Set([...document.querySelectorAll("#desk-cards > li")].map(({ id }) => id));
  letGo();
  refresh({ isWhole: true });
});
