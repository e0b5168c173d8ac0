/* A vote goes up over the socket, or else as its form over HTTP. */
import { toast } from "../elements/toast-note.js";
import { request } from "../lib/request.js";
import { showVotes } from "../lib/vote-count.js";
import { tellOtherTabs } from "./refresh.js";
import { lastTally } from "./revision.js";
import { trySending } from "./socket.js";
import { show } from "./votes.js";

export function vote(form, ctx) {
  const question = Number(form.dataset.question);
  const wanted = ctx.request.body.get("wanted") === "1";
  const heard = lastTally(question);
  ctx.undo = show(form, wanted);
  ctx.fetch = async (...http) => {
    const reply = await trySending("vote", { question, wanted });
    if (!reply) return request(...http);
    if (reply.ok) {
      if (lastTally(question) === heard) showVotes(question, reply.votes);
      tellOtherTabs();
    } else {
      ctx.undo();
      toast(reply.error);
    }
    return new Response(null, { status: 204 });
  };
}
