"""A talk's Q&A as it leaves the house: one record, the same rows for every format.

Nothing in it leads back to a person: no voter, no cookie, no address, no pseudonym. An author is
there only where somebody chose to give a name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import history, recording
from companion.board.counts import Counts, counts
from companion.board.talk_state import effective_schedule
from companion.exports.printable import legible
from companion.moderation.desk_cards import labels_of
from companion.store.models import HEADINGS, PUBLIC, Kind, Question, Status, Talk
from companion.talks.page import TalkPage
from companion.talks.phase import Phase, Schedule

VERSION = 1
ONLY = ("", *(status.value for status in PUBLIC))
ORDER = tuple(HEADINGS)
UNPUBLISHED = set(ORDER) - {*PUBLIC, Status.MERGED}


@dataclass(frozen=True)
class Choice:
    """Which rows somebody wants; ``only`` is one of ONLY.

    ``declined`` adds what attendees never saw: what was declined, what still waits, and what was
    merged while it waited.
    """

    only: str = ""
    comments: bool = True
    declined: bool = False
    rounded: bool = False

    def takes(self, question: Question) -> bool:
        """Whether a question is wanted."""
        if question.kind is Kind.COMMENT and not self.comments:
            return False
        if question.status not in ORDER:
            return False
        if question.status in UNPUBLISHED and not self.declined:
            return False
        return not self.only or question.status == self.only


@dataclass(frozen=True)
class QuestionRecord:
    """One row: a question or comment; ``number`` is what its address on the board ends with.

    ``phase`` is the talk's when it was asked, ``offset`` how many whole seconds into the recording
    it was taken up, and ``link`` opens the recording there.
    """

    number: int
    kind: Kind
    text: str
    detail: str
    author: str
    status: Status
    reason: str
    votes: int
    askers: int
    asked_at: datetime
    phase: Phase
    answered_at: datetime | None
    offset: int | None
    link: str
    answer: str
    labels: tuple[str, ...]
    merged_into: int | None


@dataclass(frozen=True)
class TalkRecord:
    """A talk and its Q&A; times are aware and in the talk's own zone.

    One of whole days ends with the last of them, at midnight.
    """

    slug: str
    title: str
    speaker: str
    starts: datetime
    ends: datetime
    zone: str
    url: str
    recording: str
    exported_at: datetime
    counts: Counts
    entries: tuple[QuestionRecord, ...]
    all_day: bool = False


class BoardRows(NamedTuple):
    """What the database holds of a talk; ``unseen`` was merged and never public before."""

    talk: Talk | None
    rows: list[Question]
    unseen: frozenset[int]


def record(session: Session, page: TalkPage, choice: Choice, url: str, now: datetime) -> TalkRecord:
    """Return a talk's Q&A: answered ones as they were, then open ones by votes, then the rest.

    Within each, questions come before comments. ``url`` is the address of the talk's page.
    """
    [found] = records(session, {url: page}, choice, now)
    return found


def records(
    session: Session, pages: Mapping[str, TalkPage], choice: Choice, now: datetime
) -> list[TalkRecord]:
    """Return the Q&A of several talks, by their pages' addresses, in as many queries as of one."""
    slugs = [page.slug for page in pages.values()]
    boards = _boards(session, slugs)
    return [_record(page, url, boards[page.slug], choice, now) for url, page in pages.items()]


def _record(
    page: TalkPage, url: str, board: BoardRows, choice: Choice, now: datetime
) -> TalkRecord:
    talk, rows, unseen = board
    schedule = effective_schedule(page.planned, talk)
    shown = rows if choice.declined else [row for row in rows if row.id not in unseen]
    chosen = sorted(filter(choice.takes, shown), key=_place)
    return TalkRecord(
        slug=page.slug,
        title=legible(page.title),
        speaker=legible(page.speaker),
        starts=schedule.starts.astimezone(page.zone),
        ends=schedule.ends.astimezone(page.zone),
        zone=page.zone.key,
        url=url,
        recording=page.recording.url if page.recording else "",
        exported_at=now.astimezone(page.zone).replace(microsecond=0),
        counts=counts(rows),
        entries=tuple(_entry(row, page, talk, schedule, choice) for row in chosen if talk),
        all_day=page.all_day,
    )


def _boards(session: Session, slugs: list[str]) -> defaultdict[str, BoardRows]:
    boards: defaultdict[str, BoardRows] = defaultdict(lambda: BoardRows(None, [], frozenset()))
    talks = {row.id: row for row in session.scalars(sa.select(Talk).where(Talk.slug.in_(slugs)))}
    before = history.statuses_before(session, list(talks), Status.MERGED)
    rows: defaultdict[int, list[Question]] = defaultdict(list)
    for row in session.scalars(sa.select(Question).where(Question.talk_id.in_(list(talks)))):
        rows[row.talk_id].append(row)
    for talk in talks.values():
        unseen = frozenset(row.id for row in rows[talk.id] if _is_unseen(row, before))
        boards[talk.slug] = BoardRows(talk, rows[talk.id], unseen)
    return boards


def _is_unseen(row: Question, before: Mapping[int, Status]) -> bool:
    """Whether a merged question was none that attendees saw, as far as the log knows."""
    return row.status is Status.MERGED and before.get(row.id) not in PUBLIC


def _place(row: Question) -> tuple[object, ...]:
    """Return what sorts a row among the others."""
    first = row.answered_at.timestamp() if row.status is Status.ANSWERED and row.answered_at else 0
    wanted = (not row.pinned, -row.votes) if row.status is Status.OPEN else (False, 0)
    return ORDER.index(row.status), row.kind is Kind.COMMENT, first, wanted, row.id


def _entry(
    row: Question, page: TalkPage, talk: Talk, schedule: Schedule, choice: Choice
) -> QuestionRecord:
    offset = recording.offset(row, talk, schedule)
    link = recording.link(page.recording, offset) if offset is not None else ""
    return QuestionRecord(
        number=row.id,
        kind=row.kind,
        text=legible(row.text),
        detail=legible(row.detail),
        author=legible(row.name),
        status=row.status,
        reason=row.reason if row.status is Status.DECLINED else "",
        votes=row.votes,
        askers=row.askers,
        asked_at=_asked_at(row, page, rounded=choice.rounded),
        phase=schedule.phase(row.asked_at),
        answered_at=_local(row.answered_at, page),
        offset=offset,
        link=link,
        answer=legible(row.answer),
        labels=tuple(map(legible, labels_of(row))),
        merged_into=row.merged_into if row.status is Status.MERGED else None,
    )


def _asked_at(row: Question, page: TalkPage, *, rounded: bool) -> datetime:
    local = row.asked_at.astimezone(page.zone).replace(microsecond=0)
    if not rounded:
        return local
    minute = local.minute - local.minute % 15
    return local.replace(minute=minute, second=0)


def _local(moment: datetime | None, page: TalkPage) -> datetime | None:
    return moment.astimezone(page.zone).replace(microsecond=0) if moment else None
