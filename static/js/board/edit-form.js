/* Editing in place: what is typed is kept until it is saved or given up; a form that is done makes room for the card. */
import { keptFields } from "./kept-field.js";

const FIELDS = ["expected_version", "kind", "text", "detail"];
const { all, put } = keptFields("edits");

document.addEventListener("click", (event) => {
  const slot = event.target.closest(".edit__cancel")?.closest(".own__slot");
  if (!slot) return;
  event.preventDefault();
  close(slot);
});

document.addEventListener("keydown", (event) => {
  const slot = event.key === "Escape" && event.target.closest?.(".own__slot");
  if (slot) close(slot);
});

document.addEventListener("input", ({ target }) => {
  const form = target.closest(".own__slot > .edit");
  if (form) keep(form);
});

htmx.registerExtension("companion-edit", {
  htmx_after_request(form, { ctx }) {
    if (form.matches(".edit") && ctx.response.status === 200) finish(form);
  },
  htmx_finally_request(source) {
    const opened = source.matches(".own__edit") && document.querySelector(`${source.getAttribute("hx-target")} > .edit`);
    const refused = source.matches(".edit") && document.getElementById(source.id);
    if (opened) restoreAlone(opened);
    if (refused) keep(refused);
  },
});

function keep({ id, elements }) {
  const typed = Object.fromEntries(FIELDS.map((name) => [name, elements[name].value]));
  put(id, typed.text.trim() || typed.detail.trim() ? typed : null);
}

/** One question has one form, wherever it is listed. What was typed over other words is refused as if it had stayed here. */
function restoreAlone(form) {
  const typed = all()[form.id];
  for (const other of document.querySelectorAll(".own__slot > .edit")) if (other.id === form.id && other !== form) other.remove();
  if (!typed) return;
  for (const name of FIELDS) form.elements[name].value = typed[name];
  form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
}

function finish(form) {
  put(form.id, null);
  form.parentElement?.replaceChildren();
}

function close(slot) {
  finish(slot.querySelector(".edit"));
  const way = slot.closest(".own").querySelector(".own__edit"); // not beside what was approved meanwhile
  (way ?? slot.closest("li").querySelector("a, summary") ?? document.getElementById("board-title")).focus();
}
