"""Question time, played by real browsers and a crowd, and all that goes wrong in it counted."""

import contextlib
import itertools
import random
import statistics
import uuid
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, expect
from socketio.exceptions import SocketIOError

from tests.support.browser import PHONE, Person, note_errors, open_link
from tests.support.live import Attendee, LiveServer, eventually

TYPED = "boxes => boxes.map((box) => box.value ?? box.textContent)"
# What the browser itself says while the server is away; no script has failed.
AWAY = ("net::ERR", "WebSocket", "status of 502", "status of 503")
SLOWEST = 150.0  # in slow mode one may ask every two minutes
ROOM = {"viewport": {"width": 1920, "height": 1080}}
THINGS = (
    *("wasps", "compilers", "loops", "pointers", "tests", "names", "queues", "clocks", "locks"),
    *("bees", "kernels", "sockets", "threads", "vectors", "graphs", "trees", "heaps", "stacks"),
    *("caches", "proofs", "types", "macros", "parsers", "shells"),
)
WISHES = ("Who invented", "What comes after", "Why do we need", "When would one avoid")
TO_THE_BOARD = "document.getElementById('board').scrollIntoView({behavior: 'instant'})"
# Keeps what was ever to be read, when which question was Now, what moved, and what was pressed.
RECORDER = """() => {
  const record = { lines: [], nows: {}, shifts: [], presses: 0, pressedAt: 0 };
  window.record = record;
  const time = () => performance.timeOrigin + performance.now();
  const known = new Set();
  const look = () => {
    const now = document.querySelector("#screen-now, #queue-now, #now")?.dataset.id;
    if (now) record.nows[now] ??= time();
    for (const line of document.body.innerText.split("\\n")) known.add(line.trim());
    record.lines = [...known];
  };
  const all = { subtree: true, childList: true, attributes: true };
  new MutationObserver(look).observe(document.body, all);
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, sources } of list.getEntries()) {
      const at = ({ x, y, height }) => [x, y, height];
      const names = sources.map(({ node, previousRect, currentRect }) =>
        `${node?.id || node?.className || node} (${at(previousRect)} to ${at(currentRect)})`);
      if (!hadRecentInput) record.shifts.push(names.join(" "));
    }
  }).observe({ type: "layout-shift" });
  document.addEventListener("pointerdown", () => {
    record.presses += 1;
    record.pressedAt = time();
  }, true);
  look();
}"""


@dataclass
class Tally:
    """What was counted; all but the questions, the taps and the times should be empty."""

    questions: int = 0
    taps: int = 0
    shifts: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    unequal: list[str] = field(default_factory=list)
    to_speaker: list[float] = field(default_factory=list)
    to_screen: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        """Return the table that is printed."""
        rows: dict[str, object] = {
            "questions": self.questions,
            "the chair's taps for each": round(self.taps / max(self.questions, 1), 2),
            "shifts": len(self.shifts),
            "typed texts lost": len(self.lost),
            "wrong things on the screen": len(self.wrong),
            "console errors": len(self.errors),
            "lists that end otherwise": len(self.unequal),
        }
        for who, took in (("speaker", self.to_speaker), ("screen", self.to_screen)):
            shown = f"{statistics.median(took):.0f} / {max(took):.0f} ms"
            rows[f"Answered → next to the {who}, p50 / max"] = shown
        return "\n".join(f"{name:<44} {value}" for name, value in rows.items())


class Crowd:
    """People without a browser, who ask and vote over their sockets."""

    def __init__(self, server: LiveServer, talk: str, size: int) -> None:
        """Let them come in."""
        self.server, self.talk = server, talk
        self.people = [Attendee(server, talk) for _ in range(size)]
        self._random = random.Random(size)  # noqa: S311 (the same people every time)
        self._topics = itertools.product(WISHES, THINGS)
        self._turns = itertools.cycle(range(size))

    def ask_some(self, count: int) -> list[str]:
        """Have the next of them ask something; return what."""
        texts = [f"{wish} {thing}?" for wish, thing in itertools.islice(self._topics, count)]
        for text in texts:
            self._ask(next(self._turns), text)
        return texts

    def vote_some(self, count: int) -> None:
        """Have some of them vote for something that is on the board."""
        public = self.server.query("SELECT id FROM question WHERE status = 'open'")
        for place in self._random.sample(range(len(self.people)), count):
            self._here(place).vote(self._random.choice(public)[0])

    def _ask(self, place: int, text: str) -> None:
        """Ask with one key until there is an answer, as the page does."""
        key, answers = str(uuid.uuid4()), []

        def is_asked() -> bool:
            with contextlib.suppress(SocketIOError):
                answers.append(self._here(place).call("ask", {"key": key, "text": text}))
            return bool(answers and answers[-1]["ok"])

        assert eventually(is_asked, SLOWEST), (text, answers[-1:])

    def _here(self, place: int) -> Attendee:
        """Return somebody, who has found the server again if it was away."""
        person = self.people[place]
        if not person.socket.connected:
            self.people[place] = Attendee(self.server, self.talk, cookie=person.cookie)
        return self.people[place]

    def leave(self) -> None:
        """Go home."""
        for person in self.people:
            person.leave()


