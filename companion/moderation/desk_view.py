"""What the desk shows of a talk at one revision, as one moderator sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from companion.board.polls import records
from companion.board.provisional import Held, held
from companion.board.talk_state import TalkState
from companion.moderation.audit import LogEntry, log_of
from companion.moderation.controls import Message, Switches, message_of, switches_of
from companion.moderation.desk_cards import CardBuilder, DeskCard
from companion.moderation.desk_filters import SHOWN, Filters
from companion.moderation.desk_polls import DeskPoll, desk_polls
from companion.moderation.desk_snapshot import DeskSnapshot
from companion.moderation.roles import Actor
from companion.store.models import Tab


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
    polls: tuple[DeskPoll, ...]

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
    snapshot = DeskSnapshot(session, talk, filters)
    builder, ranked = CardBuilder(snapshot), snapshot.ranked()
    log = log_of(snapshot, me)
    newest = next((line for line in log if line.undoable), None)
    return Desk(
        revision=talk.revision,
        tab=snapshot.tab,
        counts=snapshot.counts,
        cards=builder.cards(snapshot.listed(snapshot.shown)),
        folded=builder.cards(snapshot.listed(snapshot.folds)),
        muted=len(snapshot.folded),
        now=builder.card(snapshot.slot("now_id")),
        next=builder.card(snapshot.slot("next_id")),
        top=builder.card(ranked[0] if ranked else None),
        switches=switches_of(talk),
        message=message_of(talk),
        newcomers=held(session, talk.row.id) if talk.row else Held(),
        log=log,
        undo=newest,
        labels=tuple(sorted(snapshot.labels(), key=str.casefold)),
        find=filters.find,
        filters=filters.more,
        me=me.name,
        true_until=talk.rules.slow_until,
        shown=filters.shown,
        hidden=len(snapshot.found) - len(snapshot.shown),
        targets=builder.targets(),
        polls=desk_polls(talk, records(session, talk.row)),
    )
