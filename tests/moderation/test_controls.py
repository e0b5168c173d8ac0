"""The board's switches and the talk's times, moved by hand or by a flood."""

from datetime import timedelta

import pytest

from companion.board.events import RulesChanged
from companion.board.rules import BoardState
from companion.board.talk_state import effective_schedule
from companion.errors import Refused
from companion.moderation import controls, now_and_next
from companion.store.models import Question, Status
from companion.talks import Phase
from tests.support.clock import DURING, STARTS
from tests.support.databases import on_both_databases
from tests.support.factories import question_row, talk_row
from tests.support.moderation import SPEAKER
from tests.support.people import ADA, BOB
from tests.support.talks import read_programme

pytestmark = on_both_databases


def row(room, question: int) -> Question:
    return question_row(room.engine, question)


def test_the_speaker_goes_on_only_when_allowed(room, grace):
    room.ask(ADA)
    with pytest.raises(Refused, match="moderator moves on"):
        grace.do(now_and_next.advance, None, who=SPEAKER)

    grace.do(controls.switch, {"speaker_may_advance": "1"})

    grace.do(now_and_next.advance, None, who=SPEAKER)
    assert grace.queue().now is not None


def test_a_flood_begins_slow_mode(room, grace):
    room.becomes(flood=5)
    for number in range(5):
        room.ask(f"visitor-{number}")

    assert room.board().slow
    room.ask("somebody-new")
    minutes = room.board().slow_minutes
    assert minutes == grace.desk().switches.slow_minutes
    with pytest.raises(Refused, match=f"again in {minutes} minutes, at ") as refusal:
        room.ask("somebody-new")
    assert refusal.value.retry_after == 60 * minutes + 1
    room.becomes(now=DURING + timedelta(minutes=minutes))
    assert room.ask("somebody-new").status is Status.OPEN
    room.becomes(now=DURING + timedelta(minutes=6))
    assert not room.board().slow


@pytest.mark.parametrize(
    ("switches", "state"),
    [
        ({"board": "votes"}, BoardState.VOTES),
        ({"board": "closed"}, BoardState.CLOSED),
        ({"board": ""}, BoardState.OPEN),
    ],
)
def test_the_board_is_switched_by_hand(room, grace, listener, switches, state):
    room.ask(ADA)
    listener.heard()

    grace.do(controls.switch, switches)

    assert room.board().state is state
    kinds = [type(event) for event in listener.heard()]
    assert kinds == ([] if state is BoardState.OPEN else [RulesChanged])


@pytest.mark.parametrize("name", sorted(controls.SWITCHES))
@pytest.mark.parametrize("value", ["", "0", "1", "2", "open", "on"])
def test_a_switch_is_set_in_the_ways_the_log_has_words_for(room, grace, name, value):
    if (name, value) in controls.SAID:
        assert grace.do(controls.switch, {name: value}) in ("Changed.", "It was so already.")
    else:
        with pytest.raises(Refused, match="Choose "):
            grace.do(controls.switch, {name: value})


def test_names_can_be_asked_for(room, grace):
    grace.do(controls.switch, {"requires_name": "1"})
    grace.do(controls.switch, {"board": "votes"})
    grace.do(controls.switch, {"board": "", "slow": "1"})

    said = [line.words for line in grace.desk().log]
    assert said == ["changed the settings", "had the board take votes only", "asked for names"]
    with pytest.raises(Refused, match="your name"):
        room.ask(ADA)
    assert room.ask(ADA, name="Ada").status is Status.OPEN
    assert grace.desk().switches.requires_name


def test_approving_first_is_for_new_ones_only(room, grace):
    first = room.ask(ADA).id
    grace.do(controls.switch, {"approve_first": "1"})

    assert room.ask(BOB).status is Status.WAITING
    assert row(room, first).status is Status.OPEN


@pytest.mark.parametrize(
    ("at", "does", "phase", "ends"),
    [
        (20, ["qa"], Phase.QA, 60),
        (20, ["end"], Phase.OVER, 20),
        (50, ["extend"], Phase.QA, 65),
        (50, ["extend", "extend"], Phase.QA, 70),
        (62, ["extend"], Phase.QA, 67),
        (20, ["end", "extend"], Phase.QA, 65),
        (20, ["qa", "resume"], Phase.TALK, 60),
        (50, ["end", "resume"], Phase.QA, 60),
    ],
)
def test_times_are_moved(make_settings, folder, room, grace, engine, at, does, phase, ends):
    page = read_programme(make_settings()).find("talk")
    now = STARTS + timedelta(minutes=at)
    room.becomes(page=page, now=now)

    for do in does:
        grace.do(controls.time, do)

    assert grace.desk().switches.moved is (does[-1] != "resume")
    moved = effective_schedule(page.planned, talk_row(engine))
    if does != ["end", "extend"]:
        assert moved.phase(now) is phase
    assert moved.ends == STARTS + timedelta(minutes=ends)
    assert (room.board().state is BoardState.OPEN) is (moved.phase(now) is not Phase.OVER)


@pytest.mark.parametrize("do", ["qa", "end", "extend", "explode"])
def test_times_are_not_moved_before_the_talk(make_settings, folder, room, grace, do):
    page = read_programme(make_settings()).find("talk")
    room.becomes(page=page, now=STARTS - timedelta(hours=3))

    with pytest.raises(Refused):
        grace.do(controls.time, do)
