/* Every page: times, the stage if there is one, and players. */
import "./elements/time-ago.js";
import "./elements/talk-stage.js";
import "./elements/embed-player.js";
