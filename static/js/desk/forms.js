/* What the desk's forms lead to: a notice, fields that are empty again, and the address. */
import { toast } from "../elements/toast-note.js";

const CLEARED = "#message-form, #room, #make-poll";

function showAddress() {
  const { query, more } = document.getElementById("desk").dataset;
  history.replaceState(null, "", `${location.pathname}?${query}${more && `&more=${more}`}`);
}

const newestAction = () => Number(document.querySelector("[data-undo] [name=action_id]")?.value ?? 0);
let seen = newestAction();

/** What was done can be undone, which says it already; what was not done is said here. */
function showOutcome(isAsked) {
  const outcome = document.getElementById("desk-flash").textContent.trim();
  if (isAsked && outcome && newestAction() <= seen) toast(outcome);
  seen = Math.max(seen, newestAction());
}

htmx.registerExtension("companion", {
  htmx_after_request(form, { ctx }) {
    ctx.isAsked = form.matches("form") && ctx.response.status < 400;
    if (!ctx.isAsked || !form.matches(CLEARED)) return;
    form.reset();
    if (form.id === "room") form.closest("details").open = false;
  },
  htmx_after_swap(source, { ctx }) {
    showOutcome(ctx.isAsked);
    const isGone = source.matches("#message form") && document.activeElement === document.body;
    if (isGone) document.querySelector("#message-form button").focus();
  },
});
document.getElementById("run").open = matchMedia("(min-width: 62.5rem)").matches;
document.addEventListener("htmx:after:swap", showAddress);
