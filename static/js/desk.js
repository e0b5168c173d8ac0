/* The desk. */
import "./app.js";
import "./lib/connection.js";
import "./lib/failures.js";
import "./lib/double-press.js";
import "./views/open-details.js";
import "./views/socket.js";
import "./views/answer-draft.js";
import "./desk/forms.js";
import "./desk/stale-replies.js";
import "./desk/stable-list.js";
import "./desk/shortcuts.js";
import "./desk/spoken-question.js";
import "./desk/bulk.js";
import "./desk/unfold.js";
import "./desk/reasons.js";
import "./elements/copy-button.js";
