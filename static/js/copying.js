/* A page with something to copy. */
import "./app.js";
import "./elements/copy-button.js";
