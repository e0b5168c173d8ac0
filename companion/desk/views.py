"""What the desk, the speaker and the big screen see of a talk at one revision."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import Session

from companion import models, richtext
from companion.desk.deeds import UNDO_SHOWN
from companion.desk.slots import SKIPPED
from companion.house import BoardState, House, board_state, scheduled
from companion.models import PUBLIC, Kind, Mute, Question, Status
from companion.questions import Card, one_line, stranger_card, talk_named
from companion.similar import alike
from companion.talks.page import Phase

SHOWN, COMPARED, KNOWN, LOGGED = 200, 30, 300, 50
UPCOMING = 2
RANKED, RANKED_UPCOMING = 12, 3
MINE = 4
REASONS = {
    "off_topic": "off topic",
    "duplicate": "asked already",
    "unclear": "unclear",
    "unkind": "unkind",
    "no_time": "no time for it",
    "other": "no reason given",
    SKIPPED: "skipped by the speaker",
}
FILTERS = ("kind", "label", "author", "only")


class Tab(StrEnum):
    """One of the desk's lists."""

    INCOMING = "incoming"
    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"


TABS = {
    Status.WAITING: Tab.INCOMING,
    Status.OPEN: Tab.OPEN,
    Status.ANSWERED: Tab.ANSWERED,
    Status.DECLINED: Tab.DECLINED,
}


@dataclass(frozen=True)
class Filters:
    """What a moderator looks for: a tab, words, and what else cards must have."""

    tab: Tab = Tab.INCOMING
    find: str = ""
    more: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DeskCard:
    """A question as only the desk and, in part, the speaker may know it."""

    id: int
    kind: Kind
    text: str
    detail: str
    name: str
    status: Status
    votes: int
    asked_at: datetime
    edited: bool
    original: str
    labels: tuple[str, ...]
    pinned: bool
    answer: str
    answered_at: datetime | None
    reason: str
    handled_by: str
    spoken: bool
    askers: int
    merged: tuple[tuple[int, str], ...] = ()
    author: str = ""
    burst: int = 0
    muted: bool = False
    alike: tuple[tuple[int, str], ...] = ()
    now_at: datetime | None = None

    @property
    def detail_html(self) -> Markup:
        """Return the detail as safe HTML."""
        return richtext.to_html(self.detail)

    @property
    def answer_html(self) -> Markup:
        """Return the written answer as safe HTML."""
        return richtext.answer_to_html(self.answer)


@dataclass(frozen=True)
class Switches:
    """What the desk has set, and what would hold by the schedule."""

    board: str
    scheduled: BoardState
    approve_first: bool
    anonymous: bool
    names: bool
    ranked: bool
    drives: bool
    slow: bool


@dataclass(frozen=True)
class Line:
    """One line of the log."""

    id: int
    at: datetime
    who: str
    words: str
    undoable: bool


@dataclass(frozen=True)
class Message:
    """What the chair has said to the speaker, and whether it was read."""

    text: str = ""
    at: datetime | None = None
    read_at: datetime | None = None


@dataclass(frozen=True)
class Desk:
    """The desk as one moderator sees it."""

    revision: int
    tab: Tab
    counts: dict[Tab, int]
    cards: tuple[DeskCard, ...]
    now: DeskCard | None
    next: DeskCard | None
    top: DeskCard | None
    switches: Switches
    message: Message
    log: tuple[Line, ...]
    undo: Line | None
    labels: tuple[str, ...]
    find: str
    filters: dict[str, str]
    me: str
    slow: bool


@dataclass(frozen=True)
class Queue:
    """What the speaker sees: what is asked now, what comes, and how long it takes."""

    revision: int
    now: DeskCard | None
    upcoming: tuple[DeskCard, ...]
    open: int
    answered: int
    pace: int | None
    message: Message
    drives: bool
    unanswered: tuple[DeskCard, ...]
    answered_cards: tuple[DeskCard, ...]


@dataclass(frozen=True)
class Screen:
    """What the room sees; nothing in it that not everybody may know."""

    revision: int
    now: Card | None
    upcoming: tuple[Card, ...]
    ranked: tuple[Card, ...]
    open: int
    answered: int
    here: bool = False


class _Table:
    """A talk's questions, looked through once."""

    def __init__(self, session: Session, house: House) -> None:
        self.session = session
        self.talk = talk_named(session, house.slug)
        self.house = house.under(self.talk)
        kept = sa.select(Question).where(
            Question.talk_id == (self.talk.id if self.talk else 0),
            Question.status != Status.WITHDRAWN,
        )
        self.rows = {row.id: row for row in session.scalars(kept)}

    def of(self, *statuses: Status) -> list[Question]:
        return [row for row in self.rows.values() if row.status in statuses]

    def slot(self, name: str) -> Question | None:
        id = getattr(self.talk, name) if self.talk else None
        row = self.rows.get(id) if id else None
        return row if row and row.status in PUBLIC else None

    def ranked(self) -> list[Question]:
        """Return what is open and neither now nor next, the most wanted first."""
        slots = (self.slot("now_id"), self.slot("next_id"))
        rows = [row for row in self.of(Status.OPEN) if row not in slots]
        return sorted(rows, key=lambda row: (not row.pinned, -row.votes, row.id))

    def upcoming(self, count: int) -> list[Question]:
        following = self.slot("next_id")
        return [*([following] if following else []), *self.ranked()][:count]

    @property
    def revision(self) -> int:
        return self.talk.revision if self.talk else 0

    @property
    def message(self) -> Message:
        talk = self.talk
        if talk is None:
            return Message()
        return Message(talk.message, talk.message_at, talk.message_read_at)


