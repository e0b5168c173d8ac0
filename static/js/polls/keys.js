/* The keys 1 to 6 choose an answer of the poll that is open, while no field has the focus and where their switch is shown. */
import { load, save } from "../lib/storage.js";

const OFF = "keys-off"; // as at the desk
const isField = ({ target }) => target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const picks = () => [...document.querySelectorAll('.poll[data-state="open"] .poll__pick')];
const box = () => document.getElementById("poll-keys");
const areOn = () => !load(OFF) && box()?.offsetParent;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isField(event)) return;
  if (!/^[1-6]$/.test(event.key) || !areOn()) return;
  const pick = picks()[event.key - 1];
  if (!pick || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  pick.click();
});

/** Whoever wants no keys of one letter can switch them off, here and at the desk alike. */
document.addEventListener("change", ({ target }) => {
  if (target !== box()) return;
  save(OFF, target.checked ? null : 1);
  show();
});
document.addEventListener("htmx:after:swap", show);
show();

function show() {
  document.body.toggleAttribute("data-keys-off", Boolean(load(OFF)));
  if (box()) box().checked = !load(OFF);
}
