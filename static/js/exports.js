/* The page of exports: htmx fetches a file and saves it, or says why there is none. */
import "./app.js";
import "./lib/failures.js";
import { gettext } from "./lib/words.js";

htmx.registerExtension("companion", {
  /** What is not chosen stays out of the address. */
  htmx_config_request(_button, { ctx }) {
    for (const [name, value] of [...ctx.request.body]) if (!value) ctx.request.body.delete(name);
  },
  htmx_before_request(button) {
    button.dataset.name = button.textContent;
    button.textContent = gettext("Making the file…");
  },
  htmx_finally_request(button) {
    button.textContent = button.dataset.name;
  },
});
