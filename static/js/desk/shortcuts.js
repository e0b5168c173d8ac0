/* Keys of the desk: one letter each, never inside a field, and off for those who want them off. */
import { load, save } from "../lib/storage.js";

const OFF = "keys-off";
const MENUS = ".reasons, .hints, .after";
const help = document.getElementById("keys");
const switchOn = document.getElementById("keys-on");
const cards = () => [...document.querySelectorAll("#desk-cards > li")];
const isField = (element) => element.matches?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
const MOVES = { j: 1, k: -1 };

function move(by) {
  const all = cards();
  const at = all.indexOf(document.activeElement?.closest?.(".desk-card"));
  const card = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: "nearest" });
}

/** The button of the card that is looked at, else the page's only one. */
function press(key) {
  const here = document.activeElement?.closest?.(".desk-card");
  const wanted = `[data-key="${CSS.escape(key)}"]`;
  const button = here?.querySelector(wanted) ?? [...document.querySelectorAll(wanted)].find((each) => !each.closest(".desk-card"));
  button?.click();
  if (button?.matches("[open] > summary")) button.nextElementSibling.querySelector("button").focus();
  return Boolean(button);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target) || help.open) return;
  if (event.key === "Escape") closeMenus();
  if (!switchOn.checked) return;
  if (MOVES[event.key]) move(MOVES[event.key]);
  else if (event.repeat) return;
  else if (event.key === "?") help.showModal();
  else if (event.key === "/") document.getElementById("desk-find").focus();
  else if (event.key.length > 1 || !press(event.key)) return;
  event.preventDefault();
});

function closeMenus() {
  for (const menu of document.querySelectorAll(`:is(${MENUS})[open]`)) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("#keys-open")) help.showModal();
});
switchOn.addEventListener("change", () => save(OFF, switchOn.checked ? null : 1));
switchOn.checked = !load(OFF);
document.getElementById("keys-open").hidden = false;
