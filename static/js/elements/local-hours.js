/* <local-hours>: a talk's hours in the reader's own zone, where that is another one; its words are never the server's. */
import { gettext, locale } from "../lib/words.js";

const hours = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const weekday = new Intl.DateTimeFormat(locale, { weekday: "long" });

class LocalHours extends HTMLElement {
  static observedAttributes = ["data-starts", "data-ends", "data-day", "data-hours"];

  connectedCallback() {
    const { starts, ends, day, hours: there } = this.dataset;
    const [from, to] = [new Date(Number(starts)), new Date(Number(ends))];
    const own = `${hours.format(from)}–${hours.format(to)}`;
    const otherDay = from.getDay() === Number(day) ? "" : `${weekday.format(from)}, `;
    this.textContent = own === there ? "" : gettext("%(hours)s your time", { hours: otherDay + own });
  }

  attributeChangedCallback() {
    if (this.isConnected) this.connectedCallback();
  }
}

customElements.define("local-hours", LocalHours);
