/* The ask box: a line that opens, and remembers what is typed and under which name. */
import { problemOf } from "../elements/char-count.js";
import { clear, fields, recallDraft } from "./ask-form.js";
import { isFree } from "./ask-next.js";
import { giveAskRoomBack, keepAskRoom } from "./ask-room.js";
import { open, showProblem, showState } from "./ask-state.js";
import { keep, keepName, onDiscarded, recallName } from "./draft.js";
import { bringFormIntoView } from "./in-view.js";
import { showOutbox } from "./outbox.js";
import { showUnsent } from "./unsent.js";

const form = () => document.getElementById("ask-form");

class AskBox extends HTMLElement {
  /** Give a form that came from the server what this device remembers. */
  connectedCallback() {
    form().noValidate = true;
    recallName(form());
    recallDraft(form());
    form().dispatchEvent(new Event("input", { bubbles: true }));
    this.addEventListener("focusin", this.opened);
    this.addEventListener("input", this.typed);
    this.addEventListener("submit", this.checked, true);
    showUnsent();
    showOutbox();
    giveAskRoomBack();
  }

  disconnectedCallback() {
    showUnsent();
    keepAskRoom();
  }

  opened({ target }) {
    if (target.id !== "ask-text") return;
    open(form());
    bringFormIntoView();
  }

  typed({ target }) {
    if (target.id === "ask-form") return; // it was cleared, perhaps when the board had closed and it was gone
    open(form());
    if (!keep(fields(form()))?.isWaiting) showState(form(), "");
    showOutbox();
    keepName(form());
  }

  /** A form that would be refused is not sent, and one on its way not yet. */
  checked(event) {
    const { text, detail } = form().elements;
    const problem = problemOf(text) || problemOf(detail);
    if (problem) showProblem(form(), problem, problemOf(text) ? "text" : "detail");
    if (!problem && isFree(form())) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

onDiscarded((text) => form()?.elements.text.value === text && clear(form()));
customElements.define("ask-box", AskBox);
