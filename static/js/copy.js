/* Buttons that copy what a field holds, where the browser lets a page do that. */
import { toast } from "./say.js";

function offer() {
  if (!navigator.clipboard) return;
  document.querySelectorAll("[data-copy]").forEach((button) => (button.hidden = false));
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(field.value);
    toast("Copied.");
  } catch {
    field.select();
    toast("Copy what is selected now.");
  }
});
offer();
