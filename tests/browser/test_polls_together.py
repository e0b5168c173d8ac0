"""Five polls of a talk's page in six browsers, with a restart of the server in the middle.

Each browser goes by a network of its own, which keeps all that came down, over HTTP and sockets:
what may not be known yet may be in nothing that others were sent.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.test_shifts import MEASURE
from tests.browser.test_wall_together import free_ports
from tests.support.browser import PHONE, ask, violations
from tests.support.live import LiveServer, eventually, write_talk
from tests.support.network import Network

TALK = "polls"
NAMES = ("ada", "bob", "eve", "grace", "speaker", "screen")
PHONES = ("ada", "bob", "eve")
EVERYBODY, DESK = set(NAMES), {"grace"}
POLLS = """polls:
  - {ask: Which scheduler?, options: [Slurm, Kubernetes, No queue], right: Slurm}
  - {ask: Which would you learn?, options: [Rust, Zig, Julia], several: true}
  - {ask: Is it loud enough?, options: [Loud, Too quiet], reveal: live}
  - {ask: Do you test?, options: [Often, Seldom], reveal: voting}
  - {ask: Is it useful?, options: agree}
"""
SCHEDULER, LEARN, LOUD, TEST, USEFUL = (
    *("Which scheduler?", "Which would you learn?", "Is it loud enough?"),
    *("Do you test?", "Is it useful?"),
)
OF = {
    SCHEDULER: ("Slurm", "Kubernetes", "No queue"),
    LEARN: ("Rust", "Zig", "Julia"),
    LOUD: ("Loud", "Too quiet"),
    TEST: ("Often", "Seldom"),
    USEFUL: ("Strongly agree", "Agree", "Neither", "Disagree", "Strongly disagree"),
}
CHANCE = Random(1)  # noqa: S311 (it chooses a form to be sent again)
EACH = """SELECT poll.text, count(DISTINCT author), count(*) FROM ballot
  JOIN poll ON poll.id = poll_id GROUP BY poll.id ORDER BY poll.id"""
ROWS = "rows => rows.map(row => row.getBoundingClientRect().top)"


@dataclass
class Guest:
    """Somebody with a browser, and the network that it is reached by."""

    page: Page
    network: Network
    has_scripts: bool = True
    failures: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Open an address, and wait until it is live."""
        self.page.goto(f"http://127.0.0.1:{self.network.port}{path}")
        self.is_live()

    def is_live(self) -> None:
        if self.has_scripts:
            expect(self.page.locator("body[data-live=on]")).to_be_attached(timeout=30_000)

    def look_again(self) -> None:
        self.page.reload()
        self.is_live()


