"""What there is to do for a talk before and after it, and what is done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from companion.board.talk_state import TalkState
from companion.messages import Message, gettext, ngettext
from companion.organiser.programme import TalkFigures
from companion.store.models import Role
from companion.talks.problem import Problem

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
AHEAD, BEHIND = timedelta(days=14), timedelta(days=60)


class State(StrEnum):
    """Whether something is done, is to be done, or will have to be."""

    TODO = "todo"
    LATER = "later"
    DONE = "done"


@dataclass(frozen=True)
class Line:
    """One line of a checklist; ``view`` is the page on which it is seen to, "" for the file."""

    state: State
    words: str
    view: str = ""


@dataclass(frozen=True)
class TalkFacts:
    """What is known of a talk: its figures, what is wrong with its file, whose links were opened.

    ``pending`` says in words what of its Q&A is still to be published, "" for nothing.
    """

    figures: TalkFigures
    problems: tuple[Problem, ...]
    opened: Collection[Role]
    pending: str


def is_near(talk: TalkState) -> bool:
    """Whether a talk is so close by that what is to be done for it is worth a mention."""
    return talk.schedule.starts - AHEAD <= talk.now <= talk.schedule.ends + BEHIND


def checklist(facts: TalkFacts) -> list[Line]:
    """Return a talk's checks, what is to be done first."""
    found = [check for rule in RULES for check in rule(facts)]
    return sorted(found, key=lambda check: list(State).index(check.state))


def to_do(facts: TalkFacts) -> list[Line]:
    """Return what of it is to be done."""
    return [check for check in checklist(facts) if check.state is State.TODO]


def _file(facts: TalkFacts) -> Iterator[Line]:
    is_over = facts.figures.talk.is_over
    found = [one for one in facts.problems if not (one.only_before and is_over)]
    for problem in sorted(found, key=lambda one: (not one.fatal, one.line)):
        yield Line(State.TODO, _about_file(problem))
    if not found:
        yield Line(State.DONE, gettext("The page’s file is in order"))


def _about_file(problem: Problem) -> Message:
    line, said = problem.line, problem.message
    if problem.fatal and line:
        return gettext(
            "The page is not shown as its file is now, line %(line)s: %(problem)s",
            line=line,
            problem=said,
        )
    if problem.fatal:
        return gettext("The page is not shown as its file is now, %(problem)s", problem=said)
    if line:
        return gettext("In the page’s file, line %(line)s: %(problem)s", line=line, problem=said)
    return gettext("In the page’s file, %(problem)s", problem=said)


def _moderator(facts: TalkFacts) -> Iterator[Line]:
    talk = facts.figures.talk
    if not talk.page.board or talk.is_over or not talk.page.takes_place:
        return
    if Role.MODERATOR in facts.opened:
        yield Line(State.DONE, gettext("A moderator has opened the link"), "links")
    else:
        is_due = talk.now >= talk.schedule.starts - A_DAY
        state = State.TODO if is_due else State.LATER
        yield Line(state, gettext("No moderator has opened the link yet"), "links")


def _slides(facts: TalkFacts) -> Iterator[Line]:
    talk = facts.figures.talk
    if talk.page.slides_url:
        yield Line(State.DONE, gettext("The slides are linked"))
    elif talk.page.takes_place:
        is_due = talk.now >= talk.schedule.starts - A_WEEK
        words = gettext("No slides: add slides_url: to the page’s file")
        yield Line(State.TODO if is_due else State.LATER, words)


def _questions(facts: TalkFacts) -> Iterator[Line]:
    figures = facts.figures
    if figures.talk.is_over and figures.open + figures.waiting:
        left = figures.open + figures.waiting
        words = ngettext("%(num)s question not answered", "%(num)s questions not answered", left)
        yield Line(State.TODO, words, "speaker" if figures.open else "desk")
    elif figures.waiting:
        words = ngettext(
            "%(num)s question to approve or decline",
            "%(num)s questions to approve or decline",
            figures.waiting,
        )
        yield Line(State.TODO, words, "desk")
    elif figures.talk.is_over and figures.asked:
        yield Line(State.DONE, gettext("No question is left open"))


def _publishing(facts: TalkFacts) -> Iterator[Line]:
    if not facts.figures.talk.is_over or not facts.figures.answered:
        return
    if facts.pending:
        yield Line(State.TODO, facts.pending, "publish")
    else:
        yield Line(State.DONE, gettext("The questions and answers are published"), "publish")


def _recording(facts: TalkFacts) -> Iterator[Line]:
    talk = facts.figures.talk
    if not talk.is_over or not talk.page.takes_place:
        return
    if talk.page.recording:
        yield Line(State.DONE, gettext("The recording is linked"), "recording")
    elif talk.now >= talk.schedule.ends + A_WEEK:
        words = gettext("No recording, a week after: add recording_url: to the page’s file")
        yield Line(State.TODO, words)
    else:
        words = gettext("No recording yet: add recording_url: to the page’s file")
        yield Line(State.LATER, words)


RULES: Iterable[Callable[[TalkFacts], Iterator[Line]]] = (
    *(_file, _moderator, _questions, _publishing),
    *(_slides, _recording),
)