class Hour:
    """Five browsers and a big screen on one talk."""

    def __init__(self, chromium: Browser, server: LiveServer, talk: str) -> None:
        """Let everyone in; those who run the talk come by their links."""
        self.server, self.talk, self.tally = server, talk, Tally()
        self._chromium = chromium
        links = server.links(talk)
        self.ada = self.attend()
        self.bob, self.eve = self.attend(**PHONE), self.attend(**PHONE)
        self.desk = open_link(chromium, links["moderator"])
        self.speaker = open_link(chromium, links["speaker"], **PHONE)
        self.screen = chromium.new_context(**ROOM).new_page()
        self.screen.goto(links["present"])
        self.readers = {"laptop": self.ada, "phone": self.bob, "other phone": self.eve}
        self.pages: dict[str, Page] = {
            **{name: person.page for name, person in self.readers.items()},
            "desk": self.desk,
            "speaker": self.speaker,
            "screen": self.screen,
        }

    def watch(self) -> None:
        """Count from here on; those who only read have scrolled to the board."""
        self.tally.questions = 0
        for person in self.readers.values():
            person.page.evaluate(TO_THE_BOARD)
        for name, page in self.pages.items():
            self._watch(name, page)

    def attend(self, **profile: object) -> Person:
        """Let one more person open the talk's page."""
        return Person(self._chromium.new_context(**profile), self.server, self.talk).is_live()

    def _watch(self, name: str, page: Page) -> None:
        expect(page.locator("body[data-live=on]")).to_be_attached(timeout=15_000)
        note_errors(page, lambda text: self.tally.errors.append(f"{name}: {text}"), AWAY)
        page.evaluate(RECORDER)

    def press_next(self) -> None:
        """Have the chair press the one big button, and note when the others saw it."""
        now = self.desk.locator("#now")
        before = now.get_attribute("data-id") or "nothing"
        self.desk.locator(".button--go").click()
        expect(self.desk.locator(f"#now[data-id]:not([data-id='{before}'])")).to_be_attached()
        question = now.get_attribute("data-id")
        pressed = self.desk.evaluate("record.pressedAt")
        expect(self.speaker.locator("#queue-now")).to_have_attribute("data-id", str(question))
        expect(self.screen.locator("#screen-now")).to_have_attribute("data-id", str(question))
        for page, took in (
            (self.speaker, self.tally.to_speaker),
            (self.screen, self.tally.to_screen),
        ):
            took.append(page.evaluate("id => record.nows[id]", question) - pressed)

    def approve(self, *texts: str) -> None:
        """Have the chair approve questions, one by one."""
        for text in texts:
            words = self.desk.locator(".desk-card__text", has_text=text)
            card = self.desk.locator(".desk-card").filter(has=words)
            card.get_by_role("button", name="Approve", exact=True).click()
            expect(card.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
            self.tally.questions += 1

    def come_back(self) -> None:
        """Wait until everybody who has a network has found the server again."""
        for page in self.pages.values():
            if page.evaluate("navigator.onLine"):
                expect(page.locator("body[data-live=on]")).to_be_attached(timeout=30_000)

    def count(self, hidden: list[str], typed: list[str]) -> Tally:
        """Look at what was recorded, and for all that was ``typed``.

        Nobody but those who run the talk may have seen what is ``hidden``.
        """
        boxes = [person.page.locator("#unsent, #ask-text") for person in self.readers.values()]
        kept = {text for box in boxes for text in box.evaluate_all(TYPED)}
        kept |= {text for (text,) in self.server.query("SELECT text FROM question")}
        self.tally.lost = [text for text in typed if not any(text in each for each in kept)]
        for name, page in self.pages.items():
            record = page.evaluate("record")
            if name != "other phone":  # what its owner does without a network moves later
                self.tally.shifts += [f"{name}: {moved}" for moved in record["shifts"]]
            seen = "\n".join(record["lines"])
            if name == "desk":
                self.tally.taps = record["presses"]
            elif name != "other phone":
                self.tally.wrong += [f"{name}: {text}" for text in hidden if text in seen]
        fresh = self.attend()
        self.tally.unequal = [
            name for name, person in self.readers.items() if person.board() != fresh.board()
        ]
        return self.tally

    def close(self) -> None:
        """Send everyone home."""
        for page in self.pages.values():
            page.context.close()