class Hall:
    """A talk with five polls, and all who look at it."""

    def __init__(self, server: LiveServer, came: dict[str, Guest]) -> None:
        self.server, self.came = server, came
        self.pages = {name: guest.page for name, guest in came.items()}

    def told(self, poll: str) -> dict[str, set[str]]:
        """Return who was sent what of a poll, until now and with a whole page once more.

        That it is asked; how many have given which answer, in words, as a bar or as counts; and
        which is right.
        """
        for guest in self.came.values():
            guest.look_again()
        id = dict(self.server.query("SELECT text, id FROM poll")).get(poll, 0)
        option = rf"<bdi>(?:{'|'.join(map(re.escape, OF[poll]))})</bdi>"
        result = '(?:class="poll__bar"|class="poll__said">)'
        counts = rf'{option}(?:(?!</li>).)*{result}|"polls": ?\{{[^}}]*"{id}": ?\[\d+, ?\d'
        right = rf"{option}(?:(?!</li>)(?!<bdi>).)*>right<"
        sought = {"asked": re.escape(poll), "counted": counts, "right": right}
        return {what: self._sent(pattern) for what, pattern in sought.items()}

    def _sent(self, pattern: str) -> set[str]:
        found = re.compile(pattern.encode(), re.DOTALL)
        return {name for name, guest in self.came.items() if guest.network.finds(found)}

    def forget(self) -> None:
        for guest in self.came.values():
            guest.network.forget()

    def run(self, poll: str, button: str) -> None:
        """Press a button of a poll at the desk."""
        self.at_desk(poll).get_by_role("button", name=button, exact=True).click()

    def drive(self, button: str) -> None:
        """Press the speaker's button of that name, the first where there are several."""
        polls = self.pages["speaker"].locator("#speaker-polls")
        polls.get_by_role("button", name=button, exact=True).first.click()

    def at_desk(self, poll: str) -> Locator:
        return self.pages["grace"].locator(".desk-poll").filter(has_text=poll)

    def stands(self, poll: str, *said: str) -> None:
        """Wait until the desk says how a poll stands."""
        expect(self.at_desk(poll).locator(".poll__said")).to_have_text(list(said))

    def is_open(self, poll: str) -> None:
        """Wait until everybody who is there has a poll before them."""
        expect(self.pages["screen"].locator(".screen__asks")).to_have_text(poll)
        expect(self.pages["speaker"].locator(".speaker-poll__text")).to_have_text(poll)
        self.pages["eve"].reload()
        for name in PHONES:
            expect(self.pages[name].locator(".poll__text").first).to_contain_text(poll)

    def results(self, *said: str) -> None:
        """Wait until everybody reads the same results of the poll that is shown."""
        for name in ("screen", "speaker"):
            expect(self.pages[name].locator(".poll__said")).to_have_text(list(said))
        self.pages["eve"].reload()
        for name in PHONES:
            first = self.pages[name].locator("#polls > .poll .poll__said")
            expect(first).to_have_text(list(said))


def told(asked: set[str], counted: set[str], right: set[str]) -> dict[str, set[str]]:
    """Return what is expected of those who may know so much of a poll."""
    return {"asked": asked, "counted": counted, "right": right}


def pick(page: Page, text: str) -> Locator:
    return page.locator(".poll__pick").get_by_text(text, exact=True)


def choose(page: Page, *texts: str) -> None:
    """Answer the poll that is open, of several with Send."""
    for text in texts:
        pick(page, text).click()
    if page.locator("#polls > .poll .poll__pick [type=checkbox]").count():
        page.locator(".poll__foot").get_by_role("button", name="Send").click()
    expect(page.locator(".poll__note").first).to_have_text(re.compile("saved|Kept on this device"))


@pytest.fixture
def hall(chromium: Browser, tmp_path: Path) -> Iterator[Hall]:
    """Have six people come to a talk that goes on."""
    ports = dict(zip(NAMES, free_ports(len(NAMES)), strict=True))
    origins = ",".join(f"http://127.0.0.1:{port}" for port in ports.values())
    server = LiveServer(tmp_path, COMPANION_RATE_LIMITS="off", COMPANION_ORIGINS=origins)
    write_talk(tmp_path, TALK, starts_in=-10, more=POLLS)
    server.wait_for(f"/talks/{TALK}")
    came = {name: _guest(chromium, server, name, port) for name, port in ports.items()}
    for name, role in (("grace", "moderator"), ("speaker", "speaker")):
        _enter(came[name], server.links(TALK)[role])
    for name in PHONES:
        came[name].open(f"/talks/{TALK}")
    came["screen"].open(f"/talks/{TALK}/present")
    yield Hall(server, came)
    for guest in came.values():
        guest.page.context.close()
        guest.network.close()
    server.stop()
    assert "Traceback" not in server.log()
    assert [guest.failures for guest in came.values()] == [[]] * len(NAMES)


