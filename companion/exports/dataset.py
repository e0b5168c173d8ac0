"""A talk's Q&A as it leaves the house: one record, the same rows for every format.

Nothing in it leads back to a person: no voter, no cookie, no address, no pseudonym. An author is
there only where somebody chose to give a name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import history, recording
from companion.board.counts import Counts, counts
from companion.board.poll_totals import PollTotal, totals
from companion.board.rating_counts import RatingCounts
from companion.board.rating_counts import counts as counts_of_rating
from companion.board.rows import find_talk_row
from companion.board.talk_state import TalkState, effective_schedule
from companion.exports.printable import legible
from companion.exports.spots import BARE, NOWHERE, Spot, Surface, spots, surfaces
from companion.moderation.desk_filters import split_labels
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
    merged while it waited. ``rated`` adds how the talk was rated.
    """

    only: str = ""
    comments: bool = True
    declined: bool = False
    rounded: bool = False
    rated: bool = False

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
    it was taken up, and ``link`` opens the recording there. ``spot`` is where its note is on the
    wall, if it is one, and ``answers_to`` the prompt that it answers.
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
    answers_to: str = ""
    spot: Spot = NOWHERE


@dataclass(frozen=True)
class TalkRecord:
    """A talk and its Q&A; times are aware and in the talk's own zone.

    One of whole days ends with the last of them, at midnight. ``surface`` is what its wall's notes
    are on. ``polls`` are those that were opened, ``rating`` None where that is not wanted, or of
    too few.
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
    surface: Surface = BARE
    polls: tuple[PollTotal, ...] = ()
    rating: RatingCounts | None = None


class BoardRows(NamedTuple):
    """What the database holds of a talk; ``unseen`` was merged and never public before.

    ``places`` is where its notes are on the wall's ``surface``.
    """

    talk: Talk | None
    rows: list[Question]
    unseen: frozenset[int]
    places: Mapping[int, Spot]
    surface: Surface


def record(session: Session, page: TalkPage, choice: Choice, url: str, now: datetime) -> TalkRecord:
    """Return a talk's Q&A: answered ones as they were, then open ones by votes, then the rest.

    Within each, questions come before comments. ``url`` is the address of the talk's page. Its
    polls are there, too, whoever has seen their results.
    """
    [found] = records(session, {url: page}, choice, now)
    record = replace(found, polls=tuple(_poll(poll, page) for poll in totals(session, page.slug)))
    return replace(record, rating=_rating(session, page)) if choice.rated else record


def _rating(session: Session, page: TalkPage) -> RatingCounts | None:
    row = find_talk_row(session, page.slug)
    return counts_of_rating(session, row.id) if row else None


def records(
    session: Session, pages: Mapping[str, TalkPage], choice: Choice, now: datetime
) -> list[TalkRecord]:
    """Return the Q&A of several talks, by their pages' addresses, in as many queries as of one.

    Their polls are not among it.
    """
    slugs = [page.slug for page in pages.values()]
    boards = _boards(session, slugs)
    return [_record(page, url, boards[page.slug], choice, now) for url, page in pages.items()]


@dataclass(frozen=True)
class Reader:
    """Whose eyes a talk is read with: everybody's, an organiser's, or one's who wants all.

    Nobody but those who run a talk sees what was merged into another, and labels.
    """

    organises: bool = False
    declined: bool = False

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Return of which statuses the questions are that may be seen."""
        if not self.organises:
            return PUBLIC
        return ORDER if self.declined else (*PUBLIC, Status.MERGED)

    @property
    def counted(self) -> tuple[Status, ...]:
        """Return which statuses are counted: all, as in a file, for those who run the talk."""
        return ORDER if self.organises else PUBLIC


@dataclass(frozen=True)
class Part:
    """Which of a talk's rows, by their numbers: so many after one of them."""

    after: int
    most: int


def part(
    session: Session, talk: TalkState, reader: Reader, wanted: Part, *, rounded: bool
) -> list[QuestionRecord]:
    """Return some of the rows that a reader may see, in the order in which they were asked."""
    if talk.row is None:
        return []
    rows = session.scalars(
        sa.select(Question)
        .where(
            Question.talk_id == talk.row.id,
            Question.status.in_(reader.statuses),
            Question.id > wanted.after,
            Question.id.not_in(_unseen(session, talk.row, reader)),
        )
        .order_by(Question.id)
        .limit(wanted.most)
    )
    found = [
        _entry(row, talk.page, talk.row, talk.schedule, Choice(rounded=rounded)) for row in rows
    ]
    return found if reader.organises else [replace(entry, labels=()) for entry in found]


