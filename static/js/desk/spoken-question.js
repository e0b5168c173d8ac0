/* What was asked aloud goes up with a key of its own, so that sending it again adds nothing. */
import { newKey } from "../lib/storage.js";

let sent = { text: "", key: "" };

document.addEventListener("submit", ({ target: form }) => {
  if (form.id !== "room") return;
  const text = form.elements.text.value;
  if (text !== sent.text) sent = { text, key: newKey() };
  form.elements.key.value = sent.key;
}, true);
document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.id === "room" && ctx.response?.status === 200) sent = { text: "", key: "" };
});
