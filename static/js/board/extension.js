/* The board's htmx extension: forms go up our way, and what comes down is laid in calmly. */
import { orOffline } from "../lib/failures.js";
import { nothing, request } from "../lib/request.js";
import { keepPlace } from "./animation.js";
import { followBeyond } from "./beyond.js";
import { followStanding, receive, takeAway } from "./broadcast-card.js";
import { finish } from "./ask-next.js";
import { comesIn, layIn } from "./lay-in.js";
import { currentFind, currentSort } from "./order.js";
import { beginAnew, isOtherOrder } from "./page.js";
import { refreshSoon, view } from "./refresh.js";
import { adopt, isOutdated } from "./revision.js";
import { answered, ask } from "./send-question.js";
import { vote } from "./send-vote.js";
import { landed } from "./votes.js";

const wordsOf = (source) => source.id === "ask-text" && source.value;
/** What a morph leaves alone: what the reader opened, pressed or looks for. */
const READERS = { open: "details", "aria-pressed": "#only-mine", value: "#find, #rating-line" };

htmx.registerExtension("companion", {
  htmx_config_request(source, { ctx }) {
    if (source.matches(".tools__find")) ctx.request.body.set("sort", currentSort()) ?? beginAnew();
    if (ctx.target?.id === "board" && ctx.request.method === "POST") ctx.request.action += `?${view()}`;
  },
  htmx_before_request(source, { ctx }) {
    Object.assign(ctx, { askedAt: performance.now(), find: currentFind(), words: wordsOf(source) });
    if (source.matches(".vote")) vote(source, ctx);
    if (source.id === "ask-form") ask(source, ctx);
    if (source.id === "ask-text") ctx.fetch = (...http) => request(...http).catch(nothing);
    if (source.matches(".tools__find")) ctx.fetch = orOffline;
  },
  htmx_after_request(source, { ctx }) {
    if (source.matches("form[method=post]")) answered(source, ctx);
  },
  htmx_finally_request(source) {
    if (source.matches(".vote")) landed(source);
    if (source.id === "ask-form") finish(source);
  },
  htmx_before_swap(source, { ctx, tasks }) {
    if (source.id === "ask-text" && ctx.words !== wordsOf(source)) return false;
    ctx.stayPut = keepPlace();
    for (const { fragment, target, swapSpec } of tasks) {
      const board = fragment.querySelector("#board");
      if (!comesIn(target, source, fragment)) swapSpec.style = "none";
      if (!target) followBeyond(fragment, swapSpec);
      if (board && (isOutdated(board) || ctx.find !== currentFind() || isOtherOrder(board))) return refreshSoon(100, 600, { isWhole: true }) ?? false;
      if (board) layIn(board, ctx);
      if (swapSpec.style === "delete" && target?.matches?.(".question")) takeAway(target);
      if (target?.matches?.(".question__status")) followStanding(target, fragment.querySelector(".question__status"));
      if (target?.id === "questions") fragment.querySelectorAll(".question").forEach(receive);
    }
    return true;
  },
  htmx_after_swap(_source, { ctx }) {
    ctx.stayPut?.();
    adopt(document.getElementById("board"));
  },
  htmx_before_morph_attr: (element, { attrName }) => !element.matches(READERS[attrName] ?? "_"),
});
