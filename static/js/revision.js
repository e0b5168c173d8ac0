/* Which revision of the board is on the screen, so that a gap is noticed and nothing old wins. */
const shown = { revision: 0, listed: 0 };
const tallied = new Map();

export const revision = () => shown.revision;

export function note({ revision, listed = 0 }) {
  shown.revision = Math.max(shown.revision, revision);
  shown.listed = Math.max(shown.listed, listed);
}

/** Whether a fragment follows something else than what is shown. */
export function isGap(html) {
  const after = html.match(/data-after="(-?\d+)"/);
  return after !== null && Number(after[1]) !== shown.listed;
}

export const isOutdated = (board) => Number(board.dataset.listed) < shown.listed;

export function adopt(board) {
  note({ revision: Number(board.dataset.revision), listed: Number(board.dataset.listed) });
}

/** Take a tally unless a newer one was seen for that question. */
export function takeTally(question, votes, revision) {
  if (revision < (tallied.get(question)?.revision ?? 0)) return false;
  tallied.set(question, { votes, revision });
  return true;
}

/** The counts that are newer than a board just fetched. */
export const newerThan = (revision) => [...tallied].filter(([, tally]) => tally.revision > revision);
