/* The ask box: a line that opens, and remembers what is typed and under which name. */
import { askAgainLater, box, clear, fields, open, refused, say } from "./ask-form.js";
import { problemOf } from "../elements/char-count.js";
import { draft, keep, onDropped, savedName, saveName } from "./draft.js";

/** Give a form that came from the server its memory and its manners. */
function dress() {
  const form = box();
  showUnsent(form);
  document.querySelector(".masthead__jump").textContent = form ? "Ask" : "Questions";
  if (!form || "dressed" in form.dataset) return;
  form.dataset.dressed = "";
  form.noValidate = true;
  recallName(form);
  recallDraft(form);
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function recallName({ elements }) {
  const { isUsed, name } = savedName();
  const check = elements.namedItem("ask-named");
  check.checked ||= isUsed;
  elements.name.value ||= name;
  elements.name.disabled = !check.checked;
}

function recallDraft(form) {
  const { elements } = form;
  const saved = draft();
  if (saved && !elements.text.value) {
    for (const name of ["text", "detail", "kind"]) elements[name].value = saved[name];
    form.querySelector(".ask__more").open ||= saved.detail !== "";
  }
  if (elements.text.value || elements.detail.value) open(form);
  if (saved?.isWaiting) askAgainLater(form);
}

/** The board closed over a draft: show it, so that it can be put elsewhere. */
function showUnsent(form) {
  const note = document.getElementById("unsent");
  const left = form ? "" : (draft()?.text ?? "");
  note.hidden = !left;
  note.querySelector(".closed__text").textContent = left;
}

function resend() {
  if (draft()?.isWaiting) box()?.requestSubmit();
}

document.addEventListener("focusin", (event) => event.target.id === "ask-text" && open(box()));
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("#ask-form");
  if (!form || event.target === form) return;
  open(form);
  const typed = fields(form);
  if (!keep(typed)?.isWaiting) say(form, "");
  form.elements.name.disabled = !typed.named;
  saveName({ isUsed: typed.named, name: typed.name });
});
document.addEventListener("keydown", (event) => {
  const isSend = event.key === "Enter" && (event.metaKey || event.ctrlKey);
  if (isSend) event.target.closest?.("#ask-form, .edit")?.requestSubmit();
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id !== "ask-form") return;
  const problem = problemOf(form.elements.text) || problemOf(form.elements.detail);
  if (problem) refused(form, problem);
  if (!problem && !("sending" in form.dataset)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
document.addEventListener("click", (event) => {
  if (event.target.closest(".masthead__jump, .board-link")) setTimeout(() => box()?.elements.text.focus(), 50);
});
document.addEventListener("companion:back", resend);
document.addEventListener("companion:reached", resend);
document.addEventListener("companion:try", resend);
document.addEventListener("htmx:after:swap", dress);
onDropped((text) => box()?.elements.text.value === text && clear(box()));
dress();
