/* What waits in the outbox goes up, one after the other, once there may be a way. */
import { tryLater } from "../lib/request.js";
import { sent } from "./ask-form.js";
import { sendLater, showProblem, waitUntil } from "./ask-state.js";
import { draft } from "./draft.js";
import { isOutside, missing } from "./entry.js";
import { putIn, takeOut, waiting } from "./outbox.js";
import { post } from "./post.js";
import { refresh, tellOtherTabs } from "./refresh.js";
import { trySending } from "./socket.js";

let isSending = false;
const form = () => document.getElementById("ask-form");
const isInBox = ({ key }) => form() && draft()?.key === key;

async function sendKept() {
  if (isSending || isOutside() || (form() && "sending" in form().dataset)) return;
  isSending = true;
  for (const { problem, ...question } of waiting()) if (!problem && !(await deliver(question))) break;
  isSending = false;
}

/** Whether the next one may be tried. */
async function deliver(question) {
  const reply = (await trySending("ask", question)) ?? (await sendForm(question));
  if (reply && missing(reply)) {
    if (isInBox(question)) waitUntil(form(), missing(reply));
    return false;
  }
  if (!reply || reply.again || reply.retry_after) {
    if (isInBox(question)) sendLater(form());
    else tryLater();
    return false;
  }
  if (reply.ok) arrived(question, reply.status);
  else refused(question, reply.error);
  return true;
}

function arrived(question, status) {
  takeOut(question.key);
  if (form()) sent(form(), question.key, status);
  tellOtherTabs();
  refresh({ isWhole: true });
}

function refused(question, problem) {
  putIn(question, problem);
  if (isInBox(question)) showProblem(form(), problem);
}

async function sendForm(question) {
  const answer = await post("questions", question);
  return answer && { ...answer, retry_after: answer.status === 429, error: answer.said("#ask-problem") };
}

for (const event of ["back", "reached", "try"]) document.addEventListener(`companion:${event}`, sendKept);
