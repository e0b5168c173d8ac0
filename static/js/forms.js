/* Our htmx extension: the two forms go up the socket, or over HTTP; what comes down is laid in calmly. */
import { askAgainLater, refused, sending, sent, typed } from "./ask.js";
import { holdBack, receive } from "./calm.js";
import { emit } from "./live.js";
import { keepPlace } from "./motion.js";
import { ask, boardUrl, resync, tellOtherTabs } from "./resync.js";
import { adopt, isOutdated, newerThan } from "./revision.js";
import { toast, waitInWords } from "./say.js";
import { count, isInFlight, landed, show } from "./votes.js";

const OFFLINE = "There is no connection, so that was not counted. Try again in a moment.";
const nothing = () => new Response(null, { status: 204 });
const inWords = ({ error, retry_after: wait }) => (wait && !/\d/.test(error) ? `${error} ${waitInWords(wait)}` : error);
const up = (event, payload) => emit(event, payload).catch(() => null);

function vote(form, ctx) {
  const question = Number(form.dataset.question);
  const wanted = ctx.request.body.get("wanted") === "1";
  ctx.undo = show(form, wanted);
  ctx.fetch = async (...request) => {
    const reply = await up("vote", { question, wanted });
    if (!reply) return ask(...request);
    if (reply.ok) {
      count(question, reply.votes);
      tellOtherTabs();
    } else {
      ctx.undo();
      toast(inWords(reply));
    }
    return nothing();
  };
}

function put(form, ctx) {
  const draft = typed(form);
  ctx.request.body.set("key", draft.key);
  sending(form, true);
  ctx.fetch = async (...request) => {
    const reply = await up("ask", draft);
    if (reply && !reply.ok) {
      refused(form, inWords(reply));
      return nothing();
    }
    if (!reply) return ask(...request).catch(() => askAgainLater(form) ?? nothing());
    sent(form, reply.status);
    ctx.isSent = true;
    tellOtherTabs();
    return ask(boardUrl()).catch(nothing);
  };
}

function answered(form, ctx) {
  const { status } = ctx.response;
  if (status === 200 && !ctx.isSent) tellOtherTabs();
  if (status === 200 && form.id === "ask-form" && !ctx.isSent) sent(form);
  if (status < 400) return;
  ctx.undo?.();
  if (form.id === "ask-form") refused(form, problemIn(ctx.text));
  else if (!form.matches(".edit")) toast(problemIn(ctx.text));
}

function problemIn(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return page.querySelector(".field__problem, .lede")?.textContent.trim() || "That did not work. What you typed is kept; try again.";
}

function layIn(board) {
  for (const [question, { votes }] of newerThan(Number(board.dataset.revision))) {
    const card = board.querySelector(`#question-${question}`);
    if (!card) continue;
    card.dataset.votes = votes;
    card.querySelector(".vote__count").textContent = votes;
  }
  holdBack(board.querySelector("#questions"));
}

htmx.registerExtension("companion", {
  htmx_before_request(form, { ctx }) {
    if (form.matches(".vote")) vote(form, ctx);
    if (form.id === "ask-form") put(form, ctx);
  },
  htmx_after_request: (form, { ctx }) => void (form.matches("form") && answered(form, ctx)),
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
        setTimeout(resync);
        return false;
      }
      if (board) layIn(board);
      if (target?.id === "questions") [...fragment.querySelectorAll(".question")].forEach(receive);
    }
    ctx.stayPut = keepPlace();
    return true;
  },
  htmx_after_swap(_source, { ctx }) {
    ctx.stayPut?.();
    adopt(document.getElementById("board"));
  },
  htmx_before_morph_attr: (element, { attrName }) => !(attrName === "open" && element.matches("details")) && !(attrName === "aria-pressed" && element.id === "only-mine"),
  htmx_before_morph_node: (_element, { oldNode }) => !(oldNode.matches?.(".vote") && isInFlight(oldNode)),
});
