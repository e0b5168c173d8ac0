/* Sorting and choosing without leaving the page. */
import { gettext } from "../lib/words.js";
import { lead } from "./find.js";
import { cards } from "./idle.js";
import { currentSort, sortBy } from "./order.js";
import { left, more } from "./page.js";
import { showAll } from "./pill.js";
import { firstPage, showMore } from "./refresh.js";

const tools = () => document.getElementById("tools");
const mine = () => document.getElementById("only-mine");
const onlyMine = () => mine().getAttribute("aria-pressed") === "true";

function update() {
  mine().hidden = !document.querySelector("#questions > [data-own]") && !onlyMine();
  for (const link of tools().querySelectorAll("[data-sort]")) {
    if (link.dataset.sort === currentSort()) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  filter();
}

function filter() {
  for (const card of cards()) card.hidden = onlyMine() && !("own" in card.dataset);
  const shown = cards().filter((card) => !card.hidden).length;
  document.getElementById("found-mine").textContent = onlyMine() ? gettext("%(shown)s of %(all)s", { shown, all: cards().length + left() }) : "";
  if (onlyMine() && !shown) document.getElementById("board-empty").textContent = gettext("Nothing here matches.");
}

function reorder(link) {
  sortBy(link.dataset.sort);
  history.replaceState(null, "", link.search + link.hash);
  if (more()) firstPage();
  else showAll();
  update();
}

function showOnlyMine(isWanted) {
  mine().setAttribute("aria-pressed", String(isWanted));
  showAll();
  filter();
}

document.addEventListener("click", (event) => {
  const order = event.target.closest("a.tools__order");
  const found = event.target.closest(".mine__text a, .now-strip a, .tools__all");
  const wider = event.target.closest("#more a");
  if (order || wider || found?.matches(".tools__all")) event.preventDefault();
  if (order) reorder(order);
  if (wider) showMore();
  if (event.target.closest("#only-mine")) showOnlyMine(!onlyMine());
  if (!found) return;
  showOnlyMine(false);
  lead(found.hash);
});
document.addEventListener("htmx:after:swap", update);
update();
