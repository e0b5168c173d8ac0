/* What an answer over HTTP means for the form that asked for it; the words come with the answer. */
import { sent } from "./ask-form.js";
import { mark } from "./draft.js";
import { tellOtherTabs } from "./refresh.js";

export function answered(form, ctx) {
  const { status } = ctx.response;
  const isQuestion = form.id === "ask-form";
  if (status >= 400) {
    ctx.undo?.();
    if (isQuestion) mark({ isWaiting: false });
  } else if (status === 200 && !ctx.isSent) {
    tellOtherTabs();
    if (isQuestion) sent(form, ctx.key);
  }
}
