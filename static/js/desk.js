/* The desk. */
import "./app.js";
import "./lib/connection.js";
import "./lib/failures.js";
import "./lib/double-press.js";
import "./staff/open-details.js";
import "./staff/socket.js";
import "./staff/answer-draft.js";
import "./desk/forms.js";
import "./desk/stale-replies.js";
import "./desk/stable-list.js";
import "./desk/shortcuts.js";
import "./desk/spoken-question.js";
import "./desk/bulk.js";
import "./elements/copy-button.js";
