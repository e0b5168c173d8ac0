/* The big screen. */
import "./app.js";
import "./lib/connection.js";
import "./lib/wake-lock.js";
import "./lib/direction.js";
import "./views/socket.js";
import "./screen/shortcuts.js";
import "./screen/transition.js";
