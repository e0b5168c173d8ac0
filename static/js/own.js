/* What readers do with their own questions, loaded where there are some. */
import "./board/edit-form.js";
import "./board/go-on.js";
