/* <answer-draft> around a field: an answer in writing stays on this device until it is published. */
import { load, save } from "../lib/storage.js";
import { refresh } from "./refresh.js";

const key = (field) => `companion:answer:${document.body.dataset.talk}:${field.dataset.draft}`;

class AnswerDraft extends HTMLElement {
  connectedCallback() {
    const field = this.querySelector("[data-draft]");
    this.addEventListener("input", () => save(key(field), field.value));
    this.morphs = new MutationObserver(() => restore(field));
    this.morphs.observe(field, { childList: true, characterData: true, subtree: true });
    restore(field);
  }

  disconnectedCallback() {
    this.morphs.disconnect();
  }
}

function restore(field) {
  const draft = load(key(field));
  if (!draft || draft === field.defaultValue) return;
  if (field.value === field.defaultValue) field.value = draft;
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const field = ctx.sourceElement.querySelector?.("[data-draft]");
  if (field && ctx.response?.status === 200) save(key(field), null);
  if (field && ctx.response?.status === 422) refresh({ isWhole: true });
});
customElements.define("answer-draft", AnswerDraft);
