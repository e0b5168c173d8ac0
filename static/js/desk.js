/* The desk. */
import "./app.js";
import "./lib/connection.js";
import "./staff/socket.js";
import "./lib/double-press.js";
import "./desk/forms.js";
import "./desk/stale-replies.js";
import "./staff/answer-drafts.js";
import "./desk/stable-list.js";
import "./desk/shortcuts.js";
import "./desk/spoken-question.js";
import "./desk/bulk.js";
import "./elements/copy-button.js";
