/* What is said to screen readers: "3 new questions" once, not one by one. */
import { ngettext } from "./words.js";

const GATHERS = 1_500;
let arrivals = 0;
let gathering = 0;

export function announceArrival() {
  arrivals += 1;
  gathering ||= setTimeout(announce, GATHERS);
}

function announce() {
  document.getElementById("announcer").textContent = ngettext("%(num)s new question", "%(num)s new questions", arrivals);
  arrivals = gathering = 0;
}
