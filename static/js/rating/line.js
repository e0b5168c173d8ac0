/* The line has a button of its own: until that is pressed it outlasts a reload, and is not said to be saved. */
import { keptFields } from "../board/kept-field.js";
import { gettext } from "../lib/words.js";
import { waiting } from "./kept.js";

const UNSAVED = gettext("Your line is not saved yet.");
const { all, put } = keptFields("line");
const field = () => document.getElementById("rating-line"); // gone once the talk can no longer be rated
const plain = (text) => text.normalize("NFC").replace(/\s+/g, " ").replace(/\p{C}/gu, "").trim(); // what the server makes of it differs in no more
const isUnsaved = () => plain(field().value) !== plain(waiting().line ?? field().dataset.saved);
let seen = null;
let said = "";

export function clear() {
  put("line", null);
  if (field()) field().value = "";
}

/** Put into a new field what was typed, and forget what is saved by now. */
function follow() {
  if (!field()) return;
  if (field() !== seen) field().value = all().line ?? waiting().line ?? field().value;
  seen = field();
  if (plain(all().line ?? "") === plain(field().dataset.saved)) put("line", null);
  note();
}

function note() {
  const line = document.getElementById("rating-note");
  if (line.textContent !== UNSAVED) said = line.textContent;
  line.textContent = isUnsaved() ? UNSAVED : said;
}

document.addEventListener("input", ({ target }) => {
  if (target !== field()) return;
  put("line", target.value.trim() && isUnsaved() ? target.value : null);
  note();
});
document.addEventListener("htmx:after:swap", follow);
follow();
