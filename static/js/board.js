/* A talk's page that has a board. */
import "./app.js";
import "./lib/connection.js";
import "./lib/failures.js";
import "./elements/copy-button.js";
import "./board/ask-box.js";
import "./board/toolbar.js";
import "./board/arrange.js";
import "./board/now-strip.js";
import "./board/edit-form.js";
import "./board/extension.js";
import "./board/socket.js";
import "./board/send-kept.js";
import "./board/told.js";
