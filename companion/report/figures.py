"""The figures of a talk's report; nobody is in them, only how many there were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from companion.board.counts import Counts, by_status, counts
from companion.board.talk_state import effective_schedule
from companion.messages import Message, ngettext
from companion.report.minutes import Minute
from companion.report.series import Series, Window, counted, highest, window
from companion.store.models import TOLD, Kind, Presence, Question, Status, Talk, Vote
from companion.talks.page import TalkPage
from companion.talks.phase import Phase, Schedule

AFTERWARDS = timedelta(minutes=15)
MOST_WANTED = 10
FEW = 5  # half of fewer than this says nothing


class AskedRow(NamedTuple):
    """What the figures take of a question; a whole one is slow to read, and there may be many."""

    status: Status
    kind: Kind
    votes: int
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True)
class Wanted:
    """A question that is still open."""

    number: int
    text: str
    votes: int
    askers: int


@dataclass(frozen=True)
class Waited:
    """How long those who asked during the talk waited: half of them no longer than ``half``."""

    questions: int
    half: timedelta


@dataclass(frozen=True)
class Figures:
    """What a talk's report says; times are aware and in the talk's own zone.

    ``phases`` has when each began or will begin. ``people`` has the most who were on the talk's
    page at once, in each step; ``most_here`` the most of all, 0 where nobody has counted.
    ``askers`` and ``voters`` are people, as far as browsers are; not those who asked aloud.
    """

    counts: Counts
    phases: tuple[tuple[Phase, datetime], ...]
    people: Series
    questions: Series
    votes: Series
    most_here: int
    wanted: tuple[Wanted, ...]
    waited: Waited | None
    askers: int = 0
    voters: int = 0


def figures(session: Session, page: TalkPage, now: datetime) -> Figures:
    """Return the figures of a talk as they are now; those of a talk nobody wrote on are all 0."""
    talk = session.scalar(sa.select(Talk).filter_by(slug=page.slug))
    schedule = effective_schedule(page.planned, talk)
    number = talk.id if talk else 0
    rows = _rows(session, number)
    asked = [row.asked_at for row in rows if _is_asked(row)]
    here = _here(session, number)
    seen = _window(schedule, asked, now)
    return Figures(
        counts=counts(rows),
        phases=_phases(schedule),
        people=highest(_wide_enough(seen, here), here),
        questions=counted(seen, Counter(asked).items()),
        votes=counted(seen, _voted(session, number)),
        most_here=max((value for _, value in here), default=0),
        wanted=_wanted(session, number),
        waited=_waited(rows, schedule),
        askers=_people(session, number, Question.author),
        voters=_people(session, number, Vote.voter),
    )


SAID: dict[Status, Callable[[int], Message]] = {
    Status.ANSWERED: lambda num: ngettext("%(num)s answered", "%(num)s answered", num),
    Status.MERGED: lambda num: ngettext("%(num)s merged", "%(num)s merged", num),
    Status.ARCHIVED: lambda num: ngettext("%(num)s not reached", "%(num)s not reached", num),
    Status.DECLINED: lambda num: ngettext("%(num)s declined", "%(num)s declined", num),
}


def summary(session: Session, page: TalkPage) -> tuple[Message, ...]:
    """Return how many were asked and what became of them: for everybody, and without noughts."""
    counts = by_status(session, page.slug)[page.slug]
    asked = counts.total()
    told = (SAID[status](counts[status]) for status in TOLD if counts[status])
    return (ngettext("%(num)s asked", "%(num)s asked", asked), *told) if asked else ()


def _rows(session: Session, talk: int) -> list[AskedRow]:
    columns = [getattr(Question, name) for name in AskedRow._fields]
    return [
        AskedRow(*row)
        for row in session.execute(sa.select(*columns).where(Question.talk_id == talk))
    ]


def _is_asked(row: AskedRow) -> bool:
    """Whether a row counts among those asked, as in the counts."""
    return row.kind is Kind.QUESTION and row.status is not Status.WITHDRAWN


def _people(session: Session, talk: int, who: InstrumentedAttribute[str]) -> int:
    """Return how many people wrote or voted for what was not withdrawn."""
    people = sa.select(sa.func.count(who.distinct())).select_from(Question)
    if who.class_ is Vote:
        people = people.join(Vote, Vote.question_id == Question.id)
    kept = (Question.talk_id == talk, Question.status != Status.WITHDRAWN, who != "")
    return session.scalar(people.where(*kept)) or 0


def _here(session: Session, talk: int) -> list[tuple[datetime, int]]:
    """Return how many were here in each minute, whichever worker had them."""
    query = (
        sa.select(Presence.minute, sa.func.sum(Presence.here))
        .where(Presence.talk_id == talk)
        .group_by(Presence.minute)
        .order_by(Presence.minute)
    )
    return [(minute, here) for minute, here in session.execute(query)]


def _voted(session: Session, talk: int) -> list[tuple[datetime, int]]:
    """Return how many votes were given in which minute.

    Whoever voted for what was merged has one vote for all.
    """
    stands_for = sa.func.coalesce(Question.merged_into, Question.id)
    first = (
        sa.select(sa.func.min(Vote.voted_at).label("voted_at"))
        .join(Question, Question.id == Vote.question_id)
        .where(Question.talk_id == talk, Question.status != Status.WITHDRAWN)
        .group_by(stands_for, Vote.voter)
        .subquery()
    )
    minute = Minute(first.c.voted_at).label("minute")
    query = sa.select(minute, sa.func.count()).group_by(minute)
    return [(at, votes) for at, votes in session.execute(query)]


def _phases(schedule: Schedule) -> tuple[tuple[Phase, datetime], ...]:
    """Return when each phase begins, without those that are over as they begin."""
    moments = (schedule.doors_at, schedule.starts, schedule.qa_at, schedule.ends)
    phases = (Phase.DOORS, Phase.TALK, Phase.QA, Phase.OVER)
    ends = (*moments[1:], None)
    kept = zip(phases, moments, ends, strict=True)
    return tuple((phase, at.astimezone(schedule.zone)) for phase, at, end in kept if at != end)


def _window(schedule: Schedule, asked: Sequence[datetime], now: datetime) -> Window:
    """Return the talk's own time; before its doors have opened, the time since people ask."""
    first, ends = schedule.doors_at, schedule.ends
    last = ends - ends.resolution if schedule.all_day else ends + AFTERWARDS
    if now < first:
        first, last = min([*asked, now]), now
    return window(first.astimezone(schedule.zone), last.astimezone(schedule.zone))


