/* Answers: shown at once, sent now or once there is a way; where one is not taken that is said. */
import { isOutside, leadToEntry } from "../board/entry.js";
import { places } from "../board/poll-place.js";
import { tellOtherTabs } from "../board/refresh.js";
import { toast } from "../elements/toast-note.js";
import { gettext } from "../lib/words.js";
import { deliver } from "./deliver.js";
import { keep, kept } from "./kept.js";
import { noteRefusal, show, untick } from "./show.js";

const underway = new Set();
const isKept = ({ status }) => status === 204;
const fetchAgain = () => places.polls.refresh();

htmx.registerExtension("companion-polls", {
  htmx_before_request(source, { ctx }) {
    const options = source.matches(".poll__form") ? ctx.request.body.getAll("option") : [];
    if (options.length) ctx.fetch = () => answer(source.closest(".poll").dataset.poll, options);
  },
  htmx_after_request(source, { ctx }) {
    const isRefused = ctx.response?.status >= 400 && source.matches(".poll__form:not(.poll__form--written)");
    if (isRefused) [untick, fetchAgain].forEach((each) => each(source)); // what stands there is shown instead
  },
});

async function answer(poll, options) {
  const act = keep(poll, options);
  noteRefusal(poll, "");
  show();
  const reply = await one(poll, () => deliver(poll, act, true));
  if (isKept(reply)) show();
  if (isKept(reply) && isOutside()) leadToEntry();
  return reply;
}

const one = (poll, send) => underway.add(poll) && send().finally(() => underway.delete(poll));

async function sendKept() {
  if (isOutside()) return;
  for (const [poll, act] of kept()) if (!underway.has(poll)) await one(poll, () => sendOne(poll, act));
}

async function sendOne(poll, act) {
  const reply = await deliver(poll, act, false);
  if (isKept(reply)) return show();
  if (reply.ok) tellOtherTabs();
  else await refused(poll, reply);
  return fetchAgain();
}

async function refused(poll, reply) {
  const said = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("toast-note");
  const problem = said?.textContent ?? gettext("It could not be taken. Choose again.");
  noteRefusal(poll, gettext("Not sent: %(problem)s", { problem }));
  toast(gettext("Your answer to a poll was not sent: %(problem)s", { problem }));
}

for (const sign of ["back", "reached", "try"]) document.addEventListener(`companion:${sign}`, sendKept);
show();
sendKept();
