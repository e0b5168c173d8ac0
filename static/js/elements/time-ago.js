/* <time-ago> around a <time>: how long ago that was, kept up to date, with the moment itself as its title. */
import { now } from "../lib/clock.js";
import { gettext, locale } from "../lib/words.js";

const EVERY = 20_000;
const short = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
const shown = new Set();

function ago(then) {
  const minutes = Math.floor((now() - then) / 60_000);
  if (minutes < 1) return gettext("just now");
  if (minutes < 60) return gettext("%(minutes)s min ago", { minutes });
  if (minutes < 24 * 60) return gettext("%(hours)s h ago", { hours: Math.floor(minutes / 60) });
  return short.format(then);
}

class TimeAgo extends HTMLElement {
  connectedCallback() {
    shown.add(this);
    this.update();
  }

  disconnectedCallback() {
    shown.delete(this);
  }

  update() {
    const time = this.querySelector("time");
    const then = new Date(time.dateTime);
    time.textContent = ago(then);
    time.title = full.format(then);
  }
}

customElements.define("time-ago", TimeAgo);
setInterval(() => shown.forEach((time) => time.update()), EVERY);
