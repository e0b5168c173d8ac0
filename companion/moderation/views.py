"""What the desk, the speaker and the big screen see of a talk at one revision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from companion.board.cards import Card, stranger_card
from companion.board.rules import BoardState
from companion.board.talk_state import TalkState
from companion.moderation.answers import SKIPPED
from companion.moderation.audit import LogEntry, log_of
from companion.moderation.cards import (
    SHOWN,
    TABS,
    CardBuilder,
    DeskCard,
    Filters,
    Tab,
    card_for_speaker,
    in_order,
    labels_of,
)
from companion.moderation.controls import Switches, switches_of
from companion.moderation.roles import Actor
from companion.moderation.snapshot import BoardSnapshot
from companion.store.models import Question, Status, Talk
from companion.talks.schedule import Phase

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
    log: tuple[LogEntry, ...]
    undo: LogEntry | None
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
    speaker_may_advance: bool
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


def desk(session: Session, talk: TalkState, filters: Filters, me: Actor) -> Desk:
    """Return the desk as a moderator sees it."""
    snapshot = BoardSnapshot(session, talk)
    builder = CardBuilder(snapshot)
    log = log_of(snapshot, me)
    counts = Counter(TABS[row.status] for row in snapshot.rows.values() if row.status in TABS)
    tab = filters.tab or _first_tab(snapshot)
    ranked, found = snapshot.ranked(), builder.found(tab, filters)
    labels = {label for row in snapshot.rows.values() for label in labels_of(row)}
    newest = next((line for line in log if line.undoable), None)
    return Desk(
        revision=talk.revision,
        tab=tab,
        counts={tab: counts[tab] for tab in Tab},
        cards=builder.cards(found[: filters.shown]),
        now=builder.card(snapshot.slot("now_id")),
        next=builder.card(snapshot.slot("next_id")),
        top=builder.card(ranked[0] if ranked else None),
        switches=switches_of(talk),
        message=_message(talk.row),
        log=log,
        undo=newest,
        labels=tuple(sorted(labels, key=str.casefold)),
        find=filters.find,
        filters=filters.more,
        me=me.name,
        slow=talk.rules.slow,
        shown=filters.shown,
        hidden=len(found[filters.shown :]),
        targets=builder.targets(),
    )


def _first_tab(snapshot: BoardSnapshot) -> Tab:
    """Return where there is most likely something to do."""
    waits = snapshot.talk.rules.moderated or snapshot.of(Status.WAITING)
    return Tab.INCOMING if waits else Tab.OPEN


def _message(row: Talk | None) -> Message:
    return Message(row.message, row.message_at, row.message_read_at) if row else Message()


def queue(session: Session, talk: TalkState, typed: Mapping[int, str]) -> Queue:
    """Return what the speaker sees, which is what everybody may see and the chair's message.

    ``typed`` are the answers that could not be saved, by question.
    """
    snapshot = BoardSnapshot(session, talk)
    left = [row for row in snapshot.ranked() if row.reason != SKIPPED]
    skipped = [row for row in snapshot.ranked() if row.reason == SKIPPED]
    answered, now = snapshot.of(Status.ANSWERED), snapshot.slot("now_id")
    return Queue(
        revision=talk.revision,
        now=card_for_speaker(now) if now else None,
        upcoming=_for_speaker(snapshot.upcoming(UPCOMING), typed),
        open=len(snapshot.of(Status.OPEN)),
        answered=len(answered),
        pace=_pace(snapshot, answered),
        message=_message(talk.row),
        speaker_may_advance=bool(talk.row and talk.row.speaker_may_advance),
        unanswered=_for_speaker(_still_open(snapshot, left), typed),
        answered_cards=_for_speaker(in_order(answered, Tab.ANSWERED), typed),
        skipped=_for_speaker(skipped, typed),
    )


def _for_speaker(rows: Iterable[Question], typed: Mapping[int, str]) -> tuple[DeskCard, ...]:
    return tuple(card_for_speaker(row, typed.get(row.id, "")) for row in rows)


def _still_open(snapshot: BoardSnapshot, ranked: list[Question]) -> list[Question]:
    slots = [row for row in (snapshot.slot("now_id"), snapshot.slot("next_id")) if row]
    return [*slots, *ranked]


def _pace(snapshot: BoardSnapshot, answered: list[Question]) -> int | None:
    """Return about how many more questions there is time for, None when nobody can know."""
    spans = [
        (row.answered_at - row.now_at).total_seconds()
        for row in answered
        if row.now_at and row.answered_at and row.answered_at > row.now_at
    ]
    talk = snapshot.talk
    if not spans or talk.phase not in (Phase.TALK, Phase.QA):
        return None
    left = (talk.schedule.ends - talk.now).total_seconds()
    return int(left // (sum(spans) / len(spans)))


def screen(session: Session, talk: TalkState) -> Screen:
    """Return what the room sees."""
    snapshot = BoardSnapshot(session, talk)
    row = talk.row
    ranked = snapshot.ranked() if row and row.ranked else []
    following = snapshot.upcoming(RANKED_UPCOMING) if ranked else [snapshot.slot("next_id")]
    now = snapshot.slot("now_id")
    return Screen(
        revision=talk.revision,
        now=stranger_card(now, row) if now and row else None,
        upcoming=_for_strangers(following, row),
        ranked=_for_strangers(ranked[:RANKED], row),
        open=len(snapshot.of(Status.OPEN)),
        answered=len(snapshot.of(Status.ANSWERED)),
        state=talk.rules.state,
    )


def _for_strangers(questions: Iterable[Question | None], row: Talk | None) -> tuple[Card, ...]:
    return tuple(stranger_card(question, row) for question in questions if question and row)
