/* A vote over HTTP, where the socket brings no answer. */
import { request } from "../lib/request.js";

/** What the server said: {ok, votes, error}; null when it could not be reached, or is not well. */
export async function post(question, wanted) {
  const address = document.getElementById("board").getAttribute("hx-get").replace(/board$/, `questions/${question}/vote`);
  const answer = await request(address, { method: "POST", body: new URLSearchParams({ wanted: Number(wanted) }) }).catch(() => null);
  if (!answer || answer.status >= 500) return null;
  const said = (selector) => part.querySelector(selector)?.textContent.trim();
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { ok: answer.ok, votes: Number(said(".vote__count")), error: said("toast-note") };
}
