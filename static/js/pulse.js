/* How somebody follows: a press goes up, is said to be heard, and fades after a minute; applause stays. */
import { post } from "./board/post.js";
import { trySending } from "./board/socket.js";
import { toast } from "./elements/toast-note.js";
import { OFFLINE } from "./lib/failures.js";
import { gettext } from "./lib/words.js";

const FADES = 60_000;
const AGAIN = 10_000; // sooner it is the same press, and counts still
const usual = document.getElementById("pulse-note").textContent;
let pressed = {};
let fading = 0;

function show() {
  for (const button of document.querySelectorAll(".pulse button")) button.setAttribute("aria-pressed", button.value === pressed.kind);
}

/** The line is taken away, and may come back, with the switch at the desk. */
function say(words) {
  const line = document.getElementById("pulse-note");
  if (line) line.textContent = words;
}

function fade() {
  pressed = {};
  say(usual);
  show();
}

async function send(kind) {
  const reply = await trySending("pulse", { kind });
  if (reply && !reply.again) return reply;
  const answer = await post("pulse", { kind });
  return answer && { ok: answer.ok, error: answer.said("toast-note") };
}

export async function press(kind) {
  const isClap = kind === "clap";
  if (kind === pressed.kind && (isClap || Date.now() - pressed.at < AGAIN)) return;
  const before = pressed;
  const mine = (pressed = { kind, at: Date.now() });
  show();
  const reply = await send(kind);
  if (pressed !== mine) return;
  if (reply?.ok) {
    say(isClap ? gettext("Your applause is counted. Thank you!") : gettext("The speaker sees it for a minute."));
    clearTimeout(fading);
    if (!isClap) fading = setTimeout(fade, FADES);
  } else {
    pressed = before;
    show();
    toast(reply?.error ?? OFFLINE);
  }
}

document.addEventListener("htmx:after:swap", show);
document.addEventListener("companion:phase", () => pressed.kind === "clap" && fade());
