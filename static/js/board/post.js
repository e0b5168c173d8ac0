/* What goes up as a form where there is no socket: whether it was taken, what is said, and of which field. */
import { request } from "../lib/request.js";

/** Whether an answer is the last word: it was taken, or will not be; anything else may be a proxy's, or pass. */
export const isFinal = (answer) => Boolean(answer?.ok) || [410, 422].includes(answer?.status);

/** Null where no answer comes, or a server that fails: it is as good as none. With a refusal for want of a cookie comes one. */
export async function post(path, fields, isAgain = false) {
  const address = document.getElementById("board").getAttribute("hx-get").replace(/board$/, path);
  const answer = await request(address, { method: "POST", body: new URLSearchParams(fields) }).catch(() => null);
  if (!answer || answer.status >= 500) return null;
  const field = answer.headers.get("Companion-Field");
  if (field === "cookie" && !isAgain) return post(path, fields, true);
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  const said = (selector) => part.querySelector(selector)?.textContent.trim();
  return { ok: answer.ok, status: answer.status, field, said, wait: answer.headers.get("Retry-After") };
}
