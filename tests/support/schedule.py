"""Five pages at one talk, and a seed that says what everybody does and what goes wrong meanwhile.

The pages are real, and so are the server and the ways between them (`network.py`). What is done in
a page is in `schedule.js`, whose clock can be put forward, so that nobody waits.
"""

import itertools
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from tests.support.live import LiveServer
from tests.support.network import FATES, Network

SCRIPT = Path(__file__).with_suffix(".js")
NAMES = ("ada", "bob", "desk", "speaker", "screen")
THINGS = ("kites", "wasps", "clocks", "loops", "heaps", "types", "proofs", "trees")
MARK = re.compile(r"q\d+x\d+z")
FIRST_QUESTIONS = 4
STEPS = 40
ROUNDS, TRIES = 40, 5
ROUND_MS = 500
# Once all is well again: so much more is done, and has to be heard of before a page would look
# by itself.
MORE_STEPS, HEARING_ROUNDS, HEARING_MS = 8, 12, 250
PAUSE_MS = 2_500
MENU = "#desk-cards .more"
# What is done, how often, by whom, and by which button or field.
PRESSES = [
    (9, "attendee", "#questions .vote__button[aria-pressed=false]"),
    (4, "attendee", "#questions .vote__button[aria-pressed=true]"),
    (2, "attendee", "#board .own__withdraw form[action$=withdraw] button"),
    (3, "attendee", "#board .own__edit"),
    (2, "attendee", "a.tools__order:not([aria-current])"),
    (5, "desk", "#desk-tabs a:not([aria-current])"),
    (8, "desk", "#desk-cards .acts [value=approve]"),
    (4, "desk", "#desk-cards .acts [value=now]:enabled"),
    (4, "desk", "#desk-cards .acts [value=next]:enabled"),
    (9, "desk", "#desk-cards .acts [value=restore]"),
    (5, "desk", "#desk-cards .reasons__form [name=reason]"),
    (4, "desk", "#desk-cards .act--more[aria-expanded=false]"),
    (2, "desk", f"{MENU} [value=pin], {MENU} [value=unpin]"),
    (1, "desk", f"{MENU} [value=comment], {MENU} [value=question]"),
    (2, "desk", f"{MENU} [value=answered], #desk [value=unnext]"),
    (3, "desk", f"{MENU} form[action*='/merge'] button, #desk-cards .hint [name=into]"),
    (2, "desk", "#desk-cards form[action*='/unmerge'] button"),
    (5, "desk", "#undo button, #log form button"),
    (5, "desk", ".now__go button:enabled"),
    (2, "desk", "#switches [name=board][aria-pressed=false]"),
    (2, "desk", "#switches [name=board][value=open][aria-pressed=false]"),
    (2, "desk", "#switches [name=ranked], #switches [name=speaker_may_advance]"),
    (2, "speaker", "#drive button"),
]
FILLS = [
    (14, "attendee", "#ask-text"),
    (3, "attendee", "#board .edit [name=text]"),
    (1, "desk", f"{MENU} [name=text]"),
    (2, "desk", f"{MENU} [name=answer]"),
]
FAULTS = [(7, "pause"), (4, "cut"), (4, "hold"), (5, "mend"), (3, "go_down"), (5, "repeat")]
FAULTS += [(3, "offline"), (3, "online"), (3, "reload"), (2, "search"), (1, "restart")]
FAULTS += [(2, fate) for fate in FATES]
# What may show a question to everybody.
SHOWS = ("=approve]", "=now]", "=restore]")


@dataclass
class Player:
    """Somebody with one page, and the network that it is reached by."""

    name: str
    context: BrowserContext
    network: Network
    path: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open a page in which time can be put forward."""
        self.context.add_init_script(path=SCRIPT)
        self.page: Page = self.context.new_page()
        self.page.on(
            "pageerror", lambda error: self.complaints.append(f"{self.name}: {error.stack}")
        )

    @property
    def origin(self) -> str:
        """Return where the server is for this browser."""
        return f"http://127.0.0.1:{self.network.port}"

    @property
    def url(self) -> str:
        """Return what all of the server's addresses begin with."""
        return self.origin + self.path

    def open(self, path: str) -> None:
        """Open an address, and wait for no more than its first byte."""
        self.page.goto(f"{self.url}{path}", wait_until="commit")

    def is_live(self) -> None:
        """Wait until the page's scripts and socket are there."""
        expect(self.page.locator("body[data-live=on]")).to_be_attached(timeout=15_000)

    def do(self, call: str, *given: object) -> object:
        """Call one of the page's helpers; a page that did not load has none, or is just going."""
        script = f"given => window.schedule?.{call}(...given)"
        try:
            return self.page.evaluate(script, list(given))
        except Error as error:
            if "navigation" not in error.message:
                raise
            return None

    def mend(self) -> None:
        """Give it its network back."""
        self.network.mend()
        self.context.set_offline(False)


