/* Counts that come between two fetches: one worker's may overtake another's, and nothing old wins. */
import { forgetCounts, showCounts, showNewer } from "../lib/poll-counts.js";
import { showVotes } from "../lib/vote-count.js";
import { isFrozen, part } from "./refresh.js";

const newest = new Map();
const fetched = () => Number(part().dataset.revision);

/** The last count heard for a question, if any. */
export const heard = (question) => newest.get(String(question))?.figure;

export function forgetTallies() {
  newest.clear();
  forgetCounts();
}

/** Show how polls stand, if that is newer than what was fetched. */
export const takePolls = (counts) => isFrozen() || showCounts(counts, fetched());

/** Show the counts of a tally, but of those questions alone of which nothing newer is known. */
export function takeTally({ revision, votes }) {
  if (isFrozen()) return;
  for (const [question, figure] of Object.entries(votes)) {
    if (revision < Math.max(fetched(), newest.get(question)?.revision ?? 0)) continue;
    newest.set(question, { revision, figure });
    showVotes(question, figure);
  }
}

/** What was fetched may be older than what was heard while it was on its way. */
document.addEventListener("htmx:after:swap", () => {
  for (const [question, { revision, figure }] of newest) if (revision > fetched()) showVotes(question, figure);
  showNewer(fetched());
});
