/* Editing in place: Cancel closes the form, and a saved one makes room for the card again. */
import { submit } from "../lib/request.js";

document.addEventListener("click", (event) => {
  const slot = event.target.closest(".edit__cancel")?.closest(".own__slot");
  if (!slot) return;
  event.preventDefault();
  close(slot);
});

document.addEventListener("keydown", (event) => {
  const slot = event.key === "Escape" && event.target.closest?.(".own__slot");
  const isSend = event.key === "Enter" && (event.metaKey || event.ctrlKey);
  if (slot) close(slot);
  const form = isSend && event.target.closest?.("#ask-form, .edit");
  if (form) submit(form);
});

document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement: form, response } = event.detail.ctx;
  if (form.matches(".edit") && response.status === 200) form.parentElement?.replaceChildren();
});

function close(slot) {
  slot.replaceChildren();
  slot.closest(".own").querySelector(".own__edit").focus();
}
