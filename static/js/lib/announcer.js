/* What the page says out loud: short notices to see, counts for screen readers. */
const STAYS = 6_000;
const GATHERS = 1_500;
let arrivals = 0;
let gathering = 0;

export function toast(message) {
  const note = document.createElement("p");
  note.className = "toast";
  note.textContent = message;
  document.getElementById("toasts").replaceChildren(note);
  setTimeout(() => note.remove(), STAYS);
}

/** Announce "3 new questions" once, not one by one. */
export function announceArrival() {
  arrivals += 1;
  gathering ||= setTimeout(() => {
    document.getElementById("announcer").textContent = `${plural(arrivals, "new question")}`;
    arrivals = gathering = 0;
  }, GATHERS);
}

export const plural = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;

/** Put a wait into words, as in "Try again in 2 minutes." */
export function waitInWords(seconds) {
  const wait = seconds < 90 ? plural(Math.ceil(seconds), "second") : plural(Math.round(seconds / 60), "minute");
  return `Try again in ${wait}.`;
}
