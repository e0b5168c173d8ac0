/* The outbox: what could not be sent yet, each question with its state; it is kept until the server has it. */
import { load, save } from "../lib/storage.js";
import { gettext } from "../lib/words.js";
import { draft } from "./draft.js";

const KEPT = `outbox:${document.body.dataset.talk}`;
const WAITS = gettext("Waiting to be sent");

/** What waits here: {key, text, detail, kind, name, problem}, the oldest first. */
export const waiting = () => load(KEPT) ?? [];

function keep(items) {
  save(KEPT, items.length ? items : null);
  showOutbox();
}

export const takeOut = (key) => keep(waiting().filter((item) => item.key !== key));

/** Put a question here, or say why it is here still. */
export function putIn(question, problem = "") {
  const others = waiting();
  const at = others.findIndex(({ key }) => key === question.key);
  others.splice(at < 0 ? others.length : at, at < 0 ? 0 : 1, { ...question, problem });
  keep(others);
}

/** Show all but the one that still stands in the box, which says it itself. */
export function showOutbox() {
  const inBox = document.getElementById("ask-form") && draft()?.key;
  const shown = waiting().filter(({ key }) => key !== inBox);
  document.getElementById("outbox").hidden = !shown.length;
  document.getElementById("outbox").replaceChildren(...shown.map(line));
}

function line({ key, text, problem }) {
  const item = Object.assign(document.createElement("li"), { className: "outbox__one" });
  const words = Object.assign(document.createElement("p"), { className: "outbox__text", dir: "auto", textContent: text });
  const state = Object.assign(document.createElement("p"), { className: "outbox__state", textContent: problem ? gettext("Not sent: %(problem)s", { problem }) : WAITS });
  const remove = Object.assign(document.createElement("button"), { className: "link-button", type: "button", textContent: gettext("Remove") });
  remove.setAttribute("aria-label", gettext("Remove “%(text)s”", { text }));
  remove.addEventListener("click", () => takeOut(key));
  item.append(words, state, remove);
  return item;
}
