/* A talk's page that has a board. */
import "./app.js";
import "./lib/connection.js";
import { OFFLINE } from "./lib/failures.js";
import "./elements/copy-button.js";
import { toast } from "./elements/toast-note.js";
import "./board/ask-box.js";
import "./board/toolbar.js";
import "./board/arrange.js";
import "./board/now-strip.js";
import "./board/send-keys.js";
import "./board/extension.js";
import "./board/socket.js";
import "./board/send-kept.js";
import "./board/told.js";

/** How somebody follows is said by few, so its script comes with the first press. */
document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".pulse button");
  if (!button) return;
  event.preventDefault();
  import("./pulse.js").then(({ press }) => press(button.value), () => toast(OFFLINE));
});
