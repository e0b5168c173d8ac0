/* A fresh board from the server, before it is laid over the one that is shown. */
import { holdBack } from "./list.js";
import { meet, newerThan } from "./revision.js";
import { applyWishes } from "./wishes.js";

/** Give it the counts that are newer than it, and have what is new wait; what is looked for anew does not wait. */
export function layIn(board, askedAt) {
  meet(board);
  applyWishes(board, askedAt);
  keepAskRoom(board);
  for (const [question, { votes }] of newerThan(Number(board.dataset.revision))) {
    const card = board.querySelector(`#question-${question}`);
    if (!card) continue;
    card.dataset.votes = votes;
    card.querySelector(".vote__count").textContent = votes;
  }
  const { find } = document.getElementById("board").dataset;
  if (board.dataset.find === find) holdBack(board.querySelector("#questions"));
}

/** Where the ask form was stays free until the page is opened anew, or the form is back. */
function keepAskRoom(board) {
  const [strip, below] = ["now-strip", "board-scroll"].map((id) => document.getElementById(id));
  const hasForm = Boolean(board.querySelector("#ask-form"));
  const room = below.getBoundingClientRect().top - strip.getBoundingClientRect().bottom;
  if (hasForm) strip.style.marginBlockEnd = "";
  else if (document.getElementById("ask-form")) strip.style.marginBlockEnd = `${room}px`;
}
