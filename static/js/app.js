/* Every page: times, the stage if there is one, players, and notices. */
import "./elements/time-ago.js";
import "./elements/local-hours.js";
import "./elements/count-down.js";
import "./elements/talk-stage.js";
import "./elements/toast-note.js";
import "./lib/players.js";
