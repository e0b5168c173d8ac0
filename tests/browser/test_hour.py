"""A talk's question time from beginning to end, with all that goes wrong in one."""

import os
import sys

from playwright.sync_api import expect

from tests.support.browser import end_talk
from tests.support.hour import Crowd, Hour
from tests.support.live import Attendee, LiveServer, eventually, write_talk

# How many questions are answered; the whole hour has some forty.
ROUNDS = int(os.environ.get("HOUR_ROUNDS", "6"))
DRAFT = "I have been typing this since the very beginning, and"
OFFLINE = "What did you say while I was in the tunnel?"
RUDE = [f"Why are you so dull, and that for the {number}th time?" for number in range(1, 4)]
SPAM = [[f"Buy slides cheaper, today only: {who} {n}" for n in range(3)] for who in range(4)]


def restart(hour, *, politely):
    """Take the server away and bring it back."""
    if politely:
        hour.server.stop()
    else:
        hour.server.kill()
    hour.server.start()
    hour.come_back()


def misbehave(server):
    """Let a troll and some newcomers flood the board; return what nobody may ever see of it."""
    posted = []
    for texts in (RUDE, *SPAM):
        visitor = Attendee(server, "hour")
        posted += [text for text in texts if visitor.ask(text)["ok"]]
        visitor.leave()
    assert posted
    return posted


def play(hour, crowd):
    """Play question time; return what nobody may ever see."""
    hidden: list[str] = []
    happens = {
        1: lambda: hidden.extend(misbehave(hour.server)),
        2: lambda: hour.eve.go_offline() or hour.eve.ask(OFFLINE),
        ROUNDS - 3: lambda: restart(hour, politely=True),
        ROUNDS - 2: lambda: hour.eve.come_back() or hour.approve(OFFLINE),
        ROUNDS - 1: lambda: restart(hour, politely=False),
    }
    for number in range(ROUNDS):
        hour.approve(*crowd.ask_some(2))
        crowd.vote_some(8)
        hour.press_next()
        happens.get(number, bool)()
    return hidden


def test_an_hour(chromium, tmp_path, capsys):
    server = LiveServer(tmp_path)
    write_talk(tmp_path, "hour", starts_in=-20, more="moderated: true")
    server.wait_for("/talks/hour")
    crowd, hour = Crowd(server, "hour", 25), Hour(chromium, server, "hour")
    hour.approve(*crowd.ask_some(8))
    hour.watch()
    hour.ada.type(DRAFT)

    hidden = play(hour, crowd)

    assert eventually(lambda: hour.bob.board() == hour.ada.board() == hour.eve.board())
    expect(hour.ada.page.locator("#ask-text")).to_have_value(DRAFT)
    end_talk(hour.desk)
    expect(hour.bob.page.locator("#stage")).to_contain_text("This talk is over", timeout=15_000)
    tally = hour.count(hidden, [DRAFT, OFFLINE])
    with capsys.disabled():
        sys.stdout.write(f"\n{tally}\n")
    assert len(server.query("SELECT id FROM question WHERE text LIKE '%in the tunnel%'")) == 1
    assert tally.lost == tally.wrong == tally.errors == tally.unequal == []
    assert tally.shifts == []
    assert tally.taps / tally.questions <= 2
    crowd.leave()
    hour.close()
    server.stop()
    assert "Traceback" not in server.log()
