/* What the desk's forms lead to: refusals in words, the toast with Undo, and a line for what is chosen. */
import { now } from "./clock.js";
import { toast } from "./say.js";

const FAILED = "That did not work. Try again in a moment.";
const UNDO_STAYS = 9_000;
const CLEARED = "#message-form, .now__room form";
const READERS = { open: "details" };

function refusalIn(html) {
  const page = new DOMParser().parseFromString(html ?? "", "text/html");
  return page.querySelector("#desk-said, #queue-said, .lede")?.textContent.trim() || FAILED;
}

function hideUndo() {
  const left = document.querySelector("[data-undo]");
  if (left && now() - Number(left.dataset.undo) > UNDO_STAYS) left.remove();
}

function showAddress() {
  const { query, more } = document.getElementById("desk").dataset;
  history.replaceState(null, "", `${location.pathname}?${query}${more && `&more=${more}`}`);
}

const newestDeed = () => Number(document.querySelector("[data-undo] [name=deed]")?.value ?? 0);
let seen = newestDeed();

/** What was done can be undone, which says it already; what was not done is said here. */
function saySo(isAsked) {
  const said = document.getElementById("desk-said").textContent.trim();
  if (isAsked && said && newestDeed() <= seen) toast(said);
  seen = Math.max(seen, newestDeed());
  hideUndo();
}

htmx.registerExtension("companion", {
  htmx_after_request(form, { ctx }) {
    ctx.isAsked = form.matches("form");
    if (ctx.response.status >= 400) toast(refusalIn(ctx.text));
    else if (form.matches(CLEARED)) form.reset();
  },
  htmx_after_swap(_source, { ctx }) {
    saySo(ctx.isAsked);
  },
  htmx_error(_form, { ctx }) {
    if (!ctx.response) toast(FAILED);
  },
  htmx_before_morph_attr: (element, { attrName }) => !element.matches(READERS[attrName] ?? "_"),
});
document.getElementById("run").open = matchMedia("(min-width: 62.5rem)").matches;
document.addEventListener("htmx:after:swap", showAddress);
setInterval(hideUndo, 500);
