/* The wall on the big screen: live, and as large as there is room for all of it. */
import "../wall/live.js";
import "../wall/dragged.js";
import "../wall/laser-shown.js";
import { fit } from "../wall/fit.js";

const MOST = 2;
const refit = () => document.getElementById("wall-map") && fit(MOST);

document.body.dataset.shows = "map";
for (const event of ["companion:arranged", "htmx:after:swap"]) document.addEventListener(event, refit);
addEventListener("resize", refit);
refit();
