/* The speaker view. */
import "./app.js";
import "./lib/connection.js";
import "./staff/socket.js";
import "./lib/wake-lock.js";
import "./lib/double-press.js";
import "./speaker/advance.js";
import "./staff/answer-drafts.js";
import "./staff/refusals.js";
