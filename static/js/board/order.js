/* The reader's view of the list: in which order, and what is looked for. The order is the server's, by what it says of each card. */
const board = () => document.getElementById("board");
let sort = board().dataset.sort;

export const currentSort = () => sort;
export const currentFind = () => document.getElementById("find").value.trim();

export function sortBy(wanted) {
  sort = wanted;
}

const rankOf = (card) => Number(card.querySelector("[data-rank]").dataset.rank);
const isRecent = () => sort === "recent";

/** Now and next come first, answered ones last, as their rank says; then it is by votes and age, or the newest first. */
export function compare(one, other) {
  const votes = isRecent() ? 0 : Number(other.dataset.votes) - Number(one.dataset.votes);
  const age = Number(one.dataset.id) - Number(other.dataset.id);
  return rankOf(one) - rankOf(other) || votes || (isRecent() ? -age : age);
}