def _guest(chromium: Browser, server: LiveServer, name: str, port: int) -> Guest:
    size = PHONE if name in PHONES else {"viewport": {"width": 1280, "height": 800}}
    has_scripts = name != "eve"
    context = chromium.new_context(reduced_motion="reduce", java_script_enabled=has_scripts, **size)
    guest = Guest(context.new_page(), Network(server.port, port), has_scripts)
    guest.page.on("pageerror", lambda error: guest.failures.append(str(error.stack)))
    return guest


def _enter(guest: Guest, link: str) -> None:
    guest.page.goto(re.sub(r":\d+/", f":{guest.network.port}/", link, count=1))
    guest.page.get_by_label("Your name, shown to the other moderators").fill("Grace")
    guest.page.get_by_role("button", name="Sign in").click()
    guest.is_live()


def test_five_polls_in_six_browsers_with_a_restart(hall):
    ada, bob, eve, grace = (hall.pages[name] for name in ("ada", "bob", "eve", "grace"))
    # Who run the talk know what comes, and nothing of it is anybody's yet.
    assert hall.told(SCHEDULER) == told({"grace", "speaker"}, set(), set())
    grace.get_by_role("switch", name="Speaker may press next").click()

    driven_by_the_speaker(hall)
    with_a_restart(hall)

    hall.run(LOUD, "Open the poll")
    hall.is_open(LOUD)
    choose(ada, "Loud")
    choose(bob, "Too quiet")
    choose(eve, "Loud")
    hall.results("2 of 3", "1 of 3")  # live, and nobody has loaded the page anew
    assert hall.told(LOUD) == told(EVERYBODY, EVERYBODY, set())

    hall.run(TEST, "Open the poll")
    hall.is_open(TEST)
    choose(ada, "Often")
    choose(eve, "Seldom")
    hall.stands(TEST, "1 of 2", "1 of 2")
    have_answered = {"ada", "eve"}
    assert hall.told(TEST) == told(EVERYBODY, DESK | have_answered, set())
    hall.run(TEST, "Close the poll")
    hall.results("1 of 2", "1 of 2")

    hall.run(USEFUL, "Open the poll")
    hall.is_open(USEFUL)
    for page in (ada, bob, eve):
        choose(page, "Agree")
    hall.stands(USEFUL, "0 of 3", "3 of 3", "0 of 3", "0 of 3", "0 of 3")
    assert hall.told(USEFUL) == told(EVERYBODY, DESK, set())
    hall.run(USEFUL, "Show results now")
    hall.results("0 of 3", "3 of 3", "0 of 3", "0 of 3", "0 of 3")
    hall.run(USEFUL, "Close the poll")
    hall.run(USEFUL, "Put away")
    for page in (ada, bob):
        expect(page.get_by_text(USEFUL)).to_have_count(0)

    assert hall.server.query(EACH) == [
        *((SCHEDULER, 3, 3), (LEARN, 3, 5), (LOUD, 3, 3), (TEST, 2, 2), (USEFUL, 3, 3))
    ]
    for name in ("ada", "speaker", "screen", "grace"):
        assert violations(hall.pages[name]) == []


def driven_by_the_speaker(hall: Hall) -> None:
    """Open, close and show the right answer from the stage; undo what was pressed too soon."""
    ada, bob, eve = (hall.pages[name] for name in PHONES)
    hall.drive("Open the poll")
    hall.is_open(SCHEDULER)
    choose(ada, "No queue")
    choose(ada, "Slurm")
    choose(bob, "Kubernetes")
    choose(eve, "Slurm")
    hall.stands(SCHEDULER, "2 of 3", "1 of 3", "0 of 3")
    for name in ("screen", "speaker"):
        expect(hall.pages[name].locator(".poll__people")).to_have_text("3 people have answered")
    assert hall.told(SCHEDULER) == told(EVERYBODY, DESK, DESK)

    hall.drive("Close the poll")
    hall.results("2 of 3", "1 of 3", "0 of 3")
    assert hall.told(SCHEDULER) == told(EVERYBODY, EVERYBODY, DESK)
    hall.drive("Show the right answer")
    expect(ada.locator("[data-right]")).to_contain_text("Slurm")
    assert hall.told(SCHEDULER) == told(EVERYBODY, EVERYBODY, EVERYBODY)

    hall.drive("Undo")
    expect(ada.locator("[data-right]")).to_have_count(0)
    expect(hall.pages["grace"].locator("#log")).to_contain_text("the speaker")


