/* What the desk's forms lead to: refusals in words, the toast with Undo, and a line for what is chosen. */
import { now } from "./clock.js";
import { toast } from "./say.js";

const FAILED = "That did not work. Try again in a moment.";
const UNDO_STAYS = 9_000;
const CLEARED = "#message-form, .now__room form";
const READERS = { open: "details", "aria-pressed": "_" };

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

htmx.registerExtension("companion", {
  htmx_after_request(form, { ctx }) {
    if (ctx.response.status >= 400) toast(refusalIn(ctx.text));
    else if (form.matches(CLEARED)) form.reset();
  },
  htmx_error(_form, { ctx }) {
    if (!ctx.response) toast(FAILED);
  },
  htmx_before_morph_attr: (element, { attrName }) => !element.matches(READERS[attrName] ?? "_"),
});
document.addEventListener("htmx:after:swap", showAddress);
setInterval(hideUndo, 500);