def desk(session: Session, house: House, filters: Filters, me: str) -> Desk:
    """Return the desk as a moderator sees it."""
    table = _Table(session, house)
    shelf = _Shelf(table)
    log = _log(table, me)
    counts = Counter(TABS[row.status] for row in table.rows.values() if row.status in TABS)
    ranked = table.ranked()
    labels = {label for row in table.rows.values() for label in _labels(row)}
    newest = next((line for line in log if line.undoable), None)
    return Desk(
        revision=table.revision,
        tab=filters.tab,
        counts={tab: counts[tab] for tab in Tab},
        cards=shelf.cards(filters),
        now=shelf.card(table.slot("now_id")),
        next=shelf.card(table.slot("next_id")),
        top=shelf.card(ranked[0] if ranked else None),
        switches=_switches(table),
        message=table.message,
        log=log,
        undo=newest,
        labels=tuple(sorted(labels, key=str.casefold)),
        find=filters.find,
        filters=filters.more,
        me=me,
        slow=table.house.slow,
    )


def _switches(table: _Table) -> Switches:
    talk, house = table.talk, table.house
    state = house.state
    if house.page:
        state = board_state(scheduled(house.page, talk), house.now)
    return Switches(
        board=talk.board if talk else "",
        scheduled=state,
        approve_first=house.moderated,
        anonymous=not house.needs_name,
        names=house.needs_name,
        ranked=bool(talk and talk.ranked),
        drives=bool(talk and talk.drives),
        slow=house.slow,
    )


class _Shelf:
    """Makes the desk's cards, each with what is known about its author and its likes."""

    def __init__(self, table: _Table) -> None:
        self._table = table
        self._bursts = Counter(row.author for row in table.of(Status.WAITING) if row.author)
        self._merged: dict[int, list[Question]] = {}
        for row in table.of(Status.MERGED):
            self._merged.setdefault(row.merged_into or 0, []).append(row)
        talk_id = table.talk.id if table.talk else 0
        muted = sa.select(Mute.author).filter_by(talk_id=talk_id)
        self._muted = frozenset(table.session.scalars(muted))

    def cards(self, filters: Filters) -> tuple[DeskCard, ...]:
        rows = [
            row
            for row in self._table.rows.values()
            if TABS.get(row.status) is filters.tab and self._matches(row, filters)
        ]
        rows = _in_order(rows, filters.tab)[:SHOWN]
        known = self._known() if filters.tab in (Tab.INCOMING, Tab.OPEN) else []
        return tuple(
            self._card(row, known if place < COMPARED else ()) for place, row in enumerate(rows)
        )

    def card(self, row: Question | None) -> DeskCard | None:
        return self._card(row) if row else None

    def _known(self) -> list[tuple[int, str]]:
        rows = self._table.of(Status.WAITING, *PUBLIC)
        wanted = sorted(rows, key=lambda row: (row.status is Status.WAITING, -row.votes))
        return [(row.id, row.text) for row in wanted[:KNOWN]]

    def _matches(self, row: Question, filters: Filters) -> bool:
        text = f"{row.text} {row.detail} {row.name} {row.labels}".casefold()
        more = filters.more
        return (
            all(word in text for word in filters.find.casefold().split())
            and more.get("kind", row.kind) == row.kind
            and more.get("author", row.author[:MINE]) == row.author[:MINE]
            and ("label" not in more or more["label"] in _labels(row))
            and (more.get("only") != "unanswered" or not row.answer)
        )

    def _card(self, row: Question, known: Iterable[tuple[int, str]] = ()) -> DeskCard:
        others = ((id, text) for id, text in known if id != row.id)
        card = _desk_card(row)
        return DeskCard(
            **card.__dict__
            | {
                "merged": tuple((other.id, other.text) for other in self._merged.get(row.id, [])),
                "author": row.author[:MINE],
                "burst": self._bursts[row.author] if row.status is Status.WAITING else 0,
                "muted": row.author in self._muted,
                "alike": alike(row.text, others),
            }
        )


def _desk_card(row: Question) -> DeskCard:
    """Return a card without what only the desk may know about its author."""
    return DeskCard(
        id=row.id,
        kind=row.kind,
        text=row.text,
        detail=row.detail,
        name=row.name,
        status=row.status,
        votes=row.votes,
        asked_at=row.asked_at,
        edited=row.edited_at is not None,
        original=row.original_text or "",
        labels=_labels(row),
        pinned=row.pinned,
        answer=row.answer,
        answered_at=row.answered_at,
        reason=REASONS.get(row.reason, ""),
        handled_by=row.handled_by,
        spoken=row.spoken,
        askers=row.askers,
        now_at=row.now_at,
    )


