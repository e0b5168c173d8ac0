/* Counts change in place, whatever the card looks like at the moment. */
import { note, takeTally } from "./revision.js";

const BUMP = 400;

export function count(question, votes) {
  const card = document.getElementById(`question-${question}`);
  const figure = document.getElementById(`question-${question}-votes`);
  if (!card || figure.textContent === String(votes)) return;
  card.dataset.votes = votes;
  figure.textContent = votes;
  const unit = card.querySelector(".tally__unit");
  if (unit) unit.textContent = Number(votes) === 1 ? "vote" : "votes";
  figure.dataset.bump = "";
  setTimeout(() => delete figure.dataset.bump, BUMP);
}

export function countAll(votes, revision) {
  for (const [question, figure] of Object.entries(votes)) {
    if (takeTally(question, figure, revision)) count(question, figure);
  }
  note({ revision });
}
