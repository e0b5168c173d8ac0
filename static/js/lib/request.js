/* Requests to this talk's server, and what the page's parts tell each other about it. */
import { forget, sample } from "./clock.js";

const TIMEOUT = 15_000;
export const between = (least, most) => least + Math.random() * (most - least);
export const emit = (name) => document.dispatchEvent(new CustomEvent(`companion:${name}`));

/** Fetch from this talk's server and learn its time on the way; one that hangs is as good as none, as it is to htmx. */
export async function request(url, options = {}) {
  const sent = Date.now();
  const headers = { ...options.headers, "HX-Request": "true" };
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT), ...options, headers });
  sample(Number(answer.headers.get("Companion-Now") ?? NaN), sent, Date.now());
  return answer;
}

document.addEventListener("companion:wake", forget);
