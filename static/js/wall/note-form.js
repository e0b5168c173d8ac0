/* The form for a new note: what is typed stays on this device until the server has it. */
import { discard, draft, keep, mark } from "../board/draft.js";
import { load, save } from "../lib/storage.js";

const NAME = "name";
export const form = document.getElementById("note-form");

/** What is typed, as it goes up: the draft's key makes sending it twice harmless. */
export function typed() {
  const { text, name, kind } = form.elements;
  const words = { text: text.value, detail: "", kind: kind.value };
  const { key } = keep(words) ?? {};
  mark({ isTried: true });
  save(NAME, { isUsed: name.value !== "", name: name.value });
  return { ...words, key, name: name.value };
}

export function showProblem(words) {
  document.getElementById("note-problem").textContent = words;
  form.elements.text.setAttribute("aria-invalid", words !== "");
  if (words) form.elements.text.focus();
}

/** What was typed since the note went up is another note, and stays. */
export function clear(note) {
  if (draft()?.key !== note.key) return;
  form.elements.text.value = "";
  showProblem("");
  discard();
}

/** Within the tap itself, or a phone shows no keyboard. */
function open(event) {
  const fold = form.closest("details");
  if (fold.open) return;
  event.preventDefault();
  fold.open = true;
  form.elements.text.focus();
}

function recall() {
  const [{ text, name, kind }, left] = [form.elements, draft()];
  if (left && !text.value) [text.value, kind.value] = [left.text, left.kind];
  if (load(NAME)?.isUsed) name.value ||= load(NAME).name;
  form.closest("details").open ||= text.value !== "";
  form.addEventListener("input", () => keep({ text: text.value, detail: "", kind: kind.value }));
  form.previousElementSibling.addEventListener("click", open);
}

if (form) recall();
