/* The line has a button of its own: until that is pressed it outlasts a reload, and is not said to be saved. */
import { keptFields } from "../board/kept-field.js";
import { gettext } from "../lib/words.js";
import { waiting } from "./kept.js";

const UNSAVED = gettext("Your line is not saved yet.");
const { all, put } = keptFields("line");
const field = () => document.getElementById("rating-line"); // gone once the talk can no longer be rated
const plain = (text) => text.normalize("NFC").replace(/(?!\s)\p{C}/gu, "").replace(/\s+/g, " ").trim();
const isUnsaved = () => field().value !== taken && plain(field().value) !== plain(waiting().line ?? field().dataset.saved);
let taken = null; // as it was typed: the server may have made something else of it
let seen = null;
let said = "";

export const noteTaken = (line) => (taken = line);

export function clear() {
  put("line", null);
  if (field()) field().value = "";
}

/** Put into a new field what was typed, and forget what is saved by now. */
function follow() {
  if (!field()) return;
  if (field() !== seen) field().value = all().line ?? waiting().line ?? field().value;
  seen = field();
  if (all().line === taken || plain(all().line ?? "") === plain(field().dataset.saved)) put("line", null);
  note();
}

function note() {
  const line = document.getElementById("rating-note");
  if (line.textContent !== UNSAVED) said = line.textContent;
  line.textContent = isUnsaved() && !Object.keys(waiting()).length ? UNSAVED : said;
}

document.addEventListener("input", ({ target }) => {
  if (target !== field()) return;
  put("line", target.value.trim() && isUnsaved() ? target.value : null);
  note();
});
document.addEventListener("htmx:after:swap", follow);
follow();
