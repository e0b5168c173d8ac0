/* What the forms of the desk and the speaker view lead to: a refusal in words, and nothing folded away. */
import { toast } from "../lib/notices.js";

const FAILED = "That did not work. Try again in a moment.";
const OFFLINE = "There is no connection. Try again in a moment.";

function refusalIn(html) {
  const page = new DOMParser().parseFromString(html ?? "", "text/html");
  return page.querySelector("#desk-said, #queue-said, .lede")?.textContent.trim() || FAILED;
}

htmx.registerExtension("companion-refusals", {
  htmx_after_request(_form, { ctx }) {
    if (ctx.response.status >= 400) toast(refusalIn(ctx.text));
  },
  htmx_error(_form, { ctx }) {
    if (!ctx.response) toast(OFFLINE);
  },
  htmx_before_morph_attr: (element, { attrName }) => attrName !== "open" || !element.matches("details"),
});
