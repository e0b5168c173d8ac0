/* <copy-button for="field">: its button copies what a field holds; it is there only where the browser lets a page do that. */
import { toast } from "./toast-note.js";

class CopyButton extends HTMLElement {
  connectedCallback() {
    this.hidden = !navigator.clipboard;
    this.addEventListener("click", this.copy);
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(document.getElementById(this.getAttribute("for")).value);
      toast("Copied.");
    } catch {
      toast("This browser does not let the page copy. Select the words, and copy them by hand.");
    }
  }
}

customElements.define("copy-button", CopyButton);
