/* A talk's board in a frame of another site: as on the talk's page, but that nothing stands beside it. */
import "./app.js";
import "./lib/connection.js";
import "./lib/failures.js";
import "./elements/copy-button.js";
import "./board/ask-box.js";
import "./board/toolbar.js";
import "./board/now-strip.js";
import "./board/send-keys.js";
import "./board/extension.js";
import "./board/socket.js";
import "./board/send-kept.js";
import "./board/told.js";
import "./framed/stay.js";
import "./framed/stranger.js";
import "./framed/height.js";
