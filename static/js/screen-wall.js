/* The big screen with the wall. */
import "./screen.js";
import "./screen/wall.js";
