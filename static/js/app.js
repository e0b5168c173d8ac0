/* Every page: times, the stage if there is one, and players. */
import "./times.js";
import "./stage.js";
import "./embed.js";
