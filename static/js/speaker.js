/* The speaker view. */
import "./app.js";
import "./lib/connection.js";
import "./lib/failures.js";
import "./lib/wake-lock.js";
import "./lib/double-press.js";
import "./staff/open-details.js";
import "./staff/socket.js";
import "./staff/answer-draft.js";
import "./speaker/advance.js";
