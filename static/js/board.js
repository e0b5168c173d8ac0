/* A talk's page that has a board. */
import "./app.js";
import "./askbox.js";
import "./alike.js";
import "./counter.js";
import "./tools.js";
import "./edit.js";
import "./forms.js";
import "./live.js";
import "./link.js";
