/* <char-count for="field">: how much room is left in a field, amber near the end, and how much is too much. */
import { gettext, locale, ngettext } from "../lib/words.js";

const NEAR = 40;
const HAN = /\p{Script=Han}/u;
const SYLLABLE = /\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u;
const length = (field) => [...field.value.trim()].length;

/** How much is said, in letters of an alphabet, as the server counts it: a letter of Chinese is a word. */
function amount(field) {
  const worth = (letter) => (HAN.test(letter) ? 3 : SYLLABLE.test(letter) ? 2 : 1);
  return [...field.value.trim()].reduce((sum, letter) => sum + worth(letter), 0);
}
const figure = new Intl.NumberFormat(locale);

/** What is wrong with a field's length, in words; "" when nothing is. */
export function problemOf(field) {
  const over = length(field) - Number(field.dataset.most);
  const least = Number(field.dataset.least ?? 0);
  if (over > 0) return ngettext("%(over)s character too long. Shorten it.", "%(over)s characters too long. Shorten it.", over, { over: figure.format(over) });
  if (amount(field) < least) return gettext("Too short. Write at least %(least)s characters.", { least });
  return "";
}

class CharCount extends HTMLElement {
  #update = () => this.update();

  connectedCallback() {
    this.field = document.getElementById(this.getAttribute("for"));
    this.hint ??= this.textContent;
    this.field.form.addEventListener("input", this.#update);
    this.update();
  }

  disconnectedCallback() {
    this.field.form?.removeEventListener("input", this.#update);
  }

  update() {
    const left = Number(this.field.dataset.most) - length(this.field);
    this.dataset.tone = left < 0 ? "over" : left <= NEAR ? "near" : "";
    if (!length(this.field)) this.textContent = this.hint;
    else this.textContent = left < 0 ? gettext("%(over)s too many", { over: figure.format(-left) }) : gettext("%(left)s left", { left: figure.format(left) });
  }
}

customElements.define("char-count", CharCount);
