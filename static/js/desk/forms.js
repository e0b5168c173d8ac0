/* What the desk's forms lead to: the toast with Undo, fields that are empty again, and the address. */
import { now } from "../lib/clock.js";
import "../staff/refusals.js";
import { toast } from "../lib/notices.js";

const UNDO_STAYS = 9_000;
const CLEARED = "#message-form, #room";

function hideUndo() {
  const left = document.querySelector("[data-undo]");
  if (left && now() - Number(left.dataset.undo) > UNDO_STAYS) left.remove();
}

function showAddress() {
  const { query, more } = document.getElementById("desk").dataset;
  history.replaceState(null, "", `${location.pathname}?${query}${more && `&more=${more}`}`);
}

const newestAction = () => Number(document.querySelector("[data-undo] [name=action]")?.value ?? 0);
let seen = newestAction();

/** What was done can be undone, which says it already; what was not done is said here. */
function saySo(isAsked) {
  const said = document.getElementById("desk-said").textContent.trim();
  if (isAsked && said && newestAction() <= seen) toast(said);
  seen = Math.max(seen, newestAction());
  hideUndo();
}

/** Whoever has been told that something was changed meanwhile may put their own words in its place. */
function renewMark(form, html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.querySelector(`form[action="${CSS.escape(form.getAttribute("action"))}"]`);
  if (fresh) form.elements.expected_version.value = fresh.elements.expected_version.value;
}

htmx.registerExtension("companion", {
  htmx_after_request(form, { ctx }) {
    ctx.isAsked = form.matches("form");
    if (ctx.response.status === 422 && form.elements?.expected_version) renewMark(form, ctx.text);
    if (ctx.response.status < 400 && form.matches(CLEARED)) form.reset();
  },
  htmx_after_swap(_source, { ctx }) {
    saySo(ctx.isAsked);
  },
});
document.getElementById("run").open = matchMedia("(min-width: 62.5rem)").matches;
document.addEventListener("htmx:after:swap", showAddress);
setInterval(hideUndo, 500);
