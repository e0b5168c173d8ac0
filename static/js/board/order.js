/* The reader's view of the list: in which order, and what is looked for. The order is the server's, by what it says of each card. */
const board = () => document.getElementById("board");
let sort = board().dataset.sort;
let found = null;

export const currentSort = () => sort;
export const currentFind = () => document.getElementById("find").value.trim();
/** Whether the board that is here is of what is looked for, as it was typed: the server writes it its own way. */
export const isFound = () => found === currentFind();

export function noteFound(typed) {
  found = typed;
}

export function sortBy(wanted) {
  sort = wanted;
}

const rankOf = (card) => Number(card.querySelector("[data-rank]").dataset.rank);
const isRecent = () => sort === "recent";

const age = (one, other) => Number(one.dataset.id) - Number(other.dataset.id);

/** Now and next come first, answered ones last, as their rank says; then it is by votes, or the newest first. */
export function precedence(one, other) {
  const votes = Number(other.dataset.votes) - Number(one.dataset.votes);
  return rankOf(one) - rankOf(other) || (isRecent() ? -age(one, other) : votes);
}

/** Of equals the older one comes first. */
export const compare = (one, other) => precedence(one, other) || age(one, other);
noteFound(currentFind());
