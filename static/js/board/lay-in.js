/* A fresh board from the server, before it is laid over the one that is shown. */
import { measureAskRoom } from "./ask-room.js";
import { holdBack } from "./list.js";
import { noteFound } from "./order.js";
import { more, notePage } from "./page.js";
import { mayCome, mayLayIn } from "./poll-place.js";
import { lookAgain } from "./refresh.js";
import { meet, newerThan } from "./revision.js";
import { applyWishes } from "./wishes.js";

/** Whether what a reader did not ask for may take its room now, if it is of what waits. */
export function comesIn(target, source, fresh) {
  if (!target?.matches?.("#polls, #rating")) return true;
  if (source === target) return mayCome(target, fresh);
  return target.contains(source) || mayLayIn(target, fresh);
}

/** Give it the counts that are newer than it, and have what is new wait; what is looked for anew does not wait. */
export function layIn(board, { askedAt, find: typed }) {
  noteFound(typed);
  if (meet(board)) lookAgain();
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
