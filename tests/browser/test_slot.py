"""A whole Q&A slot: a moderator on a phone, a speaker, the room's screen and two attendees."""

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import PHONE, Person, end_talk, finish_moving, open_link, violations
from tests.support.live import LiveServer, eventually, write_talk
from tests.support.valkey import Valkey

BUGS = "How do compilers find their own bugs?"
NAMES = "Why are variables still named by hand?"
RUDE = "Is this talk always as dull as today?"
SPEED = "Does speed matter more than memory?"
ANSWER = "It depends on the machine, as the paper says."


class Slot:
    """Five browsers on one talk."""

    def __init__(self, chromium: Browser, server: LiveServer, talk: str) -> None:
        """Let everyone in; those who run the talk come by their links."""
        self.server = server
        links = server.links(talk)
        self.moderator = open_link(chromium, links["moderator"], **PHONE)
        self.speaker = open_link(chromium, links["speaker"], **PHONE)
        room = {"width": 1920, "height": 1080}
        self.screen = chromium.new_context(viewport=room).new_page()
        self.screen.goto(links["present"])
        self.ada = self._attend(chromium, talk)
        self.bob = self._attend(chromium, talk, **PHONE)

    def _attend(self, chromium: Browser, talk: str, **profile: object) -> Person:
        context = chromium.new_context(**{"reduced_motion": "reduce"} | profile)
        return Person(context, self.server, talk).is_live()

    def close(self) -> None:
        """Send everyone home."""
        for page in (self.moderator, self.speaker, self.screen, self.ada.page, self.bob.page):
            page.context.close()

    def tab(self, name: str) -> None:
        """Open a tab of the desk."""
        self.moderator.locator(".desk").get_by_role("link", name=re.compile(f"^{name}")).click()

    def act(self, text: str, name: str) -> None:
        """Have the moderator do something with one question."""
        card = self.moderator.locator(".desk-card").filter(has_text=text)
        card.get_by_role("button", name=name, exact=True).click()

    def decline(self, text: str, reason: str) -> None:
        """Have the moderator decline a question."""
        card = self.moderator.locator(".desk-card").filter(has_text=text)
        card.get_by_text("Decline…").click()
        card.get_by_role("button", name=reason).click()

    def press_next(self) -> None:
        """Have the moderator press the one big button."""
        self.moderator.locator(".button--go").click()

    def everyone_answers(self, text: str) -> None:
        """Wait until everybody sees that this is being answered."""
        expect(self.moderator.locator("#now")).to_contain_text(text)
        expect(self.speaker.locator("#queue-now")).to_contain_text(text)
        expect(self.screen.locator("#screen-now")).to_contain_text(text)

    def play(self, *, moderated: bool, in_the_middle: object = None) -> None:
        """Play the slot from the first question to the written answer."""
        self._ask(moderated=moderated)
        self.bob.vote(BUGS)
        self.ada.sees(BUGS, votes=1)
        self.tab("Open")
        self.press_next()
        self.everyone_answers(BUGS)
        self._send_message()
        if callable(in_the_middle):
            in_the_middle()
        self.press_next()
        self.everyone_answers(NAMES)
        expect(self.ada.card(BUGS)).to_contain_text("Answered")
        self._decline_and_undo(moderated=moderated)
        self._end()

    def _ask(self, *, moderated: bool) -> None:
        for asker, other, text in ((self.ada, self.bob, BUGS), (self.bob, self.ada, NAMES)):
            asker.ask(text)
            if moderated:
                expect(asker.page.locator("#mine")).to_contain_text(text)
                other.sees_not(text)
                self.act(text, "Approve")
            other.sees(text)
            asker.sees(text)

    def _send_message(self) -> None:
        self.moderator.get_by_placeholder("2 more questions").fill("Two more questions")
        self.moderator.locator("#message-form").get_by_role("button", name="Send").click()
        expect(self.speaker.locator("#chair")).to_contain_text("Two more questions")
        self.speaker.locator("#chair").get_by_role("button", name="OK").click()
        expect(self.moderator.locator("#message")).to_contain_text(re.compile("read \\d"))

    def _decline_and_undo(self, *, moderated: bool) -> None:
        self.tab("Incoming" if moderated else "Open")
        self.ada.ask(RUDE)
        self.decline(RUDE, "Unkind")
        expect(self.ada.page.locator("#mine")).to_contain_text("Declined")
        self.bob.sees_not(RUDE)
        self.moderator.get_by_role("button", name="Undo").click()
        if moderated:
            self.bob.sees_not(RUDE)
            self.decline(RUDE, "Unkind")
            expect(self.screen.get_by_text(RUDE)).to_have_count(0)
        else:
            self.bob.sees(RUDE)

    def _end(self) -> None:
        self.moderator.locator("#run > summary").click()
        end_talk(self.moderator)
        expect(self.bob.page.locator("#ask-form")).to_have_count(0, timeout=15_000)
        expect(self.bob.page.locator("#stage")).to_contain_text("This talk is over")
        self.speaker.locator("#done > summary").click()
        answer = self.speaker.locator("#done li").filter(has_text=NAMES)
        answer.get_by_text("Answer in writing, too").click()
        answer.get_by_role("textbox").fill(ANSWER)
        answer.get_by_role("button", name="Publish the answer").click()
        expect(self.ada.card(NAMES)).to_contain_text(ANSWER, timeout=15_000)


