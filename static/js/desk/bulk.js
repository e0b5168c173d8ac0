/* Several at once: how many are selected, and all of them. */
import { gettext } from "../lib/words.js";

const picks = () => [...document.querySelectorAll("#desk-cards [name=ids][form=bulk]")];

function recount() {
  const all = picks();
  const some = all.filter((pick) => pick.checked).length;
  document.getElementById("bulk").toggleAttribute("data-some", some > 0);
  document.getElementById("bulk-count").textContent = gettext("%(num)s selected", { num: some });
  const every = document.getElementById("bulk-all");
  every.hidden = some === all.length;
  const isPart = document.querySelector(".desk__end > .desk__rest");
  every.textContent = isPart ? gettext("Select all %(num)s shown", { num: all.length }) : gettext("Select all %(num)s", { num: all.length });
}

function pickAll(wanted) {
  for (const pick of picks()) pick.checked = wanted;
  recount();
}

document.addEventListener("change", (event) => event.target.form?.id === "bulk" && recount());
document.addEventListener("click", (event) => event.target.closest("#bulk-all") && pickAll(true));
document.addEventListener("reset", (event) => event.target.id === "bulk" && setTimeout(recount));
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.id === "bulk" && ctx.response?.status === 200) pickAll(false);
});
document.addEventListener("htmx:after:swap", recount);
recount();
