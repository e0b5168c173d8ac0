/* How a poll stands, told between two fetches: people first, then each answer in its order. */
import { gettext, locale, ngettext } from "./words.js";

const PERCENT_FROM = 10;
const newest = new Map();
const inFigures = (number) => number.toLocaleString(locale);

/** Show counts, unless something newer was shown or fetched; `fetched` is the revision of what is there. */
export function showCounts({ revision, polls }, fetched) {
  for (const [poll, counts] of Object.entries(polls)) {
    if (revision < Math.max(fetched, newest.get(poll)?.revision ?? 0)) continue;
    newest.set(poll, { revision, counts });
    show(poll, counts);
  }
}

/** What was fetched may be older than what was heard meanwhile. */
export function showNewer(fetched) {
  for (const [poll, { revision, counts }] of newest) if (revision > fetched) show(poll, counts);
}

export const forgetCounts = () => newest.clear();

function show(poll, [people, ...votes]) {
  for (const place of document.querySelectorAll(`[data-poll="${poll}"]`)) {
    const results = place.querySelectorAll(".poll__result");
    if (results.length === votes.length) results.forEach((result, at) => fill(result, votes[at], people));
    const answered = place.querySelector(".poll__people");
    if (answered) answered.textContent = inWords(people);
    const note = place.dataset.state === "closed" && place.querySelector(".poll__note");
    if (note) note.textContent = ngettext("Closed. %(num)s person answered.", "Closed. %(num)s people answered.", people);
  }
}

const inWords = (num) => ngettext("%(num)s person has answered", "%(num)s people have answered", num);

function fill(result, votes, people) {
  result.querySelector("rect")?.setAttribute("width", Math.round((1_000 * votes) / (people || 1)) / 10);
  const values = { votes: inFigures(votes), people: inFigures(people), share: `${Math.round((100 * votes) / people)}\u00a0%` };
  const said = people < PERCENT_FROM ? gettext("%(votes)s of %(people)s", values) : gettext("%(votes)s of %(people)s, %(share)s", values);
  result.querySelector(".poll__said").textContent = said;
}
