/* An answer goes up as its form; where nothing comes back that settles it, it is kept and tried again. */
import { missing, sentOnce } from "../board/entry.js";
import { fieldOf, isFinal, send } from "../board/post.js";
import { nothing, tryLater } from "../lib/request.js";
import { gettext } from "../lib/words.js";
import { drop, isNewest, keepOn } from "./kept.js";

const OFFLINE = gettext("Kept on this device, and sent once there is a connection.");
const SOON = gettext("Kept on this device, and sent as soon as it can be.");

/** Return the server's answer, or none where it is kept; `isNow` for what is chosen at this moment. */
export async function deliver(poll, act, isNow) {
  const answer = await sendInTurn(poll, act, isNow);
  const why = whyKept(answer);
  if (!why) return drop(poll, act) ?? answer;
  keepOn(poll, act, why);
  if (!answer || !missing(answer)) tryLater(answer?.headers.get("Retry-After"));
  return nothing();
}

async function sendInTurn(poll, act, isNow) {
  const answer = await send(`polls/${poll}`, fieldsOf(act));
  const isLast = isNow && isNewest(poll, act); // so what was answered elsewhere came before
  return fieldOf(answer) === "turn" && isLast ? send(`polls/${poll}`, fieldsOf({ options: act.options })) : answer;
}

function fieldsOf({ options, turn }) {
  const fields = options.map((option) => ["option", option]);
  return turn ? [...fields, ["turn", turn]] : fields;
}

/** Why it has to wait, undefined where the server has taken it or will not. */
function whyKept(answer) {
  if (!answer) return OFFLINE;
  if (missing(answer)) return sentOnce[missing(answer)];
  return isFinal(answer) ? undefined : SOON;
}