def with_a_restart(hall: Hall) -> None:
    """Stop and start the server while a poll is open, and somebody's network is away."""
    ada, bob, eve = (hall.pages[name] for name in PHONES)
    away = hall.came["bob"].network
    hall.forget()
    hall.run(LEARN, "Open the poll")
    hall.is_open(LEARN)
    choose(ada, "Rust", "Zig")
    away.go_down()
    choose(bob, "Rust", "Julia")
    expect(bob.locator(".poll__note").first).to_contain_text("Kept on this device")

    hall.server.stop()
    hall.server.start()

    away.mend()
    for guest in hall.came.values():
        guest.is_live()
    expect(bob.locator(".poll__note").first).to_contain_text("saved", timeout=30_000)
    eve.reload()
    choose(eve, "Rust")
    hall.came["ada"].network.repeat(CHANCE)
    hall.stands(LEARN, "3 of 3", "1 of 3", "1 of 3")
    assert hall.told(LEARN) == told(EVERYBODY, DESK, set())

    hall.run(LEARN, "Close the poll")
    hall.results("3 of 3", "1 of 3", "1 of 3")


def test_nothing_moves_under_a_finger(hall):
    bob, grace = hall.pages["bob"], hall.pages["grace"]
    for number in range(6):
        ask(bob, f"Question number {number} of a long list?")
        expect(bob.locator("#questions > li")).to_have_count(number + 1)
    card = bob.locator("#questions > li").nth(2)
    card.evaluate("it => it.scrollIntoView({block: 'center', behavior: 'instant'})")
    bob.wait_for_timeout(1_500)  # until a reader who has scrolled counts as one who rests
    box = card.bounding_box()
    touch = bob.context.new_cdp_session(bob)
    at = [{"x": box["x"] + 40, "y": box["y"] + 10}]
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at})
    bob.evaluate(MEASURE)

    hall.run(SCHEDULER, "Open the poll")

    expect(bob.locator("#now-strip")).to_contain_text(SCHEDULER)
    bob.wait_for_timeout(1_000)
    assert card.bounding_box() == box
    assert bob.evaluate("window.shifts") == []
    expect(bob.locator(".poll")).to_have_count(0)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(pick(bob, "Slurm")).to_be_attached()

    pick(bob, "Slurm").scroll_into_view_if_needed()
    choose(bob, "Slurm")
    hall.stands(SCHEDULER, "1 of 1", "0 of 1", "0 of 1")
    rows = bob.locator(".poll__option")
    before = rows.evaluate_all(ROWS)
    hall.run(SCHEDULER, "Close the poll")
    expect(bob.locator(".poll__said")).to_have_count(3)
    assert rows.evaluate_all(ROWS) == before
    grace.close()


def test_nothing_changes_under_the_speakers_finger(hall):
    speaker, grace = hall.pages["speaker"], hall.pages["grace"]
    grace.get_by_role("switch", name="Speaker may press next").click()
    hall.drive("Open the poll")
    close = speaker.get_by_role("button", name="Close the poll")
    expect(close).to_be_visible()
    close.hover()  # once it stands still
    speaker.mouse.down()
    box = close.bounding_box()

    hall.run(SCHEDULER, "Close the poll")

    expect(hall.pages["screen"].locator(".poll__said")).to_have_count(3)
    assert close.bounding_box() == box
    speaker.mouse.up()
    expect(speaker.locator(".poll__said")).to_have_count(3)
    assert eventually(lambda: hall.server.query("SELECT is_right_shown FROM poll") == [(0,)])
