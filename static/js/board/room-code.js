/* The room code: asked for once; what was sent without it is kept, and goes up once it is given. */
import { toast } from "../elements/toast-note.js";
import { emit } from "../lib/request.js";
import { refresh, tellOtherTabs } from "./refresh.js";

const DONE = "Thank you. You can ask and vote now.";
const input = () => document.getElementById("code");

export const isCodeMissing = () => input() !== null;

/** Whether this is why something was refused, as a socket's acknowledgement or a form's answer says. */
export const lacksCode = ({ field, headers }) => (field ?? headers?.get("Companion-Field")) === "code";

/** Lead to the field; a board from before the code was wanted has none yet. */
export function askForCode() {
  if (input()) input().focus();
  else refresh({ isWhole: true });
}

document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (detail.ctx?.sourceElement?.id !== "code-go" || isCodeMissing()) return;
  toast(DONE);
  tellOtherTabs();
  emit("try");
});
