/* Finding: htmx asks the server for what is looked for; here is how that ends. */
import { submit } from "../lib/request.js";
import { currentFind } from "./order.js";

/** Look for nothing any more; once the list is whole, a link into it leads to its card. */
export function findAll({ hash }) {
  if (!currentFind()) return;
  document.getElementById("find").value = "";
  submit(document.querySelector(".tools__find"));
  document.addEventListener("htmx:after:swap", function follow() {
    if (document.getElementById("board").dataset.find) return;
    document.removeEventListener("htmx:after:swap", follow);
    location.replace(hash);
  });
}