def _wide_enough(seen: Window, here: Sequence[tuple[datetime, int]]) -> Window:
    """Return the window, or a wider one if there were people before or after it."""
    if not here:
        return seen
    zone = seen.starts.tzinfo
    last = seen.starts + seen.step * seen.steps - seen.starts.resolution
    first, final = here[0][0].astimezone(zone), here[-1][0].astimezone(zone)
    return window(min(seen.starts, first), max(last, final))


def _wanted(session: Session, talk: int) -> tuple[Wanted, ...]:
    query = (
        sa.select(Question)
        .filter_by(talk_id=talk, status=Status.OPEN, kind=Kind.QUESTION)
        .order_by(Question.votes.desc(), Question.id)
        .limit(MOST_WANTED)
    )
    rows = session.scalars(query)
    return tuple(Wanted(row.id, row.text, row.votes, row.askers) for row in rows)


def _waited(rows: Sequence[AskedRow], schedule: Schedule) -> Waited | None:
    """Return how long people waited who asked while the talk was on; None for a few of them."""
    waits = sorted(
        row.answered_at - row.asked_at
        for row in rows
        if row.status is Status.ANSWERED
        and row.kind is Kind.QUESTION
        and row.answered_at
        and schedule.starts <= row.asked_at < schedule.ends
    )
    return Waited(len(waits), waits[(len(waits) - 1) // 2]) if len(waits) >= FEW else None
