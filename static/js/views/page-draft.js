/* What is typed into a page's form stays on this device until it is saved, and is offered back. */
import { load, save } from "../lib/storage.js";

const form = document.querySelector("form.page-editor");
const offer = document.getElementById("kept");
const KEY = `page:${location.pathname}`;
const SENT = "page:sent";
const kept = forgetSaved();
let isUnsaved = form.matches("[data-unsaved]");
let isSending = false;

const fields = () => [...form.elements].filter(({ name, type }) => name && type !== "submit");
const typed = () => fields().filter(({ type }) => type !== "hidden");
const isChanged = () => typed().some((field) => field.value !== field.defaultValue);
const differs = (draft) => typed().some(({ name, value }) => (draft[name] ?? value) !== value);

/** The draft of this page, unless the server has just said that it has saved it. */
function forgetSaved() {
  if (document.querySelector('.notice[role="status"]') && load(SENT)) save(load(SENT), null);
  save(SENT, null);
  return load(KEY);
}

function keep() {
  isUnsaved = form.matches("[data-unsaved]") || isChanged();
  save(KEY, isUnsaved ? Object.fromEntries(fields().map(({ name, value }) => [name, value])) : null);
}

/** The hidden fields go back too: by them the server sees that a file has changed since. */
function putBack() {
  for (const field of fields()) field.value = kept[field.name] ?? field.value;
  form.dispatchEvent(new Event("input", { bubbles: true }));
  typed()[0].focus();
}

form.addEventListener("input", keep);
form.addEventListener("submit", ({ submitter }) => {
  isSending = true;
  if (submitter?.value === "save") save(SENT, KEY);
});
offer.addEventListener("click", ({ target }) => {
  if (!target.matches("button")) return;
  offer.hidden = true;
  if (target.value === "back") putBack();
  else if (!isUnsaved) save(KEY, null);
});
addEventListener("pageshow", () => (isSending = false));
addEventListener("beforeunload", (event) => isUnsaved && !isSending && event.preventDefault());
offer.hidden = !kept || !differs(kept);
