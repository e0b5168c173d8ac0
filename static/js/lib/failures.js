/* A request that failed says why: the server's words come as a toast with its answer; where none came, they are ours. */
import { toast } from "../elements/toast-note.js";

export const OFFLINE = "There is no connection. Try again in a moment.";
const FAILED = "That did not work. What you typed is kept; try again.";

htmx.registerExtension("companion-failures", {
  htmx_before_swap(_source, { ctx, tasks }) {
    const isTold = tasks.some(({ type, swapSpec }) => type === "partial" || swapSpec.style !== "none");
    if (ctx.response?.status >= 400 && !isTold) toast(FAILED);
  },
  htmx_error(_source, { ctx }) {
    if (ctx && !ctx.response) toast(OFFLINE);
  },
});
