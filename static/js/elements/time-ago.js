/* Times as their reader needs them: how long ago, and the hours in the reader's own zone. */
import { now } from "../lib/clock.js";

const EVERY = 20_000;
const short = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });
const hours = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "long" });

export function ago(then) {
  const minutes = Math.floor((now() - then) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return short.format(then);
}

function refresh() {
  document.querySelectorAll("time[data-ago]").forEach((time) => {
    const then = new Date(time.dateTime);
    time.textContent = ago(then);
    time.title = full.format(then);
  });
  document.querySelectorAll("[data-own-hours]").forEach(showOwnHours);
}

function showOwnHours(slot) {
  const { starts, ends, day } = slot.closest("[data-starts]").dataset;
  const [from, to] = [new Date(Number(starts)), new Date(Number(ends))];
  const own = `${hours.format(from)}–${hours.format(to)}`;
  const isElsewhere = slot.parentElement.querySelector("[data-hours]").textContent !== own;
  const otherDay = weekday.format(from) === day ? "" : `${weekday.format(from)}, `;
  slot.hidden = !isElsewhere;
  slot.textContent = isElsewhere ? `${otherDay}${own} your time` : "";
}

document.addEventListener("htmx:after:swap", refresh);
setInterval(refresh, EVERY);
refresh();
