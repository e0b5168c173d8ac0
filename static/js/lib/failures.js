/* A request that failed says why: the server's words come as a toast with its answer; where none came, they are ours. */
import { toast } from "../elements/toast-note.js";
import { nothing, request } from "./request.js";
import { gettext } from "./words.js";

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

htmx.registerExtension("companion-failures", {
  htmx_before_request(_source, { ctx }) {
    ctx.fetch = (...http) => orUnreached(ctx, http);
  },
  htmx_before_swap(_source, { ctx, tasks }) {
    const isTold = tasks.some(({ type, swapSpec }) => type === "partial" || swapSpec.style !== "none");
    if (ctx.isUnreached) toast(OFFLINE);
    else if (ctx.response?.status >= 400 && !isTold) toast(FAILED);
  },
});
