/* A request that failed says why: the server's words come as a toast with its answer; where none came, they are ours. */
import { toast } from "../elements/toast-note.js";
import { between, nothing, request } from "./request.js";
import { gettext } from "./words.js";

const AGAIN = [5_000, 10_000];
const waiting = new WeakSet();
export const OFFLINE = gettext("There is no connection. Try again in a moment.");
const FAILED = gettext("That did not work. What you typed is kept; try again.");

/** Say that there is no connection, and swap nothing in. */
export const orOffline = (...http) => request(...http).catch(() => toast(OFFLINE) ?? nothing());

/** No answer is as good as one that says so: htmx would make an error of it in the console. */
async function orUnreached(ctx, http) {
  try {
    return await request(...http);
  } catch (error) {
    if (error?.name === "AbortError") throw error;
    ctx.isUnreached = true;
    return new Response(null, { status: 503 });
  }
}

/** What could not be fetched anew stays as it is; where the server may do better soon, it is asked again. */
function stay(part, { response }, tasks) {
  for (const { type, swapSpec } of tasks) if (type !== "partial") swapSpec.style = "none";
  if (response.status < 500 || waiting.has(part)) return;
  waiting.add(part);
  setTimeout(() => waiting.delete(part) && part.isConnected && htmx.trigger(part, "refresh"), between(...AGAIN));
}

htmx.registerExtension("companion-failures", {
  htmx_before_request(_source, { ctx }) {
    ctx.fetch = (...http) => orUnreached(ctx, http);
  },
  htmx_before_swap(_source, { ctx, tasks }) {
    if (ctx.response?.status >= 400 && ctx.sourceEvent?.type === "refresh") return stay(source, ctx, tasks);
    const isTold = tasks.some(({ type, swapSpec }) => type === "partial" || swapSpec.style !== "none");
    if (ctx.isUnreached) toast(OFFLINE);
    else if (ctx.response?.status >= 400 && !isTold) toast(FAILED);
  },
});
