"""What the desk shows of a talk at one revision, as one moderator sees it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from companion.board.provisional import Held, held
from companion.board.talk_state import TalkState
from companion.moderation.audit import LogEntry, log_of
from companion.moderation.controls import Message, Switches, message_of, switches_of
from companion.moderation.desk_cards import (
    FOLDED,
    SHOWN,
    CardBuilder,
    DeskCard,
    Filters,
    labels_of,
)
from companion.moderation.roles import Actor
from companion.moderation.snapshot import BoardSnapshot
from companion.store.models import TABS, Question, Status, Tab


@dataclass(frozen=True)
class Desk:
    """The desk as one moderator sees it.

    ``hidden`` is how many more match than the ``shown`` that there is room for. What waits from
    people who are muted is not among the ``cards``: of all these ``muted`` some are in ``folded``.
    ``true_until`` is when some of it is no longer so, though nobody does anything; None for never.
    """

    revision: int
    tab: Tab
    counts: dict[Tab, int]
    cards: tuple[DeskCard, ...]
    folded: tuple[DeskCard, ...]
    muted: int
    now: DeskCard | None
    next: DeskCard | None
    top: DeskCard | None
    switches: Switches
    message: Message
    newcomers: Held
    log: tuple[LogEntry, ...]
    undo: LogEntry | None
    labels: tuple[str, ...]
    find: str
    filters: dict[str, str]
    me: str
    true_until: datetime | None
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


def desk(session: Session, talk: TalkState, filters: Filters, me: Actor) -> Desk:
    """Return the desk as a moderator sees it."""
    snapshot = BoardSnapshot(session, talk)
    builder = CardBuilder(snapshot)
    log = log_of(snapshot, me)
    counts = Counter(TABS[row.status] for row in snapshot.rows.values() if row.status in TABS)
    tab = filters.tab or _first_tab(snapshot)
    ranked = snapshot.ranked()
    found, folded = _apart(snapshot, tab, builder.found(tab, filters))
    labels = {label for row in snapshot.rows.values() for label in labels_of(row)}
    folds = max(filters.shown - len(found), filters.shown - SHOWN + FOLDED)
    newest = next((line for line in log if line.undoable), None)
    return Desk(
        revision=talk.revision,
        tab=tab,
        counts={tab: counts[tab] for tab in Tab},
        cards=builder.cards(found[: filters.shown]),
        folded=builder.cards(folded[:folds]),
        muted=len(folded),
        now=builder.card(snapshot.slot("now_id")),
        next=builder.card(snapshot.slot("next_id")),
        top=builder.card(ranked[0] if ranked else None),
        switches=switches_of(talk),
        message=message_of(talk),
        newcomers=held(session, talk.row.id) if talk.row else Held(),
        log=log,
        undo=newest,
        labels=tuple(sorted(labels, key=str.casefold)),
        find=filters.find,
        filters=filters.more,
        me=me.name,
        true_until=talk.rules.slow_until,
        shown=filters.shown,
        hidden=len(found[filters.shown :]),
        targets=builder.targets(),
    )


def _apart(
    snapshot: BoardSnapshot, tab: Tab, rows: list[Question]
) -> tuple[list[Question], list[Question]]:
    """Return what is listed, and what waits from people who are muted."""
    muted = snapshot.muted if tab is Tab.INCOMING else frozenset()
    return [row for row in rows if row.id not in muted], [row for row in rows if row.id in muted]


def _first_tab(snapshot: BoardSnapshot) -> Tab:
    """Return where there is most likely something to do."""
    waits = snapshot.talk.rules.moderated or snapshot.of(Status.WAITING)
    return Tab.INCOMING if waits else Tab.OPEN
