/* The speaker view. */
import "./app.js";
import "./lib/connection.js";
import "./lib/failures.js";
import "./lib/wake-lock.js";
import "./lib/direction.js";
import "./lib/double-press.js";
import "./views/open-details.js";
import "./views/socket.js";
import "./views/answer-draft.js";
import "./speaker/advance.js";
import "./speaker/still.js";
