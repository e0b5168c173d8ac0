/* The editor of a page, and the form for a new one. */
import "./app.js";
import "./lib/failures.js";
import "./views/line-jump.js";
import "./views/page-draft.js";
