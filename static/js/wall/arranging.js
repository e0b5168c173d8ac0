/* For those who arrange. */
import "./arrange-keys.js";
import "./drag.js";
import "./undo-keys.js";
