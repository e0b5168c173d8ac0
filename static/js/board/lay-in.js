/* A fresh board from the server, before it is laid over the one that is shown. */
import { measureAskRoom } from "./ask-room.js";
import { holdBack } from "./list.js";
import { more, notePage } from "./page.js";
import { meet, newerThan } from "./revision.js";
import { applyWishes } from "./wishes.js";

/** Give it the counts that are newer than it, and have what is new wait; what is looked for anew does not wait. */
export function layIn(board, askedAt) {
  meet(board);
  applyWishes(board, askedAt);
  measureAskRoom();
  for (const [question, { votes }] of newerThan(Number(board.dataset.revision))) {
    const card = board.querySelector(`#question-${question}`);
    if (!card) continue;
    card.dataset.votes = votes;
    card.querySelector(".vote__count").textContent = votes;
  }
  notePage(board);
  const { find, sort } = document.getElementById("board").dataset;
  if (board.dataset.find === find && (board.dataset.sort === sort || !more())) holdBack(board.querySelector("#questions"));
}
