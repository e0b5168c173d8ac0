/* Counts change in place, whatever they stand in at the moment. */
import { ngettext } from "./words.js";

const BUMP = 400;

export function showVotes(question, votes) {
  const card = document.getElementById(`question-${question}`);
  const figure = document.getElementById(`question-${question}-votes`);
  if (!figure || figure.textContent === String(votes)) return;
  if (card) card.dataset.votes = votes;
  figure.textContent = votes;
  figure.dataset.votes = votes;
  const unit = figure.parentElement.querySelector(".tally__unit");
  if (unit) unit.textContent = ngettext("vote", "votes", Number(votes));
  figure.dataset.bump = "";
  setTimeout(() => delete figure.dataset.bump, BUMP);
}