class Cast:
    """Two attendees, a desk, a speaker view and a big screen, each in a browser of its own."""

    def __init__(self, chromium: Browser, server: LiveServer, ports: dict[str, int]) -> None:
        """Let them come, each by a port of their own."""
        self.server = server
        self.players = {name: self._player(chromium, name, port) for name, port in ports.items()}
        self.done: Counter[str] = Counter()

    def _player(self, chromium: Browser, name: str, port: int) -> Player:
        context = chromium.new_context(reduced_motion="reduce")
        return Player(name, context, Network(self.server.port, port), self.server.path)

    def gather(self, talk: str) -> None:
        """Have everybody open their page of a talk."""
        for player in self.players.values():
            player.page.goto("about:blank")  # who signs in anew is signed out on an open page
        links = self.server.links(talk)
        paths = {
            "ada": f"/talks/{talk}",
            "bob": f"/talks/{talk}",
            "desk": self._enter("desk", links["moderator"], f"/talks/{talk}/moderate"),
            "speaker": self._enter("speaker", links["speaker"], f"/talks/{talk}/speaker"),
            "screen": f"/talks/{talk}/present",
        }
        for name, player in self.players.items():
            player.network.forget()
            player.complaints.clear()
            player.open(paths[name])
        for player in self.players.values():
            player.is_live()

    def _enter(self, name: str, link: str, path: str) -> str:
        """Sign a browser in by a role's link; return the path that was asked for."""
        player = self.players[name]
        form = {"token": urlsplit(link).fragment, "name": "RT"}
        # One that is kept may have been cut off since.
        alone = {"Connection": "close"}
        address = f"{player.url}/enter"
        answer = player.context.request.post(address, form=form, headers=alone, max_redirects=0)
        assert answer.status == 303, answer.status
        return path

    def leave(self) -> None:
        """Send everybody home."""
        for player in self.players.values():
            player.context.close()
            player.network.close()


