"""Polls in the speaker view: seen as the room sees them, and run only where the desk lets them."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from companion.errors import Refused
from companion.moderation import controls
from companion.moderation.roles import Actor
from companion.moderation.speaker_polls import SpeakerPolls, drive, speaker_polls
from companion.store.models import Role
from companion.talks.polls import PreparedPoll
from tests.support.clock import DURING
from tests.support.moderation import GRACE, SPEAKER
from tests.support.people import ADA, BOB
from tests.support.polls import ONE, answer, prepare, run

LIVE = PreparedPoll("What would you learn?", ("Rust", "Zig"), reveal="live")
LAST = PreparedPoll("Was it clear?", ("Yes", "No"))
ELSEWHERE = Actor("", Role.SPEAKER, "browser-elsewhere")


@pytest.fixture(autouse=True)
def prepared(room) -> None:
    """Have three polls in the talk's page."""
    prepare(room, ONE, LIVE, LAST)


@pytest.fixture
def driving(grace) -> None:
    """Have the desk let the speaker go on."""
    grace.do(controls.switch, {"speaker_may_advance": "1"})


def seen(room, who: Actor = SPEAKER) -> SpeakerPolls:
    with Session(room.engine) as session:
        return speaker_polls(session, room.loader.load(session), who)


def go(grace, do: str, poll: PreparedPoll = ONE, action_id: int = 0, who: Actor = SPEAKER) -> str:
    return grace.do(drive, poll.key, do, action_id, who=who)


def asks(room) -> list[str]:
    found = seen(room)
    return [each.poll.text for each in (found.following, *found.later) if each]


def test_a_talk_without_polls_has_nothing_to_show(room):
    prepare(room)

    assert seen(room) == SpeakerPolls()
    assert seen(room).is_empty


def test_what_comes_is_what_comes_after_the_one_that_is_open(room, grace):
    assert asks(room) == [ONE.ask, LIVE.ask, LAST.ask]

    run(grace, "open", LIVE)

    assert seen(room).shown.text == LIVE.ask
    assert asks(room) == [LAST.ask, ONE.ask]


def test_of_results_the_speaker_sees_what_the_room_does(room, grace):
    run(grace, "open")
    answer(room, ADA, "Slurm")
    answer(room, BOB, "PBS")
    shown = seen(room).shown
    assert (shown.people, shown.has_results) == (2, False)
    assert [option.votes for option in shown.options] == [None] * 3

    run(grace, "close")
    shown = seen(room).shown
    assert [option.votes for option in shown.options] == [1, 1, 0]
    assert [option.is_right for option in shown.options] == [False] * 3

    run(grace, "right")
    assert [option.is_right for option in seen(room).shown.options] == [True, False, False]

    run(grace, "open", LIVE)
    answer(room, ADA, "Zig", of=LIVE)
    assert [option.votes for option in seen(room).shown.options] == [0, 1]


def test_one_that_is_off_the_screen_is_out_of_the_way(room, grace):
    run(grace, "open")
    run(grace, "close")
    run(grace, "off")

    assert seen(room).shown is None


def test_one_that_was_put_away_does_not_come_again(room, grace):
    for do in ("open", "close", "away"):
        run(grace, do)

    assert asks(room) == [LIVE.ask, LAST.ask]


@pytest.mark.parametrize("do", ["close", "nonsense", "open", "right", "show", "undo"])
def test_nothing_is_run_where_the_desk_does_not_let_them(room, grace, listener, do):
    run(grace, "open", LIVE)
    listener.heard()

    with pytest.raises(Refused, match="The desk runs the polls on this talk"):
        go(grace, do)

    assert listener.heard() == []
    assert seen(room).shown.text == LIVE.ask
    assert not seen(room).may_drive


@pytest.mark.usefixtures("driving")
def test_the_speaker_runs_them_and_the_log_says_who(room, grace):
    for do in ("open", "show", "close", "right", "off"):
        assert go(grace, do)

    log = [(line.who, line.words) for line in grace.desk().log[:5]]
    assert [str(who) for who, _ in log] == ["the speaker"] * 5
    assert [str(words) for _, words in reversed(log)] == [
        "opened a poll",
        "showed a poll’s results",
        "closed a poll",
        "showed a poll’s right answer",
        "took a poll off the screen",
    ]


@pytest.mark.usefixtures("driving")
def test_what_can_be_pressed_is_what_can_be_done(room, grace):
    def offers() -> tuple[bool, bool]:
        return seen(room).can_show, seen(room).can_show_right

    assert offers() == (False, False)
    go(grace, "open")
    assert offers() == (True, False)
    go(grace, "show")
    assert offers() == (False, False)
    go(grace, "close")
    assert offers() == (False, True)
    go(grace, "right")
    assert offers() == (False, False)


@pytest.mark.usefixtures("driving")
@pytest.mark.parametrize("do", ["", "away", "delete", "screen"])
def test_what_else_the_desk_can_do_is_the_desks(grace, do):
    with pytest.raises(Refused, match="Choose what to do with the poll"):
        go(grace, do)


@pytest.mark.usefixtures("driving")
def test_a_speaker_undoes_what_they_did_last_themselves(room, grace):
    go(grace, "open")
    go(grace, "close")
    assert seen(room, ELSEWHERE).mine == 0

    assert go(grace, "undo", action_id=seen(room).mine) == "Undone."
    assert seen(room).shown.is_open
    assert go(grace, "undo", action_id=seen(room).mine) == "Undone."
    assert seen(room).shown is None
    assert seen(room).mine == 0


@pytest.mark.usefixtures("driving")
@pytest.mark.parametrize("what", ["another speaker's", "no poll's", "nothing", "the desk's"])
def test_nobody_undoes_what_is_not_theirs(room, grace, what):
    if what == "another speaker's":
        go(grace, "open", who=ELSEWHERE)
    elif what == "no poll's":
        grace.do(controls.switch, {"ranked": "1"}, who=SPEAKER)
    elif what == "the desk's":
        run(grace, "open")
    action_id = 999 if what == "nothing" else grace.desk(who=GRACE).log[0].id

    with pytest.raises(Refused, match="That is not yours to undo"):
        go(grace, "undo", action_id=action_id)


@pytest.mark.usefixtures("driving")
def test_undoing_is_offered_for_two_minutes(room, grace):
    go(grace, "open")
    assert seen(room).mine

    room.becomes(now=DURING + timedelta(minutes=3))

    assert seen(room).mine == 0
