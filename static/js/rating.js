/* A talk's rating: each tap is saved at once, and looks chosen at once. */
import { places } from "./board/poll-place.js";
import { toast } from "./elements/toast-note.js";
import { nothing, request } from "./lib/request.js";
import { gettext } from "./lib/words.js";
import { forget, keep, press, replace, show, underway } from "./rating/kept.js";
import { clear, noteTaken } from "./rating/line.js";

const isLost = ({ status }) => status === 204 || status >= 500;

htmx.registerExtension("companion-rating", {
  /** A line that is still being written waits for its own button. */
  htmx_config_request(source, { ctx: { request: { body } } }) {
    if (source.id === "rating-form" && !body.has("do")) body.delete("line");
  },
  htmx_before_request(source, { ctx }) {
    if (source.id !== "rating-form") return;
    const { do: act, ...wish } = Object.fromEntries(ctx.request.body);
    press(wish);
    ctx.fetch = async (...http) => {
      replace(wish);
      await underway();
      const answer = await request(...http).catch(nothing);
      if (act === "remove") ctx.isTakenBack = takeBack(answer);
      else if (isLost(answer)) keep(wish);
      else if (act === "line" && answer.ok) noteTaken(wish.line);
      if (answer.status >= 400) places.rating.refresh(); // what stands there is shown instead of what was pressed
      queueMicrotask(show);
      return answer;
    };
  },
  htmx_after_request(source, { ctx }) {
    if (source.matches("#delete-mine form") && ctx.response?.status === 200) forgetAll();
  },
  htmx_finally_request(_source, { ctx: { isTakenBack } }) {
    if (isTakenBack) goOn();
  },
});

function forgetAll() {
  forget();
  clear();
}

/** Return whether there is nothing any more that was to be taken back. */
function takeBack({ status }) {
  if (status === 204) toast(gettext("There is no connection: nothing was taken back."));
  if (status === 200) forgetAll();
  return status === 200;
}

/** The button that was pressed has gone with the rating. */
function goOn() {
  document.getElementById("announcer").textContent = gettext("Taken back.");
  if (document.activeElement === document.body) document.querySelector("#rating-form [aria-pressed]")?.focus();
}
