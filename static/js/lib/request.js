/* Requests to this talk's server, and what the page's parts tell each other about it. */
import { forget, sample } from "./clock.js";

const TIMEOUT = 15_000;
let [trying, dueAt] = [0, Infinity];
export const between = (least, most) => least + Math.random() * (most - least);
export const emit = (name) => document.dispatchEvent(new CustomEvent(`companion:${name}`));

/** Instead of an answer that never came: nothing is swapped in. */
export const nothing = () => new Response(null, { status: 204 });

/** Have all that is kept tried again after so many seconds, as a header may say, or sooner where something else wants it. */
export function tryLater(seconds) {
  const at = Date.now() + 1_000 * Math.min(600, Math.max(1, Number(seconds) || 5)) * between(1, 1.3);
  if (at >= dueAt) return;
  dueAt = at;
  clearTimeout(trying);
  trying = setTimeout(() => (dueAt = Infinity) && emit("try"), at - Date.now());
}

/** A call that this browser lacks is said (guard.js): taken for a lost connection it would be tried for ever. */
const LACKS = /not a (function|constructor)|not defined|find variable/i;

function sayWhatIsLacking(error) {
  if (LACKS.test(error.message)) setTimeout(() => { throw error; });
}

/** End a request that takes too long, its answer's text too. */
function limit() {
  const patience = new AbortController();
  setTimeout(() => patience.abort(), TIMEOUT);
  return patience.signal;
}

/** Send a form as its own button would; browsers before 2022 cannot be asked to. */
export function submit(form) {
  if (form.requestSubmit) form.requestSubmit();
  else if (form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }))) form.submit();
}

/** Fetch from this talk's server and learn its time on the way; one that hangs is as good as none, as it is to htmx. */
export async function request(url, options = {}) {
  try {
    return await timed(url, options);
  } catch (error) {
    sayWhatIsLacking(error);
    throw error;
  }
}

async function timed(url, options) {
  const sent = Date.now();
  const headers = { ...options.headers, "HX-Request": "true" };
  const answer = await fetch(url, { signal: limit(), ...options, headers });
  sample(Number(answer.headers.get("Companion-Now") ?? NaN), sent, Date.now());
  const body = await answer.blob(); // a connection that ends within it is as good as none, too
  return new Response(answer.status === 204 ? null : body, { status: answer.status, headers: answer.headers });
}

document.addEventListener("companion:wake", forget);
