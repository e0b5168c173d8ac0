"""What there is to do for a talk, as time goes by."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from companion.board.rules import BoardDefaults
from companion.board.talk_state import TalkLoader
from companion.organiser import TalkFigures
from companion.organiser.checklist import State, TalkFacts, checklist, is_near, to_do
from companion.store.models import Role
from companion.talks import Problem
from companion.talks.called_off import CalledOff
from tests.support.clock import STARTS
from tests.support.talks import make_page

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
A_MONTH_BEFORE, JUST_BEFORE, JUST_AFTER, LONG_AFTER = (
    STARTS - 30 * DAY,
    STARTS - HOUR,
    STARTS + 2 * HOUR,
    STARTS + 8 * DAY,
)
NO_MODERATOR = "No moderator has opened the link yet"
NO_SLIDES = "No slides: add slides_url: to the page’s file"
NO_RECORDING = "No recording, a week after: add recording_url: to the page’s file"
PENDING = "The questions and answers are not published yet"


def state(now, **page):
    return TalkLoader(make_page(**page), now, BoardDefaults()).load(SimpleNamespaceSession())


class SimpleNamespaceSession:
    """A session of a database that holds nothing."""

    def connection(self):
        return SimpleNamespace(execute=lambda *_: SimpleNamespace(first=lambda: None))


def facts(now, *problems, opened=(), pending="", counts=None, **page) -> TalkFacts:
    figures = Counter(counts or {})
    names = ("answered", "open", "waiting")
    known = {name: figures[name] for name in names}
    talk = TalkFigures(talk=state(now, **page), asked=figures.total(), **known)
    return TalkFacts(talk, problems, opened, pending)


def words(found: TalkFacts) -> list[str]:
    return [check.words for check in to_do(found)]


def test_a_month_before_nothing_is_pressing():
    found = checklist(facts(A_MONTH_BEFORE))

    assert [check.state for check in found] == [State.LATER, State.LATER, State.DONE]


def test_an_hour_before_somebody_has_to_moderate():
    assert words(facts(JUST_BEFORE)) == [NO_MODERATOR, NO_SLIDES]
    came = facts(JUST_BEFORE, opened=[Role.MODERATOR], slides_url="https://example.org/bees.pdf")
    assert words(came) == []
    assert words(facts(JUST_BEFORE, opened=[Role.SPEAKER])) == [NO_MODERATOR, NO_SLIDES]


def test_what_is_wrong_with_the_file_comes_first_and_by_its_line():
    warning = Problem(Path("talk.md"), 7, "the link is dead", fatal=False)
    early = Problem(Path("talk.md"), 3, "there is no meeting link", fatal=False, only_before=True)
    fatal = Problem(Path("talk.md"), 9, "no title", fatal=True)

    assert words(facts(JUST_BEFORE, warning, early, fatal))[:3] == [
        "The page is not shown as its file is now, line 9: no title",
        "In the page’s file, line 3: there is no meeting link",
        "In the page’s file, line 7: the link is dead",
    ]
    assert "line 3" not in " ".join(words(facts(JUST_AFTER, warning, early)))


def test_questions_wait_before_the_end_and_stay_open_after_it():
    waiting = facts(JUST_BEFORE, counts={"waiting": 1, "open": 4}, opened=[Role.MODERATOR])
    left = facts(JUST_AFTER, counts={"waiting": 1, "open": 4})

    assert words(waiting)[0] == "1 question to approve or decline"
    assert words(left)[0] == "5 questions not answered"
    assert to_do(left)[0].view == "speaker"
    assert to_do(facts(JUST_AFTER, counts={"waiting": 2}))[0].view == "desk"


def test_what_was_answered_is_to_be_published_and_the_recording_is_asked_for_a_week_later():
    answered = {"answered": 2}

    assert words(facts(JUST_AFTER, counts=answered, pending=PENDING)) == [PENDING, NO_SLIDES]
    assert words(facts(LONG_AFTER, counts=answered)) == [NO_SLIDES, NO_RECORDING]
    assert words(facts(LONG_AFTER, pending=PENDING)) == [NO_SLIDES, NO_RECORDING]


def test_a_talk_without_a_board_needs_no_moderator():
    assert words(facts(JUST_BEFORE, board=False)) == [NO_SLIDES]


def test_nothing_is_asked_of_a_talk_that_is_cancelled():
    assert words(facts(LONG_AFTER, called_off=CalledOff.CANCELLED)) == []
    assert words(facts(JUST_BEFORE, called_off=CalledOff.CANCELLED)) == []


@pytest.mark.parametrize(
    ("days", "near"), [(-15, False), (-13, True), (0, True), (59, True), (61, False)]
)
def test_only_what_is_close_by_is_worth_a_mention(days, near):
    assert is_near(state(STARTS + days * DAY)) is near
