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
    if (opened) restore(opened);
    if (refused) keep(refused);
  },
});

function keep({ id, elements }) {
  const typed = Object.fromEntries(FIELDS.map((name) => [name, elements[name].value]));
  put(id, typed.text.trim() || typed.detail.trim() ? typed : null);
}

/** What was typed over other words than those that stand there now is not put over them. */
function restore({ id, elements }) {
  const typed = all()[id];
  if (typed?.expected_version !== elements.expected_version.value) return put(id, null);
  for (const name of FIELDS) elements[name].value = typed[name];
  elements.text.dispatchEvent(new Event("input", { bubbles: true }));
}

function finish(form) {
  put(form.id, null);
  form.parentElement?.replaceChildren();
}

function close(slot) {
  finish(slot.querySelector(".edit"));
  const way = slot.closest(".own").querySelector(".own__edit"); // not beside what was approved meanwhile
  (way ?? slot.closest("li").querySelector("a, summary")).focus();
}
