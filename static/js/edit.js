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
  const { ctx } = event.detail;
  if (event.target.matches(".edit") && ctx.response.status === 200) event.target.parentElement.replaceChildren();
});

document.addEventListener("htmx:after:swap", (event) => {
  if (event.target.matches?.(".own__edit")) document.getElementById(event.target.getAttribute("hx-target").slice(1)).querySelector("textarea")?.focus();
});

function close(slot) {
  slot.replaceChildren();
  slot.closest(".own").querySelector(".own__edit").focus();
}
