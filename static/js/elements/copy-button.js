/* <copy-button for="field">: its button copies what an element holds; it is there only where the browser lets a page do that. */
import { gettext } from "../lib/words.js";
import { toast } from "./toast-note.js";

class CopyButton extends HTMLElement {
  connectedCallback() {
    this.hidden = !navigator.clipboard;
    this.addEventListener("click", this.copy);
  }

  async copy() {
    try {
      const from = document.getElementById(this.getAttribute("for"));
      await navigator.clipboard.writeText(from.value ?? from.textContent);
      toast(gettext("Copied."));
    } catch {
      toast(gettext("This browser does not let the page copy. Select the words, and copy them by hand."));
    }
  }
}

customElements.define("copy-button", CopyButton);
