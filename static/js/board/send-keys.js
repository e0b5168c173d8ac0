/* Ctrl or ⌘ with Enter sends what is written on the board. */
import { submit } from "../lib/request.js";

document.addEventListener("keydown", (event) => {
  const isSend = event.key === "Enter" && (event.metaKey || event.ctrlKey);
  const form = isSend && event.target.closest?.("#ask-form, .edit");
  if (form) submit(form);
});
