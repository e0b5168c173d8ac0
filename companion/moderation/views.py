"""What the desk, the speaker and the big screen see of a talk at one revision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from companion.board.cards import Card, stranger_card
from companion.board.rules import BoardState, House, scheduled
from companion.moderation.answers import SKIPPED
from companion.moderation.audit import Line, log_of
from companion.moderation.cards import (
    SHOWN,
    TABS,
    DeskCard,
    Filters,
    Shelf,
    Tab,
    card_for_speaker,
    in_order,
    labels_of,
)
from companion.moderation.roles import Actor
from companion.moderation.snapshot import Table
from companion.moderation.switches import Switches, switches_of
from companion.store.models import Question, Status, Talk
from companion.talks.page import Phase

UPCOMING = 2
RANKED, RANKED_UPCOMING = 12, 3


@dataclass(frozen=True)
class Message:
    """What the chair has said to the speaker, and whether it was read."""

    text: str = ""
    at: datetime | None = None
    read_at: datetime | None = None


@dataclass(frozen=True)
class Desk:
    """The desk as one moderator sees it.

    ``hidden`` is how many more match than the ``shown`` that there is room for.
    """

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
    shown: int
    hidden: int
    targets: tuple[tuple[int, str], ...]

    @property
    def widened(self) -> int | None:
        """Return how many are shown where that was asked for, else None."""
        return self.shown if self.shown > SHOWN else None

    @property
    def wider(self) -> int:
        """Return how many to show next: twice as many, so that few steps reach all."""
        return self.shown * 2


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
    skipped: tuple[DeskCard, ...]


@dataclass(frozen=True)
class Screen:
    """What the room sees; nothing in it that not everybody may know."""

    revision: int
    now: Card | None
    upcoming: tuple[Card, ...]
    ranked: tuple[Card, ...]
    open: int
    answered: int
    state: BoardState


def desk(session: Session, house: House, filters: Filters, me: Actor) -> Desk:
    """Return the desk as a moderator sees it."""
    table = Table(session, house)
    shelf = Shelf(table)
    log = log_of(table, me)
    counts = Counter(TABS[row.status] for row in table.rows.values() if row.status in TABS)
    tab = filters.tab or _first_tab(table)
    ranked, found = table.ranked(), shelf.found(tab, filters)
    labels = {label for row in table.rows.values() for label in labels_of(row)}
    newest = next((line for line in log if line.undoable), None)
    return Desk(
        revision=table.revision,
        tab=tab,
        counts={tab: counts[tab] for tab in Tab},
        cards=shelf.cards(found[: filters.shown]),
        now=shelf.card(table.slot("now_id")),
        next=shelf.card(table.slot("next_id")),
        top=shelf.card(ranked[0] if ranked else None),
        switches=switches_of(table),
        message=_message(table.talk),
        log=log,
        undo=newest,
        labels=tuple(sorted(labels, key=str.casefold)),
        find=filters.find,
        filters=filters.more,
        me=me.name,
        slow=table.house.slow,
        shown=filters.shown,
        hidden=len(found[filters.shown :]),
        targets=shelf.targets(),
    )


def _first_tab(table: Table) -> Tab:
    """Return where there is most likely something to do."""
    waits = table.house.moderated or table.of(Status.WAITING)
    return Tab.INCOMING if waits else Tab.OPEN


def _message(talk: Talk | None) -> Message:
    return Message(talk.message, talk.message_at, talk.message_read_at) if talk else Message()


def queue(session: Session, house: House, typed: Mapping[int, str]) -> Queue:
    """Return what the speaker sees, which is what everybody may see and the chair's message.

    ``typed`` are the answers that could not be saved, by question.
    """
    table = Table(session, house)
    left = [row for row in table.ranked() if row.reason != SKIPPED]
    skipped = [row for row in table.ranked() if row.reason == SKIPPED]
    answered, now = table.of(Status.ANSWERED), table.slot("now_id")
    return Queue(
        revision=table.revision,
        now=card_for_speaker(now) if now else None,
        upcoming=_for_speaker(table.upcoming(UPCOMING), typed),
        open=len(table.of(Status.OPEN)),
        answered=len(answered),
        pace=_pace(table, answered),
        message=_message(table.talk),
        drives=bool(table.talk and table.talk.drives),
        unanswered=_for_speaker(_still_open(table, left), typed),
        answered_cards=_for_speaker(in_order(answered, Tab.ANSWERED), typed),
        skipped=_for_speaker(skipped, typed),
    )


def _for_speaker(rows: Iterable[Question], typed: Mapping[int, str]) -> tuple[DeskCard, ...]:
    return tuple(card_for_speaker(row, typed.get(row.id, "")) for row in rows)


def _still_open(table: Table, ranked: list[Question]) -> list[Question]:
    slots = [row for row in (table.slot("now_id"), table.slot("next_id")) if row]
    return [*slots, *ranked]


def _pace(table: Table, answered: list[Question]) -> int | None:
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
    table = Table(session, house)
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
        state=table.house.state,
    )
