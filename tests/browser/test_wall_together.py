"""Six people at one wall before a talk: on phones, by keys, by ear, at the desk, on the big screen.

Each browser goes by a network of its own, which keeps all that came down: what waits or was
declined unread may be in nothing that others were sent.
"""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import PHONE
from tests.support.live import LiveServer, eventually, write_talk
from tests.support.network import Network
from tests.support.wall import (
    Finger,
    arrange,
    at_desk,
    focused,
    make_cluster,
    note,
    notes_of,
    press,
    vote_button,
    votes_of,
)

TALK = "wall"
NAMES = ("ada", "bob", "kim", "sam", "grace", "screen")
FLIGHT = [f"How do bees fly in {weather} weather?" for weather in ("fine", "wet", "cold", "hot")]
FOOD = [f"Do bees like the taste of {what}?" for what in ("clover", "lime", "heather", "rape")]
LOOSE = [f"Where do bees sleep in {month}?" for month in ("March", "May", "July", "October")]
WAITS, UNREAD = "Nobody has read this one yet, Grace.", "Buy honey cheaper, today and only here!"
PENS = "#wall-shapes .mark:not([data-waits])"
SUMS = "sums => sums.map(sum => sum.textContent.trim())"
TOP = "note => note.style.getPropertyValue('--y')"
LINES = "marks => marks.map(mark => mark.getAttribute('d')).sort()"


@dataclass
class Guest:
    """Somebody with a browser, and the network that it is reached by."""

    page: Page
    network: Network
    failures: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Open an address, and wait until it is live."""
        self.page.goto(f"http://127.0.0.1:{self.network.port}{path}")
        expect(self.page.locator("body[data-live=on]")).to_be_attached()

    def sees(self) -> list[object]:
        """Return all that can be told of what is on this page's wall."""
        sums = self.page.locator(".cluster__meta [id$=-sum]").evaluate_all(SUMS)
        lines = self.page.locator(PENS).evaluate_all(LINES)
        return [notes_of(self.page), sorted(sums), lines]

    def is_as_fresh(self) -> bool:
        """Whether this page shows what one does that the same person opens now."""
        fresh = self.page.context.new_page()
        fresh.goto(self.page.url)
        expect(fresh.locator("body[data-live=on]")).to_be_attached()
        same = eventually(lambda: Guest(fresh, self.network).sees() == self.sees())
        fresh.close()
        return bool(same)


@pytest.fixture
def guests(chromium: Browser, tmp_path: Path) -> Iterator[tuple[dict[str, Guest], LiveServer]]:
    """Have six people come to a talk in half an hour, at which questions are read first."""
    ports = dict(zip(NAMES, free_ports(len(NAMES)), strict=True))
    origins = ",".join(f"http://127.0.0.1:{port}" for port in ports.values())
    server = LiveServer(tmp_path, COMPANION_RATE_LIMITS="off", COMPANION_ORIGINS=origins)
    write_talk(tmp_path, TALK, starts_in=30, more="moderated: true")
    server.wait_for(f"/talks/{TALK}")
    came = {name: _guest(chromium, server, name, port) for name, port in ports.items()}
    link = server.links(TALK)["moderator"]
    grace = came["grace"].page
    grace.goto(re.sub(r":\d+/", f":{ports['grace']}/", link, count=1))
    grace.get_by_label("Your name, shown to the other moderators").fill("Grace")
    grace.get_by_role("button", name="Sign in").click()
    expect(grace.locator("body[data-live=on]")).to_be_attached()
    for name, guest in came.items():
        guest.open(
            f"/talks/{TALK}/present?view=wall" if name == "screen" else f"/talks/{TALK}/wall"
        )
    yield came, server
    for guest in came.values():
        guest.page.context.close()
        guest.network.close()
    server.stop()
    assert "Traceback" not in server.log()
    assert [guest.failures for guest in came.values()] == [[]] * 6