def _unseen(session: Session, talk: Talk, reader: Reader) -> list[int]:
    """Return what was merged while it waited, unless that is wanted, or nothing merged is."""
    if Status.MERGED not in reader.statuses or reader.declined:
        return []
    before = history.statuses_before(session, [talk.id], Status.MERGED)
    merged = sa.select(Question).filter_by(talk_id=talk.id, status=Status.MERGED)
    return [row.id for row in session.scalars(merged) if _is_unseen(row, before)]


def _record(
    page: TalkPage, url: str, board: BoardRows, choice: Choice, now: datetime
) -> TalkRecord:
    talk, rows, unseen, places, surface = board
    schedule = effective_schedule(page.planned, talk)
    shown = rows if choice.declined else [row for row in rows if row.id not in unseen]
    chosen = sorted(filter(choice.takes, shown), key=_place)
    entries = [
        replace(_entry(row, page, talk, schedule, choice), spot=_spot(row, places))
        for row in chosen
        if talk
    ]
    found = talk_record(page, schedule, url, now, counts(rows), entries)
    return replace(found, surface=surface)


def talk_record(
    page: TalkPage,
    schedule: Schedule,
    url: str,
    now: datetime,
    counted: Counts,
    entries: Iterable[QuestionRecord],
) -> TalkRecord:
    """Return a talk with these of its questions."""
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
        counts=counted,
        entries=tuple(entries),
        all_day=page.all_day,
    )


def _poll(poll: PollTotal, page: TalkPage) -> PollTotal:
    return replace(
        poll,
        text=legible(poll.text),
        opened_at=poll.opened_at.astimezone(page.zone).replace(microsecond=0),
        closed_at=_local(poll.closed_at, page),
        options=tuple(replace(each, text=legible(each.text)) for each in poll.options),
    )


def _boards(session: Session, slugs: list[str]) -> defaultdict[str, BoardRows]:
    boards: defaultdict[str, BoardRows] = defaultdict(
        lambda: BoardRows(None, [], frozenset(), {}, BARE)
    )
    talks = {row.id: row for row in session.scalars(sa.select(Talk).where(Talk.slug.in_(slugs)))}
    before = history.statuses_before(session, list(talks), Status.MERGED)
    rows: defaultdict[int, list[Question]] = defaultdict(list)
    for row in session.scalars(sa.select(Question).where(Question.talk_id.in_(list(talks)))):
        rows[row.talk_id].append(row)
    walls = surfaces(session, list(talks))
    places = spots(session, list(talks), walls)
    for talk in talks.values():
        unseen = frozenset(row.id for row in rows[talk.id] if _is_unseen(row, before))
        boards[talk.slug] = BoardRows(talk, rows[talk.id], unseen, places, walls[talk.id])
    return boards


def _is_unseen(row: Question, before: Mapping[int, Status]) -> bool:
    """Whether a merged question was none that attendees saw, as far as the log knows."""
    return row.status is Status.MERGED and before.get(row.id) not in PUBLIC


def _spot(row: Question, places: Mapping[int, Spot]) -> Spot:
    """Return where a question is on the wall; what is not public is not on it."""
    return places.get(row.id, NOWHERE) if row.status in PUBLIC else NOWHERE


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
        labels=tuple(map(legible, split_labels(row.labels))),
        merged_into=row.merged_into if row.status is Status.MERGED else None,
        answers_to=legible(row.prompt or ""),
    )


def _asked_at(row: Question, page: TalkPage, *, rounded: bool) -> datetime:
    local = row.asked_at.astimezone(page.zone).replace(microsecond=0)
    if not rounded:
        return local
    minute = local.minute - local.minute % 15
    return local.replace(minute=minute, second=0)


def _local(moment: datetime | None, page: TalkPage) -> datetime | None:
    return moment.astimezone(page.zone).replace(microsecond=0) if moment else None