def _labels(row: Question) -> tuple[str, ...]:
    return tuple(row.labels.split(", ")) if row.labels else ()


def _in_order(rows: list[Question], tab: Tab) -> list[Question]:
    """Put what is most wanted first on the open tab, and what is newest on the others."""
    if tab is Tab.OPEN:
        return sorted(rows, key=lambda row: (not row.pinned, -row.votes, row.id))
    if tab is Tab.ANSWERED:
        return sorted(rows, key=lambda row: (row.answered_at or row.asked_at, row.id), reverse=True)
    return sorted(rows, key=lambda row: -row.id)


def _log(table: _Table, me: str) -> tuple[Line, ...]:
    if table.talk is None:
        return ()
    deeds = sa.select(models.Deed).filter_by(talk_id=table.talk.id)
    newest = table.session.scalars(deeds.order_by(models.Deed.id.desc()).limit(LOGGED))
    return tuple(_line(table, deed, me) for deed in newest)


def _line(table: _Table, deed: models.Deed, me: str) -> Line:
    young = deed.at + UNDO_SHOWN >= table.house.now
    mine = deed.who == me and deed.what != "took back"
    row = table.rows.get(deed.question_id or 0)
    touched = json.loads(deed.before)["questions"] if deed.before else {}
    about = f" “{row.text}”" if row else f" {len(touched)} questions" if len(touched) > 1 else ""
    return Line(
        id=deed.id,
        at=deed.at,
        who=deed.who or deed.role,
        words=f"{deed.what}{about}{' (undone)' if deed.undone else ''}",
        undoable=young and mine and bool(deed.before) and not deed.undone,
    )


def queue(session: Session, house: House) -> Queue:
    """Return what the speaker sees, which is what everybody may see and the chair's message."""
    table = _Table(session, house)
    left = [row for row in table.ranked() if row.reason != SKIPPED]
    answered = table.of(Status.ANSWERED)
    return Queue(
        revision=table.revision,
        now=_spoken_card(table.slot("now_id")),
        upcoming=_spoken_cards(table.upcoming(UPCOMING)),
        open=len(table.of(Status.OPEN)),
        answered=len(answered),
        pace=_pace(table, answered),
        message=table.message,
        drives=bool(table.talk and table.talk.drives),
        unanswered=_spoken_cards(_still_open(table, left)),
        answered_cards=_spoken_cards(_in_order(answered, Tab.ANSWERED)),
    )


def _still_open(table: _Table, ranked: list[Question]) -> list[Question]:
    slots = [row for row in (table.slot("now_id"), table.slot("next_id")) if row]
    return [*slots, *ranked]


def _spoken_card(row: Question | None) -> DeskCard | None:
    """Return a card for the speaker: no labels, no original words, nobody's name at the desk."""
    if row is None:
        return None
    card = _desk_card(row)
    return DeskCard(
        **card.__dict__ | {"original": "", "labels": (), "handled_by": "", "reason": ""}
    )


def _spoken_cards(rows: Sequence[Question]) -> tuple[DeskCard, ...]:
    return tuple(card for card in map(_spoken_card, rows) if card)


def _pace(table: _Table, answered: list[Question]) -> int | None:
    """Return about how many more questions there is time for, None when nobody can know."""
    spans = [
        (row.answered_at - row.now_at).total_seconds()
        for row in answered
        if row.now_at and row.answered_at and row.answered_at > row.now_at
    ]
    page = table.house.page
    if not spans or page is None:
        return None
    page = scheduled(page, table.talk)
    if page.phase(table.house.now) not in (Phase.TALK, Phase.QA):
        return None
    left = (page.ends - table.house.now).total_seconds()
    return int(left // (sum(spans) / len(spans)))


def screen(session: Session, house: House) -> Screen:
    """Return what the room sees."""
    table = _Table(session, house)
    talk = table.talk
    ranked = table.ranked() if talk and talk.ranked else []
    following = table.upcoming(RANKED_UPCOMING) if ranked else [table.slot("next_id")]
    now = table.slot("now_id")
    return Screen(
        revision=table.revision,
        now=stranger_card(now, talk) if now and talk else None,
        upcoming=tuple(stranger_card(row, talk) for row in following if row and talk),
        ranked=tuple(stranger_card(row, talk) for row in ranked[:RANKED] if talk),
        open=len(table.of(Status.OPEN)),
        answered=len(table.of(Status.ANSWERED)),
    )


def read_filters(asked: Mapping[str, str]) -> Filters:
    """Return the filters that a query names; what is not known is left out."""
    tab = asked.get("tab", "")
    more = {name: one_line(asked[name][:60]) for name in FILTERS if asked.get(name)}
    find = one_line(asked.get("find", "")[:100])
    return Filters(Tab(tab) if tab in set(Tab) else Tab.INCOMING, find, more)
