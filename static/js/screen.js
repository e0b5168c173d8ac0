/* The big screen. */
import "./app.js";
import "./link.js";
import "./watch.js";
import "./awake.js";
import "./screenkeys.js";
