/* The desk. */
import "./app.js";
import "./link.js";
import "./watch.js";
import "./slip.js";
import "./deskforms.js";
import "./deskorder.js";
import "./answers.js";
import "./deskcalm.js";
import "./keys.js";
import "./room.js";
import "./pick.js";
import "./copy.js";