def free_ports(count: int) -> list[int]:
    """Return ports that nothing listens on, no two of them the same."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def _guest(chromium: Browser, server: LiveServer, name: str, port: int) -> Guest:
    profile = PHONE if name in ("ada", "bob") else {"viewport": {"width": 1400, "height": 1000}}
    page = chromium.new_context(reduced_motion="reduce", **profile).new_page()
    guest = Guest(page, Network(server.port, port))
    page.on("pageerror", lambda error: guest.failures.append(str(error.stack)))
    return guest


def write(page: Page, *texts: str) -> None:
    """Write notes, by taps."""
    if not page.get_by_label("Your note,").is_visible():
        page.get_by_text("Write a note").click()
    for text in texts:
        page.get_by_label("Your note,").fill(text)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_label("Your note,")).to_have_value("")


def write_by_keys(page: Page, *texts: str) -> None:
    """Write notes without a pointer."""
    page.get_by_text("Write a note").focus()
    press(page, "Enter")
    for text in texts:
        expect(page.get_by_label("Your note,")).to_be_focused()
        page.keyboard.type(text)
        press(page, "Tab", "Tab", "Enter")
        expect(page.get_by_label("Your note,")).to_have_value("")
        page.get_by_label("Your note,").focus()


def decide(grace: Page, server: LiveServer, do: str, *texts: str, **more: str) -> None:
    """Have the desk deal with some questions, by their words."""
    known = {text: id for id, text in server.query("SELECT id, text FROM question")}
    at_desk(grace, "questions", ids=[known[text] for text in texts], do=do, **more)


def draw_around(grace: Page, title: str) -> None:
    """Draw a ring around a cluster."""
    grace.locator("#pens").get_by_text("Pen", exact=True).click()
    grace.locator(".cluster").filter(has_text=title).scroll_into_view_if_needed()
    frame = grace.locator("#wall-scroll").bounding_box()
    corners = ((10, 10), (330, 12), (332, 300), (12, 302), (10, 12))
    grace.mouse.move(frame["x"] + 10, frame["y"] + 10)
    grace.mouse.down()
    for x, y in corners:
        grace.mouse.move(frame["x"] + x, frame["y"] + y, steps=4)
    grace.mouse.up()
    grace.keyboard.press("Escape")
    expect(grace.locator(PENS)).to_have_count(1)


def drag_without_network(guest: Guest, desk: Page, text: str) -> None:
    """Rest a finger on a note and move it; let go once the network has gone.

    Until then the desk sees it in the hand, and colours it; after that it goes back.
    """
    page, finger = guest.page, Finger(guest.page)
    page.get_by_role("button", name="Map").click()
    note(page, text).scroll_into_view_if_needed()
    box, frame = note(page, text).bounding_box(), page.locator("#wall-scroll").bounding_box()
    x, y = box["x"] + 40 - frame["x"], box["y"] + 20 - frame["y"]
    home = note(desk, text).evaluate(TOP)
    finger.put((x, y))
    finger.rest()
    for step in range(1, 8):
        finger.go((x + 3 * step, y + 8 * step))
    assert note(page, text).evaluate("note => note.style.getPropertyValue('--lifted')") == "1"
    expect(note(desk, text)).to_have_attribute("data-aloft", "held")
    assert note(desk, text).evaluate(TOP) != home
    guest.network.go_down()
    arrange(desk, text, colour="blue")
    expect(note(desk, text)).not_to_have_attribute("data-aloft", re.compile(""))
    assert eventually(lambda: note(desk, text).evaluate(TOP) == home)
    finger.leave()
    expect(page.locator("#toasts")).to_contain_text("It could not be saved.")
    guest.network.mend()
    expect(page.locator("body[data-live=on]")).to_be_attached(timeout=30_000)


def test_six_people_at_one_wall_end_with_the_same(guests):
    came, server = guests
    ada, bob, kim, sam, grace = (came[name].page for name in ("ada", "bob", "kim", "sam", "grace"))
    write(ada, *FLIGHT, UNREAD)
    write(bob, *FOOD, WAITS)
    write_by_keys(kim, *LOOSE)
    assert eventually(lambda: len(server.query("SELECT id FROM question")) == 14)
    decide(grace, server, "approve", *FLIGHT, *FOOD, *LOOSE)
    decide(grace, server, "decline", UNREAD, reason="off_topic")
    for guest in came.values():
        expect(guest.page.locator("#wall-waiting")).to_have_text("12")

    at_desk(grace, "switches", wall="open")
    make_cluster(grace, "Flight", *FLIGHT)
    make_cluster(grace, "Food", *FOOD)
    for number, text in enumerate(LOOSE):
        arrange(grace, text, x=40 + 240 * number, y=700)
    expect(kim.locator("#wall-notes .note")).to_have_count(4)
    walk_and_vote_by_keys(kim)
    read_and_vote_by_names(sam)
    vote_button(ada, FOOD[0]).click()
    for guest in came.values():
        expect(votes_of(guest.page, FOOD[0])).to_have_text("3")
    draw_around(grace, "Flight")
    drag_without_network(came["bob"], grace, LOOSE[0])

    decide(grace, server, "decline", FLIGHT[3], reason="duplicate")
    known = {text: id for id, text in server.query("SELECT id, text FROM question")}
    at_desk(grace, f"questions/{known[FOOD[1]]}/merge", into=known[FOOD[0]])
    decide(grace, server, "answered", FLIGHT[0])

    for name, guest in came.items():
        expect(note(guest.page, FLIGHT[0])).to_have_attribute("data-mark", "answered")
        for gone in (FLIGHT[3], FOOD[1]):
            expect(note(guest.page, gone)).to_have_count(0)
        expect(note(guest.page, FOOD[0])).to_have_attribute("data-stack", "")
        assert guest.is_as_fresh(), name
    seen = [came[name].sees() for name in NAMES]
    assert all(eventually(lambda one=one: one == seen[0]) for one in seen), seen
    assert len(seen[0][0]) == 10
    assert len(seen[0][2]) == 1
    for text, own in ((WAITS, "bob"), (UNREAD, "ada")):
        others = [name for name in came if name not in (own, "grace")]
        assert [name for name in others if came[name].network.heard(text.encode())] == []
    assert all(came[name].network.heard(FOOD[2].encode()) for name in came)


def walk_and_vote_by_keys(kim: Page) -> None:
    """Go through all twelve notes by keys, and vote on the way."""
    kim.locator("#wall-scroll").focus()
    press(kim, "Tab")
    while not focused(kim):
        press(kim, "Tab")
    press(kim, "Home")
    walk = [focused(kim)]
    while len(walk) < 12:
        press(kim, "ArrowDown")
        walk.append(focused(kim))
    assert sorted(walk) == sorted((*FLIGHT, *FOOD, *LOOSE))
    while focused(kim) != FOOD[0]:
        press(kim, "ArrowUp")
    press(kim, "v", "Space", "ArrowDown", "Escape")
    expect(kim.locator("#announcer")).to_have_text("Left where it was.")


def read_and_vote_by_names(sam: Page) -> None:
    """Find a note by what a screen reader is told of it, and vote for it."""
    food = sam.get_by_role("region", name="Food")
    expect(food.get_by_role("listitem")).to_have_count(4)
    names = [item.aria_snapshot() for item in food.get_by_role("listitem").all()]
    assert all("vote" in name for name in names)
    button = food.get_by_role("listitem", name=FOOD[0]).get_by_role("button", name="Vote")
    button.press("Enter")
    expect(sam.get_by_role("button", name="Vote", pressed=True)).to_have_count(1)
