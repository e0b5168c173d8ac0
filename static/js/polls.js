/* A talk's polls on its page, loaded where there are some: counts, keys, and answers without a connection. */
import "./polls/counts.js";
import "./polls/keys.js";
import "./polls/kept.js"; // named here, as are those below it, so that all are fetched at once
import "./polls/show.js";
import "./polls/deliver.js";
import "./polls/answers.js";
import "./polls/written.js";
import "./polls/unsent.js";
import "./polls/left.js";
import "./board/kept-field.js";
