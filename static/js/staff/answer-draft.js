/* Answers in writing, at the desk and in the speaker view: drafts stay on this device until they are published. */
import { catchUp } from "./refresh.js";
import { keep, recall } from "../lib/storage.js";

const key = (field) => `companion:answer:${document.body.dataset.talk}:${field.dataset.draft}`;

function fill() {
  for (const field of document.querySelectorAll("[data-draft]")) {
    const draft = recall(key(field));
    if (!draft || draft === field.defaultValue) continue;
    if (field.value === field.defaultValue) field.value = draft;
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  }
}

document.addEventListener("input", ({ target }) => target.dataset.draft && keep(key(target), target.value));
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const field = ctx.sourceElement.querySelector?.("[data-draft]");
  if (field && ctx.response?.status === 200) keep(key(field), null);
  if (field && ctx.response?.status === 422) catchUp({ isForced: true });
});
document.addEventListener("htmx:after:swap", fill);
fill();
