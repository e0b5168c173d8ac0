/* An answer goes up as its form; where nothing comes back that settles it, it is kept and tried again. */
import { missing, sentOnce } from "../board/entry.js";
import { nothing, request, tryLater } from "../lib/request.js";
import { gettext } from "../lib/words.js";
import { drop, isNewest, keepOn } from "./kept.js";

const OFFLINE = gettext("Kept on this device, and sent once there is a connection.");
const SOON = gettext("Kept on this device, and sent as soon as it can be.");

/** Return the server's answer, or none where it is kept; `isNow` for what is chosen at this moment. */
export async function deliver(poll, act, isNow) {
  const answer = await send(poll, act, isNow);
  const why = whyKept(answer);
  if (!why) return drop(poll, act) ?? answer;
  keepOn(poll, act, why);
  if (!missing(answer)) tryLater(answer.headers.get("Retry-After"));
  return nothing();
}

async function send(poll, act, isNow) {
  const answer = await post(poll, act);
  const field = answer.headers.get("Companion-Field");
  if (field === "cookie") return post(poll, act); // one came along
  const isLast = isNow && isNewest(poll, act); // so what was answered elsewhere came before
  return field === "turn" && isLast ? post(poll, { options: act.options }) : answer;
}

function post(poll, { options, turn }) {
  const fields = options.map((option) => ["option", option]);
  const body = new URLSearchParams(turn ? [...fields, ["turn", turn]] : fields);
  const address = document.getElementById("polls").getAttribute("hx-get");
  return request(`${address}/${poll}`, { method: "POST", body }).catch(nothing);
}

/** Why it has to wait, undefined where the server has taken it or will not. */
function whyKept(answer) {
  if (answer.status === 204) return OFFLINE;
  if (missing(answer)) return sentOnce[missing(answer)];
  return answer.status === 429 || answer.status >= 500 ? SOON : undefined;
}
