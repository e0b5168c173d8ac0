"""When a talk's recording starts: said once, it gives each question its second there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy.orm import Session

from companion.board import recording
from companion.board.recording import Moment
from companion.board.talk_state import TalkState
from companion.errors import Refused
from companion.messages import gettext
from companion.moderation.context import ActionContext
from companion.moderation.snapshot import BoardSnapshot
from companion.store.models import Kind, Question, Status
from companion.talks.page import TalkPage
from companion.talks.phase import Schedule

BEFORE = timedelta(hours=3)
CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?", re.ASCII)
PLAYER = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})", re.ASCII)


@dataclass(frozen=True)
class StartInput:
    """What somebody has typed: the time of day, or where in the recording a question is.

    ``by`` is "clock" or "question", and says which of them counts.
    """

    by: str = ""
    clock: str = ""
    question: int = 0
    at: str = ""


@dataclass(frozen=True)
class Taken:
    """A question that was taken up in the talk, and where in the recording that is."""

    id: int
    kind: Kind
    text: str
    at: datetime
    moment: Moment | None


@dataclass(frozen=True)
class Times:
    """A talk's questions by the time at which they were taken up.

    ``starts`` is when the recording does, as it is ``saved`` or would be; ``untimed`` is how many
    were answered without anybody having noted when.
    """

    starts: datetime | None
    saved: datetime | None
    taken: tuple[Taken, ...]
    untimed: int
    chapters: str

    @property
    def has_links(self) -> bool:
        """Whether anything opens the recording at a second."""
        return any(row.moment and row.moment.link for row in self.taken)


def record_from(context: ActionContext, said: StartInput) -> str:
    """Note when the recording starts; raises Refused."""
    starts = _start(BoardSnapshot(context.session, context.talk), said)
    context.row.recorded_from = starts
    changed = context.record(gettext("said when the recording starts"))
    at = f"{starts.astimezone(context.talk.page.zone):%H:%M:%S}"
    if changed:
        return gettext("Saved: the recording starts at %(at)s.", at=at)
    return gettext("It starts at %(at)s already.", at=at)


def forget_recording(context: ActionContext) -> str:
    """Have nobody know when the recording starts."""
    context.row.recorded_from = None
    changed = context.record(gettext("forgot when the recording starts"))
    return (
        gettext("Forgotten: no question has a time now.")
        if changed
        else gettext("No start was saved.")
    )


def times(session: Session, talk: TalkState, said: StartInput | None = None) -> Times:
    """Return what was taken up when, as if what was ``said`` were saved; raises Refused."""
    snapshot = BoardSnapshot(session, talk)
    saved = talk.row.recorded_from if talk.row else None
    starts = _start(snapshot, said) if said else saved
    taken = tuple(_taken(row, at, starts, talk.page) for at, row in _taken_up(snapshot))
    answered = {row.id for row in snapshot.of(Status.ANSWERED)}
    marks = [(row.moment.seconds, row.text) for row in taken if row.moment and _asks(row)]
    return Times(
        starts=starts,
        saved=saved,
        taken=taken,
        untimed=len(answered - {row.id for row in taken}),
        chapters=recording.chapters(talk.page.title, marks) if marks else "",
    )


def _asks(row: Taken) -> bool:
    return row.kind is Kind.QUESTION


def _taken_up(snapshot: BoardSnapshot) -> list[tuple[datetime, Question]]:
    """Return what was taken up, the first one first."""
    talk = snapshot.talk
    if talk.row is None:
        return []
    rows = snapshot.rows.values()
    found = [(recording.taken_up(row, talk.row, talk.schedule), row) for row in rows]
    timed = [(at, row) for at, row in found if at]
    return sorted(timed, key=lambda pair: (pair[0], pair[1].id))


def _taken(row: Question, at: datetime, starts: datetime | None, page: TalkPage) -> Taken:
    seconds = recording.seconds_between(starts, at)
    moment = recording.moment_at(page.recording, seconds) if seconds is not None else None
    return Taken(row.id, row.kind, row.text, at, moment)


def _start(snapshot: BoardSnapshot, said: StartInput) -> datetime:
    schedule = snapshot.talk.schedule
    if said.by == "clock":
        return _by_clock(schedule, said.clock.strip())
    taken = {row.id: at for at, row in _taken_up(snapshot)}
    return _by_question(schedule, taken.get(said.question), said.at.strip())


def _by_clock(schedule: Schedule, typed: str) -> datetime:
    """Return a time of day, on the first day on which the recording can have started then."""
    found = CLOCK.fullmatch(typed)
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (24, 0, 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        raise Refused(
            gettext("Type the time of day with hours and minutes, such as 12:01 or 12:01:30.")
        )
    day = (schedule.starts - BEFORE).astimezone(schedule.zone).date()
    while day <= schedule.ends.astimezone(schedule.zone).date():
        local = datetime.combine(day, time(hours, minutes, seconds), schedule.zone)
        if _fits(schedule, local):
            return local.astimezone(UTC)
        day += timedelta(days=1)
    raise _unfit(schedule, typed)


def _by_question(schedule: Schedule, taken: datetime | None, typed: str) -> datetime:
    if taken is None:
        raise Refused(gettext("Choose a question that was taken up in the talk."))
    found = PLAYER.fullmatch(typed)
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 60)
    if seconds > 59 or (hours and minutes > 59):
        raise Refused(gettext("Type the time that the player shows, such as 41:20 or 1:02:03."))
    starts = taken - timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if not _fits(schedule, starts):
        began = f"{starts.astimezone(schedule.zone):%H:%M}"
        raise _unfit(schedule, began)
    return starts


def _fits(schedule: Schedule, starts: datetime) -> bool:
    return schedule.starts - BEFORE <= starts <= schedule.ends


def _unfit(schedule: Schedule, began: str) -> Refused:
    moments = (moment.astimezone(schedule.zone) for moment in (schedule.starts, schedule.ends))
    first, last = (f"{moment:%H:%M}" for moment in moments)
    return Refused(
        gettext(
            "The talk was from %(first)s to %(last)s. Its recording cannot have started at "
            "%(began)s. Check the time.",
            first=first,
            last=last,
            began=began,
        )
    )
