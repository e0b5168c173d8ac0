/* A talk's page that has a board. */
import "./app.js";
import "./board/ask-box.js";
import "./board/similar.js";
import "./elements/char-count.js";
import "./board/toolbar.js";
import "./board/edit-form.js";
import "./board/extension.js";
import "./board/socket.js";
import "./lib/connection.js";
