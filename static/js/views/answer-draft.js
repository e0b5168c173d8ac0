/* <answer-draft> around a field: an answer in writing stays on this device until it is published. */
import { load, save } from "../lib/storage.js";
import { refresh } from "./refresh.js";

const key = (field) => `answer:${document.body.dataset.talk}:${field.dataset.draft}`;

class AnswerDraft extends HTMLElement {
  #morphs = new MutationObserver(() => this.restore());

  /** The field may come after the element, and a morph may change it at any time. */
  connectedCallback() {
    this.addEventListener("input", this.save);
    this.#morphs.observe(this, { childList: true, characterData: true, subtree: true });
    this.restore();
  }

  disconnectedCallback() {
    this.#morphs.disconnect();
  }

  save({ target }) {
    save(key(target), target.value);
  }

  restore() {
    const field = this.querySelector("[data-draft]");
    if (field) restore(field);
  }
}

function restore(field) {
  const draft = load(key(field));
  if (!draft || draft === field.defaultValue) return;
  if (field.value === field.defaultValue) field.value = draft;
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const field = ctx.sourceElement.matches("form") && ctx.sourceElement.querySelector("[data-draft]");
  if (field && ctx.response?.status === 200) save(key(field), null);
  if (field && ctx.response?.status === 422) refresh({ isWhole: true });
});
customElements.define("answer-draft", AnswerDraft);
