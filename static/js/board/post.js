/* What goes up as a form where there is no socket: whether it was taken, what is said, and of which field. */
import { request } from "../lib/request.js";

/** Whether an answer is the last word: it was taken, or will not be; anything else may be a proxy's, or pass. */
export const isFinal = (answer) => Boolean(answer?.ok) || [410, 422].includes(answer?.status);

export const fieldOf = (answer) => answer?.headers.get("Companion-Field");

/** The answer as it came, null where none did. With a refusal for want of a cookie comes one. */
export async function send(path, fields, isAgain = false) {
  const address = document.getElementById("board").getAttribute("hx-get").replace(/board$/, path);
  const answer = await request(address, { method: "POST", body: new URLSearchParams(fields) }).catch(() => null);
  return fieldOf(answer) === "cookie" && !isAgain ? send(path, fields, true) : answer;
}

/** What an answer says; null where none comes, or a server that fails: it is as good as none. */
export async function post(path, fields) {
  const answer = await send(path, fields);
  if (!answer || answer.status >= 500) return null;
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  const said = (selector) => part.querySelector(selector)?.textContent.trim();
  return { ok: answer.ok, status: answer.status, field: fieldOf(answer), said, wait: answer.headers.get("Retry-After") };
}
