/* The ask box: a line that opens, keeps what is typed, and is cleared by an acknowledgement only. */
import { rest } from "./quiet.js";
import { draft, drop, keep, mark, savedName, saveName } from "./draft.js";
import { problemOf } from "./counter.js";

const STAYS = 6_000;
const DONE = { waiting: "Sent. A moderator reads it first.", open: "Sent. It is on the board." };
const form = () => document.getElementById("ask-form");

/** What is typed, as it goes up: the draft's key makes sending it twice harmless. */
export function typed(form) {
  const { text, detail, kind, name, named } = fields(form);
  const { key } = keep({ text, detail, kind });
  mark({ isTried: true });
  return { key, text, detail, kind, name: named ? name : "" };
}

export function sending(form, isSending) {
  form.toggleAttribute("data-sending", isSending);
  form.querySelector(".ask__send").textContent = isSending ? "Sending…" : "Send";
}

export function sent(form, status) {
  drop();
  for (const name of ["text", "detail"]) form.elements[name].value = "";
  form.querySelector(".ask__more").open = false;
  refused(form, "");
  say(form, DONE[status] ?? "Sent.", "done");
  setTimeout(() => say(form, ""), STAYS);
  close(form);
  rest();
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

export function refused(form, problem) {
  mark({ isWaiting: false });
  form.querySelector(".field__problem").textContent = problem;
  if (problem) open(form);
}

export function askAgainLater(form) {
  mark({ isWaiting: true });
  const device = matchMedia("(pointer: coarse)").matches ? "phone" : "computer";
  say(form, `Saved on this ${device}. It will be sent when you are back online.`, "waiting");
}

function say(form, words, tone = "") {
  const line = form.querySelector(".ask__saved");
  line.textContent = words;
  line.dataset.tone = tone;
}

function fields({ elements }) {
  const values = Object.fromEntries(["text", "detail", "kind", "name"].map((name) => [name, elements[name].value]));
  return { ...values, named: form().querySelector("#ask-named").checked };
}

/** Give a form that came from the server its memory and its manners. */
function dress() {
  const box = form();
  showUnsent(box);
  if (!box || "dressed" in box.dataset) return;
  Object.assign(box.dataset, { dressed: "" });
  box.noValidate = true;
  const { elements } = box;
  const saved = draft();
  if (saved && !elements.text.value) {
    for (const name of ["text", "detail", "kind"]) elements[name].value = saved[name];
    box.querySelector(".ask__more").open ||= saved.detail !== "";
  }
  recallName(box);
  if (elements.text.value || elements.detail.value) open(box);
  if (saved?.isWaiting) askAgainLater(box);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function recallName(box) {
  const { isUsed, name } = savedName();
  const check = box.querySelector("#ask-named");
  check.checked ||= isUsed;
  box.elements.name.value ||= name;
  box.elements.name.disabled = !check.checked;
}

/** The board closed over a draft: show it, so that it can be put elsewhere. */
function showUnsent(box) {
  const note = document.getElementById("unsent");
  const left = box ? "" : (draft()?.text ?? "");
  note.hidden = !left;
  note.querySelector(".closed__text").textContent = left;
}

const open = (box) => (box.dataset.open = "");
const close = (box) => delete box.dataset.open;
const resend = () => form() && draft()?.isWaiting && form().requestSubmit();

document.addEventListener("focusin", (event) => event.target.id === "ask-text" && open(form()));
document.addEventListener("input", (event) => {
  const box = event.target.closest?.("#ask-form");
  if (!box || event.target === box) return;
  open(box);
  const { text, detail, kind, name, named } = fields(box);
  if (keep({ text, detail, kind })?.isWaiting !== true) say(box, "");
  box.elements.name.disabled = !named;
  saveName({ isUsed: named, name });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
  event.target.closest?.("#ask-form, .edit")?.requestSubmit();
});
document.addEventListener("submit", (event) => {
  if (event.target.id !== "ask-form") return;
  const problem = problemOf(event.target.elements.text) || problemOf(event.target.elements.detail);
  if (problem || "sending" in event.target.dataset) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  if (problem) refused(event.target, problem);
}, true);
document.addEventListener("companion:back", resend);
document.addEventListener("companion:reached", resend);
document.addEventListener("htmx:after:swap", dress);
document.addEventListener("click", (event) => {
  if (event.target.closest(".masthead__jump, .board-link") && form()) setTimeout(() => form().elements.text.focus(), 50);
});
dress();
