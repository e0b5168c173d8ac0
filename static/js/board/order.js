/* The order that the list should have, from what its cards say of themselves. */
const board = () => document.getElementById("board");
let sort = board().dataset.sort;

export const currentSort = () => sort;

export function sortBy(wanted) {
  sort = wanted;
}

export const statusOf = (card) => card.querySelector(".question__status")?.dataset.status ?? card.dataset.status;

const RANKS = { now: 0, next: 1, open: 3, answered: 4 };

/** Now and next first, then what is pinned, answered last; then by votes and age, or newest first. */
export function compare(one, other) {
  const rank = rankOf(one) - rankOf(other);
  const votes = sort === "recent" ? 0 : Number(other.dataset.votes) - Number(one.dataset.votes);
  const age = Number(one.dataset.asked) - Number(other.dataset.asked) || Number(one.dataset.id) - Number(other.dataset.id);
  return rank || votes || (sort === "recent" ? -age : age);
}

function rankOf(card) {
  const isPinned = card.querySelector(".question__status[data-pinned]") !== null;
  return isPinned && statusOf(card) === "open" ? 2 : RANKS[statusOf(card)];
}
