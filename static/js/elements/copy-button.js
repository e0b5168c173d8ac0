/* Buttons that copy what a field holds, shown where the browser lets a page do that. */
import { toast } from "../lib/notices.js";

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(field.value);
    toast("Copied.");
  } catch {
    toast("This browser does not let the page copy. Select the words, and copy them by hand.");
  }
});
if (navigator.clipboard) document.documentElement.dataset.copies = "";
