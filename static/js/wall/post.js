/* What somebody does to the wall goes up as a form; what was refused is said, and so is what came of nothing. */
import { toast } from "../elements/toast-note.js";
import { request } from "../lib/request.js";
import { gettext } from "../lib/words.js";

const UNSAVED = gettext("It could not be saved. See whether you are online, and do it again in a moment.");
const SAID = "toast-note, #ask-problem";

/** What came of a form; null where no answer comes, or a server fails, or what answers is another one: that is as good as none. */
async function ask(url, fields) {
  const answer = await request(url, { method: "POST", body: new URLSearchParams(fields) }).catch(() => null);
  if (!answer || answer.status >= 500) return null;
  if (answer.ok) return answer.json().then((told) => ({ ok: true, ...told }), () => null);
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  const said = part.querySelector(SAID)?.textContent.trim() ?? "";
  return { ok: false, said, field: answer.headers.get("Companion-Field"), waits: answer.status === 429 };
}

/** Send a form; return the answer, false where it was refused, null where nobody knows. */
export async function post(url, fields, unsaved = UNSAVED) {
  const answer = await ask(url, fields);
  if (answer?.ok) return answer;
  const words = answer?.said || unsaved;
  if (words) toast(words);
  return answer && false;
}

/** Send a vote or a note: whether it was taken, what is said, and of which field; a refusal for want of a cookie brings one. */
export async function toBoard(url, fields) {
  const ways = { ...fields, from: "wall" };
  const answer = await ask(url, ways);
  return answer?.field === "cookie" ? ask(url, ways) : answer;
}

/** What is done one at a time: while it is under way, nobody else begins it, and whatever comes of it, it ends. */
export function alone(act) {
  let isBusy = false;
  return async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      await act();
    } finally {
      isBusy = false;
    }
  };
}
