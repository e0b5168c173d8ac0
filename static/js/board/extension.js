/* Our htmx extension: the two forms go up our way, and what comes down is laid in calmly. */
import { sending } from "./ask-form.js";
import { holdBack, receive } from "./list.js";
import { keepPlace } from "./animation.js";
import { resyncSoon } from "./refresh.js";
import { adopt, isOutdated, meet, newerThan } from "./revision.js";
import { toast } from "../lib/notices.js";
import { answered, put, vote } from "./submit.js";
import { isInFlight, landed } from "./votes.js";

const OFFLINE = "There is no connection, so that was not saved. Try again in a moment.";

function layIn(board) {
  meet(board);
  for (const [question, { votes }] of newerThan(Number(board.dataset.revision))) {
    const card = board.querySelector(`#question-${question}`);
    if (!card) continue;
    card.dataset.votes = votes;
    card.querySelector(".vote__count").textContent = votes;
  }
  holdBack(board.querySelector("#questions"));
}

/** What a morph leaves alone: what the reader opened, pressed or looks for. */
const isReaders = (element, name) =>
  element.matches({ open: "details", "aria-pressed": "#only-mine", value: "#find" }[name] ?? "_");

htmx.registerExtension("companion", {
  htmx_before_request(form, { ctx }) {
    if (form.matches(".vote")) vote(form, ctx);
    if (form.id === "ask-form") put(form, ctx);
  },
  htmx_after_request(form, { ctx }) {
    if (form.matches("form")) answered(form, ctx);
  },
  htmx_error(form, { ctx }) {
    ctx.undo?.();
    if (!ctx.response && form.matches("form, .own__edit")) toast(OFFLINE);
  },
  htmx_finally_request(form) {
    if (form.matches(".vote")) landed(form);
    if (form.id === "ask-form") sending(form, false);
  },
  htmx_before_swap(_source, { ctx, tasks }) {
    for (const { fragment, target } of tasks) {
      const board = fragment.querySelector("#board");
      if (board && isOutdated(board)) {
        resyncSoon(100, 600, { isForced: true });
        return false;
      }
      if (board) layIn(board);
      if (target?.id === "questions") fragment.querySelectorAll(".question").forEach(receive);
    }
    ctx.stayPut = keepPlace();
    return true;
  },
  htmx_after_swap(_source, { ctx }) {
    ctx.stayPut?.();
    adopt(document.getElementById("board"));
  },
  htmx_before_morph_attr: (element, { attrName }) => !isReaders(element, attrName),
  htmx_before_morph_node: (_element, { oldNode }) => !(oldNode.matches?.(".vote") && isInFlight(oldNode)),
});
