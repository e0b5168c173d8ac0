/* The wall. */
import "./app.js";
import "./lib/connection.js";
import "./lib/direction.js";
import "./views/open-details.js";
import "./wall/shows.js";
import "./wall/live.js";
import "./wall/keys.js";
import "./wall/keep-focus.js";
import "./wall/around.js";
import "./wall/parts.js";
