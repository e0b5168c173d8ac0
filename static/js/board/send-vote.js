/* A vote goes up over the socket, or else over HTTP; one that gets nowhere is kept, and sent once back. */
import { toast } from "../elements/toast-note.js";
import { nothing, tryLater } from "../lib/request.js";
import { showVotes } from "../lib/vote-count.js";
import { gettext } from "../lib/words.js";
import { countsOnce, isOutside, leadToEntry, missing } from "./entry.js";
import { post } from "./post.js";
import { refresh, tellOtherTabs } from "./refresh.js";
import { fetched, lastTally } from "./revision.js";
import { trySending } from "./socket.js";
import { inTurn, isInTurn, show } from "./votes.js";
import { dropWish, granted, isWished, pending, wish } from "./wishes.js";

const KEPT = gettext("Your vote is kept on this device, and sent once you are back online.");

export function vote(form, ctx) {
  const [{ question }, wanted] = [form.dataset, ctx.request.body.get("wanted") === "1"];
  wish(question, wanted);
  ctx.undo = show(form, wanted);
  ctx.fetch = async () => {
    const why = await inTurn(question, () => deliver(question, wanted, ctx.undo));
    if (why) toast(why);
    return nothing();
  };
}

/** Return why it is kept, "" once the server has answered; an older answer changes nothing that is newer than it. */
async function deliver(question, wanted, undo = () => {}) {
  const [tally, board] = [lastTally(question), fetched()];
  const reply = (await trySending("vote", { question: Number(question), wanted })) ?? (await sendForm(question, wanted));
  if (reply && missing(reply)) return leadToEntry() ?? countsOnce[missing(reply)];
  if (!reply || reply.again) return tryLater() ?? KEPT;
  const isNewest = isWished(question, wanted);
  if (reply.ok) {
    granted(question, wanted, reply.votes);
    if (isNewest && lastTally(question) === tally && fetched() === board) showVotes(question, reply.votes);
    tellOtherTabs();
  } else if (isNewest) {
    dropWish(question, wanted);
    undo();
    refresh({ isWhole: true }); // what stood there before the press may be old by now
    toast(reply.error);
  }
  return "";
}

async function sendForm(question, wanted) {
  const answer = await post(`questions/${question}/vote`, { wanted: Number(wanted) });
  return answer && { ...answer, votes: Number(answer.said(".vote__count")), error: answer.said("toast-note") };
}

/** Two ways at once may arrive in the other order: a wish that came later waits for what is on its way. */
function sendKept() {
  if (isOutside()) return;
  for (const [question, wanted] of pending()) if (!isInTurn(question)) inTurn(question, () => deliver(question, wanted));
}

for (const event of ["back", "reached", "try"]) document.addEventListener(`companion:${event}`, sendKept);