@pytest.fixture
def slot(chromium, server, request):
    """Let five people come to a talk of this test's own."""
    slots: list[Slot] = []

    def begin(talk: str, *, at: LiveServer = server, more: str = "") -> Slot:
        write_talk(at.folder, talk, starts_in=-40, more=more)
        at.wait_for(f"/talks/{talk}")
        slots.append(Slot(chromium, at, talk))
        return slots[-1]

    yield begin
    for each in slots:
        each.close()


def test_a_slot_without_approval(slot):
    slot("free").play(moderated=False)


def test_a_slot_with_approval(slot):
    slot("held", more="moderated: true").play(moderated=True)


def test_a_slot_with_a_worker_that_dies_in_the_middle(slot, tmp_path: Path):
    valkey = Valkey(tmp_path)
    two = LiveServer(tmp_path, COMPANION_WORKERS="2", COMPANION_REDIS_URL=valkey.url)
    playing = slot("workers", at=two)

    def kill_one() -> None:
        before = two.workers()
        os.kill(before[0], signal.SIGKILL)
        assert eventually(lambda: len(two.workers()) == 2 and two.workers() != before)

    playing.play(moderated=False, in_the_middle=kill_one)
    playing.close()
    two.stop()
    valkey.stop()


def test_axe_finds_nothing_where_a_talk_is_run(slot):
    running = slot("seen", more="moderated: true")
    for text in (BUGS, NAMES, SPEED):
        running.ada.ask(text)
        expect(running.ada.page.locator("#mine")).to_contain_text(text)
    seen = {"incoming": violations(running.moderator)}
    running.act(BUGS, "Approve")
    running.act(NAMES, "Answer now")
    running.everyone_answers(NAMES)
    running.tab("Open")
    running.moderator.locator("#run > summary").click()
    running.moderator.locator(".desk-card").get_by_text("Decline…").first.click()
    finish_moving(running.moderator)
    seen["desk"] = violations(running.moderator)
    seen["speaker"], seen["screen"] = violations(running.speaker), violations(running.screen)
    end_talk(running.moderator)
    expect(running.speaker.locator(".unanswered")).to_be_visible()
    seen["afterwards"] = violations(running.speaker)
    for path in ("/enter", "/join", "/talks/seen"):
        running.ada.page.goto(running.server.url + path)
        seen[path] = violations(running.ada.page)

    assert {view: found for view, found in seen.items() if found} == {}
