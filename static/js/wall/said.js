/* What those hear who listen, and which keys are theirs, as they have chosen; what others arrange is said as a sum, now and then. */
import { load, save } from "../lib/storage.js";
import { ngettext } from "../lib/words.js";
import { isHeld, isOwn } from "./hands.js";

const CHOSEN = "wall";
const EVERY = 10_000;
const group = document.getElementById("wall-choices");
const moved = new Set();
let gathering = 0;
const chosen = () => ({ keys: true, others: true, ...load(CHOSEN) });

export const say = (words) => (document.getElementById("announcer").textContent = words);
export const hasKeys = () => chosen().keys;

/** Note that a place was told of a note, if that is somebody else's doing and changes anything. */
export function noteOthers(note, told) {
  const isSame = ["x", "y", "colour", "cluster"].every((name) => note.dataset[name] === String(told[name] ?? ""));
  if (isSame || isHeld(note) || isOwn(note.id)) return;
  moved.add(note.id);
  gathering ||= setTimeout(sayHowMany, EVERY);
}

/** A big screen, which has no choices, says nothing. */
function sayHowMany() {
  if (group && chosen().others) say(ngettext("%(num)s note was moved.", "%(num)s notes were moved.", moved.size));
  moved.clear();
  gathering = 0;
}

if (group) {
  for (const box of group.querySelectorAll("input")) box.checked = chosen()[box.value];
  group.addEventListener("change", ({ target: { value, checked } }) => save(CHOSEN, { ...chosen(), [value]: checked }));
}
