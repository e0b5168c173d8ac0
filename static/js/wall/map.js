/* What there is to do on the map, and to see there alone. */
import "./dragged.js";
import "./laser-shown.js";
import "./pinch.js";
import "./zoom-bar.js";
