/* One poll in a frame of slides: what the room may know of it, as it changes. */
import "./app.js";
import "./lib/connection.js";
import "./lib/direction.js";
import "./views/socket.js";
