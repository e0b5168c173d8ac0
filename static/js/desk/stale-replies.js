/* Answers may land in another order than they were made in: an older one never replaces a newer one. */
import { refresh } from "../views/refresh.js";
import { freshDesk } from "./fresh-desk.js";

const shown = () => document.getElementById("desk").dataset;
let swappedAt = 0;
let chosenAt = 0;

const isChoice = (source) => source.matches("a, form[method=get]");
const isSameView = ({ query, more }) => query === shown().query && more === shown().more;
const isOld = ({ revision }, askedAt) => askedAt < swappedAt && Number(revision) < Number(shown().revision);

/**
 * What is old and another view, as of a tab just chosen, is shown all the same, and followed by what is new;
 * but a tab that was chosen meanwhile, and is there, stays.
 */
htmx.registerExtension("companion-order", {
  htmx_before_request(_source, { ctx }) {
    ctx.askedAt = performance.now();
  },
  htmx_before_swap(_source, { ctx, tasks }) {
    const desk = freshDesk(tasks);
    if (!desk) return true;
    ctx.isOld = isOld(desk.dataset, ctx.askedAt);
    const isSame = isSameView(desk.dataset);
    const isLeft = !isSame && ctx.askedAt < chosenAt;
    if (isLeft) refresh();
    return !isLeft && !(ctx.isOld && isSame);
  },
  htmx_after_swap(source, { ctx }) {
    swappedAt = performance.now();
    if (isChoice(source)) chosenAt = ctx.askedAt;
    if (ctx.isOld) refresh();
  },
});
