/* What goes up: a vote or a question over the socket, or else the same form over HTTP. */
import { askAgainLater, refused, sending, sent, typed } from "./ask-form.js";
import { count } from "../lib/tally.js";
import { emit } from "./socket.js";
import { reach } from "../lib/request.js";
import { boardUrl, tellOtherTabs } from "./refresh.js";
import { lastTally } from "./revision.js";
import { toast, waitInWords } from "../lib/notices.js";
import { show } from "./votes.js";

const FAILED = "That did not work. What you typed is kept; try again.";
const nothing = () => new Response(null, { status: 204 });
const up = (event, payload) => emit(event, payload).catch(() => null);
const inWords = ({ error, retry_after: wait }) => (wait && !/\d/.test(error) ? `${error} ${waitInWords(wait)}` : error);

export function vote(form, ctx) {
  const question = Number(form.dataset.question);
  const wanted = ctx.request.body.get("wanted") === "1";
  const heard = lastTally(question);
  ctx.undo = show(form, wanted);
  ctx.fetch = async (...request) => {
    const reply = await up("vote", { question, wanted });
    if (!reply) return reach(...request);
    if (reply.ok) {
      if (lastTally(question) === heard) count(question, reply.votes);
      tellOtherTabs();
    } else {
      ctx.undo();
      toast(inWords(reply));
    }
    return nothing();
  };
}

export function put(form, ctx) {
  const draft = typed(form);
  ctx.key = draft.key;
  ctx.request.body.set("key", draft.key);
  sending(form, true);
  ctx.fetch = async (...request) => {
    const reply = await up("ask", draft);
    if (!reply) return post(request).catch(() => askAgainLater(form) ?? nothing());
    if (reply.again) return askAgainLater(form) ?? nothing();
    if (!reply.ok) {
      refused(form, inWords(reply));
      return nothing();
    }
    ctx.isSent = true;
    sent(form, draft.key, reply.status);
    tellOtherTabs();
    return reach(boardUrl()).catch(nothing);
  };
}

/** Send the form over HTTP; a server that fails is as good as none. */
async function post(request) {
  const answer = await reach(...request);
  if (answer.status >= 500) throw new Error(`the server answers ${answer.status}`);
  return answer;
}

/** What an answer over HTTP means for the form that asked for it. */
export function answered(form, ctx) {
  const { status } = ctx.response;
  if (status === 200 && !ctx.isSent) {
    tellOtherTabs();
    if (form.id === "ask-form") sent(form, ctx.key);
  }
  if (status < 400) return;
  ctx.undo?.();
  if (form.id === "ask-form") refused(form, problemIn(ctx.text));
  else if (!form.matches(".edit") || status >= 500) toast(problemIn(ctx.text));
}

function problemIn(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return page.querySelector(".field__problem, .lede")?.textContent.trim() || FAILED;
}
