/* Answers may land in another order than they were made in: an older one never replaces a newer one. */
import { catchUp } from "../staff/refresh.js";

const shown = () => document.getElementById("desk").dataset;
let laidInAt = 0;

const isSameView = ({ query, more }) => query === shown().query && more === shown().more;
const isOld = ({ revision }, askedAt) => askedAt < laidInAt && Number(revision) < Number(shown().revision);

/** What is old and another view, as of a tab just chosen, is shown all the same, and followed by what is new. */
htmx.registerExtension("companion-order", {
  htmx_before_request(_source, { ctx }) {
    ctx.askedAt = Date.now();
  },
  htmx_before_swap(_source, { ctx, tasks }) {
    const desk = tasks.map(({ fragment }) => fragment.querySelector?.("#desk")).find(Boolean);
    ctx.isOld = Boolean(desk) && isOld(desk.dataset, ctx.askedAt);
    return !(ctx.isOld && isSameView(desk.dataset));
  },
  htmx_after_swap(_source, { ctx }) {
    laidInAt = Date.now();
    if (ctx.isOld) catchUp();
  },
});
