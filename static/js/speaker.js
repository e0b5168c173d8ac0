/* The speaker view. */
import "./app.js";
import "./link.js";
import "./watch.js";
import "./awake.js";
import "./slip.js";
import "./drive.js";
import "./answers.js";
import "./refusals.js";
