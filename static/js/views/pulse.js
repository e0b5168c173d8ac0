/* How people follow, as the desk and the speaker see it; what is fetched may be older than what was heard meanwhile. */
import { gettext, ngettext } from "../lib/words.js";

const SAYS = {
  clear: (num, of) => ngettext("%(num)s of %(of)s finds it clear", "%(num)s of %(of)s find it clear", num, { of }),
  lost: (num, of) => ngettext("%(num)s of %(of)s is lost", "%(num)s of %(of)s are lost", num, { of }),
  louder: (num, of) => ngettext("%(num)s of %(of)s wants it louder or slower", "%(num)s of %(of)s want it louder or slower", num, { of }),
  claps: (num) => ngettext("%(num)s person clapped", "%(num)s people clapped", num),
};
const place = () => document.getElementById("pulse");
let newest = null;
let alerted = [];

/** What so many press that somebody should do something is also said, once. */
function announce({ alerts, of, ...counts }) {
  const fresh = alerts.filter((kind) => !alerted.includes(kind));
  alerted = alerts;
  if (fresh.length) document.getElementById("pulse-said").textContent = fresh.map((kind) => SAYS[kind](counts[kind], of)).join(". ");
}

function show(pulse) {
  for (const line of place().querySelectorAll("[data-kind]")) {
    const { kind } = line.dataset;
    line.textContent = SAYS[kind](pulse[kind], pulse.of);
    line.toggleAttribute("data-alert", pulse.alerts.includes(kind));
    line.toggleAttribute("data-none", !pulse[kind]);
  }
  if (place().querySelector("ul")) document.getElementById("pulse-title").textContent = pulse.is_alone ? gettext("In the last minute, as far as is known") : gettext("In the last minute");
  place().dataset.digest = pulse.digest;
  announce(pulse);
}

function showNewer() {
  if (place() && newest?.at > Number(place().dataset.at)) show(newest);
}

export function takePulse(pulse) {
  newest = pulse;
  showNewer();
}

document.addEventListener("htmx:after:swap", showNewer);