class Schedule:
    """What happens at one talk, as its seed says."""

    def __init__(self, cast: Cast, talk: str, seed: int) -> None:
        """Gather the cast at a talk of the schedule's own."""
        self.cast, self.server, self.talk, self.seed = cast, cast.server, talk, seed
        self.chance = random.Random(seed)  # noqa: S311 (to be played again)
        self.owners: dict[str, str] = {}
        self.may_be_public: set[str] = set()
        self.done: list[str] = []
        self._numbers = itertools.count(1)
        self._is_up = True
        cast.gather(talk)

    def play(self, steps: int = STEPS) -> None:
        """Let it happen, once there is something to vote for."""
        for _ in range(FIRST_QUESTIONS):
            self._act("attendee", "#ask-text", types=True)
            self._pause(self._somebody())
        self._do(PRESSES + FILLS + FAULTS, steps)

    def go_on(self) -> list[str]:
        """Let more happen while nothing goes wrong; say which page has not heard of it."""
        self.done.append("all is well")
        self._do(PRESSES + FILLS, MORE_STEPS)
        for _ in range(TRIES):  # what somebody does last may come after others were looked at
            wrong = [each for player in self.cast.players.values() for each in self._hears(player)]
            if wrong or not any(self._look(player, 0) for player in self.cast.players.values()):
                return wrong
        return ["the pages are never all quiet"]

    def _hears(self, player: Player) -> list[str]:
        """Give the server its time to tell a page; return what is wrong with it in the end."""
        for _ in range(HEARING_ROUNDS):
            wrong = self._look(player, HEARING_MS)
            if not wrong:
                return []
            player.page.wait_for_timeout(HEARING_MS)
        return [*wrong, *player.page.evaluate("schedule.lately")]

    def _do(self, doings: list[tuple[Any, ...]], steps: int) -> None:
        for doing in self.chance.choices(doings, [weight for weight, *_ in doings], k=steps):
            _, *what = doing
            if len(what) == 1:
                self._go_wrong(self._somebody(), what[0])
            else:
                self._act(*what, types=doing in FILLS)

    def _somebody(self, role: str = "") -> Player:
        players = self.cast.players
        names = ["ada", "bob"] if role == "attendee" else [role] if role else list(players)
        return players[self.chance.choice(names)]

    def _act(self, role: str, css: str, *, types: bool) -> None:
        player, luck = self._somebody(role), self.chance.random()
        if types:
            said = player.do("fill", css, luck, self._words(player, css))
        else:
            said = player.do("press", css, luck)
        if role == "desk" and any(word in css for word in SHOWS):
            self.may_be_public.update(MARK.findall(str(said)))
        self.cast.done[css] += bool(said)
        self.done.append(f"{player.name} {css} {MARK.findall(str(said)) if said else 'finds none'}")

    def _words(self, player: Player, css: str) -> str:
        """Return something to say; the page puts the old mark into what is edited."""
        thing, number = self.chance.choice(THINGS), next(self._numbers)
        if css != "#ask-text":
            return f"In other words, take {number}: what of {thing}, MARK?"
        mark = f"q{self.seed}x{number}z"  # other schedules' answers may still be under way
        self.owners[mark] = player.name
        return f"How do {thing} find their way home, {mark}?"

    # What goes wrong

    def _go_wrong(self, player: Player, fault: str) -> None:
        self.done.append(f"{player.name} {fault}")
        if fault in FATES:
            player.network.spoil(fault)
        elif fault in ("hold", "repeat"):
            getattr(player.network, fault)(self.chance)
        elif fault in ("cut", "go_down", "mend"):
            getattr(player.network, fault)()
        elif fault in ("offline", "online"):
            player.context.set_offline(fault == "offline")
        else:
            getattr(self, f"_{fault}")(player)

    def _pause(self, _player: Player) -> None:
        """Let some time pass for everybody, and the server answer what it has got."""
        for player in self.cast.players.values():
            player.do("hurry", self.chance.random() * PAUSE_MS)
        if self._is_up:
            self.server.wait_for("/healthz")

    def _reload(self, player: Player) -> None:
        if self._is_up:
            player.mend()
            player.page.reload(wait_until="commit")
            player.is_live()

    def _search(self, _player: Player) -> None:
        """Look for one of the things, or for nothing any more."""
        words = self.chance.choice(("", "", *THINGS))
        self._somebody("attendee").do("fill", "#find", 0, words)

    def _restart(self, _player: Player) -> None:
        """Take the server away, or bring it back."""
        if not self._is_up:
            self.server.start()
        elif self.chance.random() < 0.5:
            self.server.stop()
        else:
            self.server.kill()
        self._is_up = not self._is_up

    # What is left in the end

    def settle(self) -> list[str]:
        """Mend everything, wait until all is quiet, and say which page differs from a fresh one."""
        if not self._is_up:
            self._restart(self._somebody())
        for player in self.cast.players.values():
            player.mend()
            if not player.page.evaluate("window.schedule && document.body.dataset.talk"):
                player.page.reload(wait_until="commit")
        for _ in range(TRIES):
            wrong = [each for player in self.cast.players.values() for each in self._last(player)]
            if wrong or not any(self._look(player) for player in self.cast.players.values()):
                return wrong
        return ["the pages are never all quiet"]

    def _last(self, player: Player) -> list[str]:
        """Look at a page until nothing is wrong with it; return what is in the end."""
        for _ in range(ROUNDS):
            wrong = self._look(player)
            if not wrong:
                return []
        return [*wrong, *player.page.evaluate("schedule.lately")]

    def _look(self, player: Player, ms: int = ROUND_MS) -> list[str]:
        """Let some time pass for a page; say in what it differs from one that comes afresh."""
        found = player.do("look", ms)
        return [f"{player.name}: {each}" for each in (["not loaded"] if found is None else found)]

    def beside(self) -> list[str]:
        """Say in what one of the pages differs from one that is opened beside it, with scripts."""
        player = self._somebody()
        fresh = player.context.new_page()
        fresh.goto(f"{player.origin}{player.do('address')}")
        script = "shown => schedule.differences(shown, schedule.shown())"
        found = fresh.evaluate(script, player.do("shown"))
        fresh.close()
        return [f"{player.name}, beside: {each}" for each in found]

    def leaks(self) -> list[str]:
        """Say who was sent anything of another's question that nobody at the desk has shown."""
        return [
            f"{mark} of {owner} to {name}"
            for mark, owner in self.owners.items()
            for name, player in self.cast.players.items()
            if mark not in self.may_be_public
            and name not in (owner, "desk")
            and player.network.heard(mark.encode())
        ]

    def doubled(self) -> list[str]:
        """Say what was asked once and is there more than once."""
        rows = self.server.query("SELECT slug, text FROM question JOIN talk ON talk.id = talk_id")
        marks = [mark for slug, text in rows if slug == self.talk for mark in MARK.findall(text)]
        return sorted({mark for mark in marks if marks.count(mark) > 1})
