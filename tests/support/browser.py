"""Somebody with a browser, who does what people do and sees what they see."""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Frame, Page, expect

from tests.support.live import LiveServer, eventually, write_talk

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SLIP_MS = 700
# Of all that axe looks at, colours alone are other in the dark.
AXE_RULES = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast"]},
}
MOVED = """() => Promise.race([
  Promise.allSettled(document.getAnimations()
    .filter(({ effect, playState }) => playState === "running"
      && Number.isFinite(effect.getComputedTiming().endTime))
    .map(({ finished }) => finished)),
  new Promise((done) => setTimeout(done, 5_000)),
])"""
# What the browser itself says of a connection that a test has cut, or a proxy of a server stopped.
EXPECTED = (
    "net::ERR_INTERNET_DISCONNECTED",
    "net::ERR_CONNECTION_RE",
    "WebSocket",
    "status of 502",
)


class Person:
    """One browser tab on a talk's page."""

    def __init__(self, context: BrowserContext, server: LiveServer, talk: str) -> None:
        """Open the page and wait until it is live, if it has scripts to be live with."""
        self.server, self.talk = server, talk
        self.complaints: list[str] = []
        self._tapped: defaultdict[str, float] = defaultdict(float)
        self.page: Page = context.new_page()
        note_errors(self.page, self.complaints.append, EXPECTED)
        self.page.goto(f"{server.url}/talks/{talk}")

    def is_live(self) -> "Person":
        """Wait until the socket is there."""
        expect(self.page.locator("body[data-live=on]")).to_be_attached(timeout=15_000)
        return self

    def ask(self, text: str) -> None:
        """Type a question and send it."""
        ask(self.page, text)

    def type(self, text: str) -> None:
        """Tap the ask box and type into it."""
        self.page.locator("#ask-text").click()
        self.page.locator("#ask-text").fill(text)

    def card(self, text: str) -> Any:
        """Return the question that says so."""
        return self.page.locator("#questions > li").filter(has_text=text)

    def sees(self, text: str, *, votes: int | None = None) -> None:
        """Wait until the question is there to be seen, with so many votes."""
        expect(self.card(text)).to_be_visible()
        if votes is not None:
            expect(self.card(text).locator(".vote__count")).to_have_text(str(votes))

    def sees_not(self, text: str) -> None:
        """Wait until the question is gone."""
        expect(self.card(text)).to_have_count(0)

    def vote(self, text: str) -> None:
        """Tap the vote button, for or back; a tap right after another is taken for a slip."""
        button = self.card(text).locator(".vote__button")
        assert eventually(lambda: time.monotonic() - self._tapped[text] > SLIP_MS / 1000)
        button.click()
        self._tapped[text] = time.monotonic()

    def sees_order(self, *texts: str) -> None:
        """Wait until the questions stand in this order."""
        shown = self.page.locator("#questions > li:visible .question__text")
        expect(shown).to_have_text(list(texts))

    def board(self) -> list[tuple[str, str]]:
        """Return what stands on the board, with its votes, whatever the order."""
        cards = self.page.locator("#questions > .question")
        script = "cards => cards.map(c => [c.querySelector('.question__text').textContent.trim(),"
        script += " c.querySelector('.vote__count').textContent.trim()])"
        return sorted((text, votes) for text, votes in cards.evaluate_all(script))

    def go_offline(self) -> None:
        """Lose the network."""
        self.page.context.set_offline(True)
        expect(self.page.locator("body[data-live=off]")).to_be_attached()

    def come_back(self) -> None:
        """Find the network again."""
        self.page.context.set_offline(False)
        self.is_live()

    def scroll_of(self, text: str) -> float:
        """Return how far from the top of the window a question stands."""
        box = self.card(text).bounding_box()
        return float(box["y"])

    def violations(self) -> list[str]:
        """Return what axe finds wrong with the page as it is now."""
        return violations(self.page)


def all_see(people: list[Person], board: list[tuple[str, str]]) -> bool:
    """Wait until each has just these questions on the board, with these votes, in any order."""
    return bool(eventually(lambda: all(each.board() == sorted(board) for each in people)))


@contextmanager
def serve(folder: Path, **env: str) -> Iterator[LiveServer]:
    """Serve one talk that is to come and one that is over, in a process of its own."""
    write_talk(folder, "upcoming", starts_in=90)
    write_talk(folder, "over", starts_in=-90)
    running = LiveServer(folder, COMPANION_RATE_LIMITS="off", **env)
    yield running
    running.stop()
    assert "Traceback" not in running.log()


def organiser_state(chromium: Browser, server: LiveServer) -> Any:
    """Sign an organiser in, once, as the link allows; return what keeps a browser signed in."""
    link = re.search(r"http\S+/enter#\S+", server.log())
    assert link
    context = chromium.new_context()
    page = context.new_page()
    page.goto(link[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Organise")).to_be_visible()
    state = context.storage_state()
    context.close()
    return state


def ask(place: Page | Frame, text: str) -> None:
    """Type a question into the box of a page, or of a frame in it, and send it."""
    place.locator("#ask-text").click()
    place.locator("#ask-text").fill(text)
    place.get_by_role("button", name="Send").click()


def end_talk(desk: Page) -> None:
    """End the talk at the desk, which asks first."""
    desk.locator("#end > summary").click()
    desk.get_by_role("button", name="Yes, end it").click()


def note_errors(page: Page, note: Callable[[str], None], expected: Collection[str]) -> None:
    """Have a page's errors noted, but for those that hold one of the words expected."""

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(said in message.text for said in expected):
            note(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: note(str(error)))


def finish_moving(page: Page | Frame) -> None:
    """Wait until nothing on the page moves or fades any more."""
    page.evaluate(MOVED)


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with a page as it is now, in light and in dark."""
    page.evaluate(Axe().axe_script)
    found = [problem for scheme in AXE_RULES for problem in _violations(page, scheme)]
    page.emulate_media(color_scheme="null")
    return found


def _violations(page: Page, scheme: str) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    finish_moving(page)
    script = "options => axe.run(document, options).then(({ violations }) => violations)"
    found = page.evaluate(script, AXE_RULES[scheme])
    return [
        f"{scheme}: {rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]
    ]


def open_link(chromium: Browser, link: str, **profile: object) -> Page:
    """Open a role's link in a browser of its own, and wait until its view is live."""
    page = chromium.new_context(**profile).new_page()
    page.goto(link)
    page.get_by_label("Your name, shown to the other moderators").fill("RT")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("body[data-live=on]")).to_be_attached(timeout=15_000)
    return page
