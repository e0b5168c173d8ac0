/* The page on which those who run a talk say when its recording starts. */
import "./app.js";
import "./elements/copy-button.js";
