/* An answer to a prompt goes up as its form does, and leaves its field once it is saved. */
import { nothing, request, tryLater } from "../lib/request.js";
import { load } from "../lib/storage.js";
import { gettext } from "../lib/words.js";
import { begin, end, isOnItsWay } from "./left.js";
import { discard, forgetAll, putBy, say, show } from "./unsent.js";

const FORM = ".poll__form--written";

function keep(answer) {
  putBy(answer);
  tryLater();
}

/** The form may be gone by now: its prompt was closed meanwhile. */
function settle(form, { poll, text: saved }) {
  const { text } = form.elements;
  discard(poll);
  if (text?.value === saved) text.value = "";
  if (form.isConnected) say(form, gettext("Sent."));
  show();
}

htmx.registerExtension("companion-answers", {
  htmx_config_request(source, { ctx }) {
    if (!source.matches(FORM)) return;
    const { body } = ctx.request;
    ctx.answer = begin({ poll: source.closest(".poll").dataset.poll, text: body.get("text"), name: body.get("name") ?? "" });
  },
  htmx_before_request(source, { ctx }) {
    if (!ctx.answer) return;
    isOnItsWay(ctx.answer);
    ctx.request.body.set("key", ctx.answer.key);
    ctx.fetch = async (...http) => {
      const reply = await request(...http).catch(nothing);
      if (reply.status === 204) keep(ctx.answer);
      ctx.isTaken = reply.status < 300;
      return reply;
    };
  },
  htmx_after_request(source, { ctx }) {
    if (source.matches("#delete-mine form") && ctx.response?.status === 200) forgetAll();
  },
  htmx_finally_request(source, { ctx: { isTaken, answer } }) {
    if (!answer) return;
    end(answer, isTaken);
    if (isTaken) settle(source, answer);
  },
});

/** A name that is known is there already. */
function fillName() {
  const name = document.querySelector(`${FORM} [name=name]`);
  if (name) name.value ||= load("name")?.name ?? "";
}

document.addEventListener("htmx:after:swap", fillName);
fillName();
