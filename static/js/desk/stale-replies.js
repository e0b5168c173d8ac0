/* Answers may land in another order than they were made in: an older one never replaces a newer one. */
import { refresh } from "../views/refresh.js";
import { freshDesk } from "./fresh-desk.js";

const shown = () => document.getElementById("desk").dataset;
let swappedAt = 0;

const isSameView = ({ query, more }) => query === shown().query && more === shown().more;
const isOld = ({ revision }, askedAt) => askedAt < swappedAt && Number(revision) < Number(shown().revision);

/** What is old and another view, as of a tab just chosen, is shown all the same, and followed by what is new. */
htmx.registerExtension("companion-order", {
  htmx_before_request(_source, { ctx }) {
    ctx.askedAt = Date.now();
  },
  htmx_before_swap(_source, { ctx, tasks }) {
    const desk = freshDesk(tasks);
    ctx.isOld = Boolean(desk) && isOld(desk.dataset, ctx.askedAt);
    return !(ctx.isOld && isSameView(desk.dataset));
  },
  htmx_after_swap(_source, { ctx }) {
    swappedAt = Date.now();
    if (ctx.isOld) refresh();
  },
});
