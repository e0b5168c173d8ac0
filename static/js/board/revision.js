/* Which revision of the board is on the screen, so that a gap is noticed and nothing old wins. */
const shown = { epoch: "", revision: 0, publicRevision: 0, fetched: 0 };
const tallied = new Map();

export const revision = () => shown.revision;
export const fetched = () => shown.fetched;

/** A fragment was laid in. Where it skips a revision, a tally may be under way or lost: `since` stays before that. */
export function note(revision) {
  if (revision === shown.revision + 1) shown.revision = revision;
  shown.publicRevision = Math.max(shown.publicRevision, revision);
}

/** Whether a fragment follows something else than what is shown. */
export function isGap(html) {
  const after = html.match(/data-after="(\d+)"/);
  return after !== null && Number(after[1]) !== shown.publicRevision;
}

/** Whether a board is older than what is shown, be it only in what this reader alone is told. */
export function isOutdated({ dataset: { epoch, revision, publicRevision } }) {
  return epoch === shown.epoch && (Number(publicRevision) < shown.publicRevision || Number(revision) < shown.fetched);
}

/** Begin anew when this is another database's board, or the talk's first: its revisions say nothing about those before.
    Whether more was shown than it has, which may be of this database all the same. */
export function meet({ dataset: { epoch, publicRevision } }) {
  if (epoch === shown.epoch) return false;
  const hadMore = Number(publicRevision) < shown.publicRevision;
  Object.assign(shown, { epoch, revision: 0, publicRevision: 0, fetched: 0 });
  tallied.clear();
  return hadMore;
}

export function adopt(board) {
  meet(board);
  shown.fetched = Math.max(shown.fetched, Number(board.dataset.revision));
  shown.revision = Math.max(shown.revision, Number(board.dataset.revision));
  shown.publicRevision = Math.max(shown.publicRevision, Number(board.dataset.publicRevision));
}

/** Take a tally unless something newer was seen for that question. */
export function takeTally(question, votes, revision) {
  if (revision < Math.max(shown.fetched, tallied.get(question)?.revision ?? 0)) return false;
  tallied.set(question, { votes, revision });
  return true;
}

/** The last count heard for a question since the board was fetched, if any. */
export const lastTally = (question) => tallied.get(String(question))?.votes;

/** The counts that are newer than a board just fetched. */
export const newerThan = (revision) => [...tallied].filter(([, tally]) => tally.revision > revision);
