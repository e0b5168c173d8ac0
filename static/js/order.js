/* The order that the list should have, from what its cards say of themselves. */
const board = () => document.getElementById("board");
let sort = board().dataset.sort;

export const currentSort = () => sort;

export function sortBy(wanted) {
  sort = wanted;
}

export const statusOf = (card) => card.querySelector(".question__status")?.dataset.status ?? card.dataset.status;

/** Answered last; then by votes and age, or newest first. */
export function compare(one, other) {
  const answered = isAnswered(one) - isAnswered(other);
  const votes = sort === "recent" ? 0 : Number(other.dataset.votes) - Number(one.dataset.votes);
  const age = Number(one.dataset.asked) - Number(other.dataset.asked) || Number(one.dataset.id) - Number(other.dataset.id);
  return answered || votes || (sort === "recent" ? -age : age);
}

const isAnswered = (card) => (statusOf(card) === "answered" ? 1 : 0);
