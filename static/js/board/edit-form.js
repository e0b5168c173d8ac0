/* Editing in place: Cancel closes the form, and a saved one makes room for the card again. */
document.addEventListener("click", (event) => {
  const cancel = event.target.closest(".edit__cancel");
  const slot = cancel?.closest(".own__slot");
  if (!slot) return;
  event.preventDefault();
  close(slot);
});

document.addEventListener("keydown", (event) => {
  const slot = event.key === "Escape" && event.target.closest?.(".own__slot");
  if (slot) close(slot);
});

document.addEventListener("htmx:after:request", (event) => {
  const { sourceElement: form, response } = event.detail.ctx;
  if (form.matches(".edit") && response.status === 200) form.parentElement?.replaceChildren();
});

document.addEventListener("htmx:after:swap", (event) => {
  const link = event.detail.ctx.sourceElement;
  if (link.matches(".own__edit")) link.parentElement.querySelector(".edit textarea")?.focus();
});

function close(slot) {
  slot.replaceChildren();
  slot.closest(".own").querySelector(".own__edit").focus();
}
