/* A question goes up over the socket, or else as its form over HTTP; and what an answer over HTTP means for any form. */
import { nothing, request } from "../lib/request.js";
import { sent, typed } from "./ask-form.js";
import { sendLater, showProblem, showSending, waitUntil } from "./ask-state.js";
import { mark } from "./draft.js";
import { leadToEntry, missing, sentOnce } from "./entry.js";
import { putIn, takeOut } from "./outbox.js";
import { refresh, refreshSoon, tellOtherTabs } from "./refresh.js";
import { trySending } from "./socket.js";

export function ask(form, ctx) {
  const draft = typed(form);
  ctx.key = draft.key;
  ctx.request.body.set("key", draft.key);
  showSending(form, true);
  ctx.fetch = async (...http) => {
    const reply = await trySending("ask", draft);
    const later = () => putIn(draft) ?? sendLater(form) ?? nothing();
    const onceIn = (what) => putIn(draft) ?? waitUntil(form, sentOnce[what]) ?? leadToEntry() ?? nothing();
    if (!reply) return sendForm(http).then((answer) => (missing(answer) ? onceIn(missing(answer)) : answer)).catch(later);
    if (reply.again) return later();
    if (missing(reply)) return onceIn(missing(reply));
    takeOut(draft.key);
    if (!reply.ok) return showProblem(form, reply.error, reply.field) ?? nothing();
    ctx.isSent = true;
    sent(form, draft.key, reply.status);
    tellOtherTabs();
    refresh({ isWhole: true }); // apart from this request, so that the next question can be sent at once
    return nothing();
  };
}

/** Send the form over HTTP; a server that fails is as good as none. */
async function sendForm(http) {
  const answer = await request(...http);
  if (answer.status >= 500) throw new Error(`the server answers ${answer.status}`);
  return answer;
}

/** The words come with the answer. */
export function answered(form, ctx) {
  const { status } = ctx.response;
  const isQuestion = form.id === "ask-form";
  if (status >= 500) refreshSoon(1_000, 4_000, { isWhole: true }); // it may have been done all the same
  if (status >= 400) {
    ctx.undo?.();
    if (isQuestion) mark({ isWaiting: false });
  } else if (status === 200 && !ctx.isSent) {
    tellOtherTabs();
    if (isQuestion) takeOut(ctx.key);
    if (isQuestion) sent(form, ctx.key);
  }
}
