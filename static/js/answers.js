/* Answers in writing: drafts stay on this device until they are published. */
const key = (field) => `companion:answer:${document.body.dataset.talk}:${field.dataset.draft}`;
const fields = () => document.querySelectorAll("[data-draft]");

function recall() {
  for (const field of fields()) {
    if (!field.value) field.value = read(field) ?? "";
  }
}

function read(field) {
  try {
    return localStorage.getItem(key(field));
  } catch {
    return null;
  }
}

document.addEventListener("input", ({ target }) => {
  if (!target.dataset.draft) return;
  try {
    localStorage.setItem(key(target), target.value);
  } catch {
    /* Without storage the page itself keeps it, as long as it is open. */
  }
});
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const field = ctx.sourceElement.querySelector?.("[data-draft]");
  if (!field || ctx.response?.status !== 200) return;
  try {
    localStorage.removeItem(key(field));
  } catch {
    /* There was none. */
  }
});
document.addEventListener("htmx:after:swap", recall);
recall();
