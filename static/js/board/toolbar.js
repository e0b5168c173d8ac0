/* Sorting and finding without leaving the page, once there is enough to sort and find in. */
import { look, settle } from "./list.js";
import { currentSort, sortBy } from "./order.js";
import { resync } from "./refresh.js";

const FEW = 3;
let wasFiltered = true;
const tools = () => document.getElementById("tools");
const cards = () => [...document.getElementById("questions").children];
const wanted = () => document.getElementById("find").value.trim().toLowerCase();
const mine = () => document.getElementById("only-mine");
const onlyMine = () => mine().getAttribute("aria-pressed") === "true";

function refresh() {
  tools().hidden = cards().length <= FEW && !wanted() && !onlyMine();
  mine().hidden = !document.querySelector("#questions > [data-own]") && !onlyMine();
  tools().querySelectorAll("[data-sort]").forEach((link) => {
    if (link.dataset.sort === currentSort()) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
  filter();
}

function filter() {
  const isFiltered = wanted() !== "" || onlyMine();
  if (!isFiltered && !wasFiltered) return;
  wasFiltered = isFiltered;
  for (const card of cards()) {
    const says = card.querySelector(".question__body").textContent.toLowerCase();
    card.hidden = !says.includes(wanted()) || (onlyMine() && !("own" in card.dataset));
  }
  const shown = cards().filter((card) => !card.hidden).length;
  document.getElementById("found").textContent = isFiltered ? `${shown} of ${cards().length}` : "";
  if (isFiltered && !shown) document.getElementById("board-empty").textContent = "Nothing here matches.";
}

/** Leave no filter between a link and its card. */
function uncover() {
  document.getElementById("find").value = "";
  mine().setAttribute("aria-pressed", "false");
  settle();
  refresh();
}

document.addEventListener("click", (event) => {
  const order = event.target.closest("a.tools__order");
  if (order) {
    event.preventDefault();
    sortBy(order.dataset.sort);
    history.replaceState(null, "", order.href);
    settle();
    refresh();
  }
  if (event.target.closest("#only-mine")) {
    mine().setAttribute("aria-pressed", String(!onlyMine()));
    filter();
  }
  if (event.target.closest(".mine__text a")) uncover();
});
document.addEventListener("submit", (event) => event.target.matches(".tools__find") && event.preventDefault());
document.addEventListener("input", (event) => {
  if (event.target.id !== "find") return;
  settle();
  filter();
});
document.addEventListener("htmx:after:swap", () => {
  refresh();
  look();
});
if (wanted()) resync({ isForced: true }).then(settle);
refresh();
