/* <toast-note>: a short notice that goes by itself, after some seconds or at its `data-until` on the server's clock. */
import { now } from "../lib/clock.js";

const STAYS = 6_000;

class ToastNote extends HTMLElement {
  static observedAttributes = ["data-until"];

  connectedCallback() {
    const { until } = this.dataset;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.remove(), until ? Number(until) - now() : STAYS);
  }

  attributeChangedCallback() {
    if (this.isConnected) this.connectedCallback();
  }
}

customElements.define("toast-note", ToastNote);

export function toast(message) {
  const note = document.createElement("toast-note");
  note.className = "toast";
  note.textContent = message;
  document.getElementById("toasts").replaceChildren(note);
}
