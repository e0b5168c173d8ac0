"""What a desk reads of a talk's questions: one list, and of the others how many there are.

Only what is shown is read whole, for a desk is fetched at every change, and thousands may wait.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.order import IS_ANSWER
from companion.board.talk_state import TalkState
from companion.moderation.audit import logged
from companion.moderation.desk_filters import FOLDED, SHOWN, Filters, split_labels
from companion.moderation.snapshot import MOST_WANTED, BoardSnapshot, most_wanted, slots_of
from companion.store.models import ACTIVE, TABS, Mute, Question, Status, Tab

KNOWN = 300
STATUSES = {tab: status for status, tab in TABS.items()}
NEWEST = (Question.id.desc(),)
# First what waits longest, what is most wanted, or else what is newest; answers after questions.
ORDERS: Mapping[Tab, tuple[Any, ...]] = {
    Tab.INCOMING: (IS_ANSWER, Question.id),
    Tab.OPEN: (IS_ANSWER, *MOST_WANTED),
    Tab.ANSWERED: (sa.func.coalesce(Question.answered_at, Question.asked_at).desc(), *NEWEST),
}
LOOKED_AT = (
    Question.kind,
    Question.author,
    Question.labels,
    Question.answer,
    Question.text,
    Question.detail,
    Question.name,
    Question.prompt,
)


class DeskSnapshot(BoardSnapshot):
    """One list of a talk, whole questions as far as they are shown, and counts of the rest.

    ``found`` and ``folded`` are the ids of all that is looked for, in order, those of people who
    are muted apart. ``known`` is what others are compared with, the most wanted first.
    """

    def __init__(self, session: Session, talk: TalkState, filters: Filters) -> None:
        """Read what matches the filters."""
        self.session, self._talk_id = session, talk.row.id if talk.row else 0
        self.counts = self._count()
        self.tab = filters.tab or self._first_tab(talk)
        self.found, self.folded = self._look_for(filters)
        folds = max(filters.shown - len(self.found), filters.shown - SHOWN + FOLDED)
        self.shown, self.folds = self.found[: filters.shown], self.folded[:folds]
        super().__init__(session, talk, self._is_shown(talk))
        self.known = self._most_known()
        self.bursts = self._bursts()

    def listed(self, ids: Iterable[int]) -> list[Question]:
        """Return questions by their ids, but those that are gone meanwhile."""
        return [self.rows[id] for id in ids if id in self.rows]

    def labels(self) -> set[str]:
        """Return every label that a question has."""
        every = self._every(Question.labels).distinct().where(Question.labels != "")
        return {label for labels in self.session.scalars(every) for label in split_labels(labels)}

    def _every(self, *columns: Any) -> sa.Select[Any]:
        return sa.select(*columns).where(
            Question.talk_id == self._talk_id, Question.status != Status.WITHDRAWN
        )

    def _count(self) -> dict[Tab, int]:
        found = self._counted(Question.status)
        return {tab: found[STATUSES[tab]] for tab in Tab}

    def _first_tab(self, talk: TalkState) -> Tab:
        """Return where there is most likely something to do."""
        waits = talk.rules.moderated or self.counts[Tab.INCOMING]
        return Tab.INCOMING if waits else Tab.OPEN

    def _look_for(self, filters: Filters) -> tuple[list[int], list[int]]:
        """Return the ids of what is listed, and of what waits from people who are muted."""
        muted = sa.select(Mute.author).where(Mute.talk_id == self._talk_id)
        apart = Question.author.in_(muted) if self.tab is Tab.INCOMING else sa.false()
        more = () if filters.take_all else LOOKED_AT
        query = self._every(Question.id, apart.label("apart"), *more).where(
            Question.status == STATUSES[self.tab]
        )
        rows = self.session.execute(query.order_by(*ORDERS.get(self.tab, NEWEST))).all()
        found = rows if filters.take_all else [row for row in rows if filters.match(row)]
        listed = [row.id for row in found if not row.apart]
        return listed, [row.id for row in found if row.apart]

    def _is_shown(self, talk: TalkState) -> sa.ColumnElement[bool]:
        slots = slots_of(talk)
        first = most_wanted(self._talk_id, 1 + len(slots)).subquery()
        past = logged(self._talk_id).subquery()
        cards = [*self.shown, *self.folds, *slots]
        return sa.or_(
            Question.id.in_(cards),
            Question.merged_into.in_(cards),
            Question.id.in_(sa.select(first.c.id)),
            Question.id.in_(sa.select(past.c.question_id)),
        )

    def _most_known(self) -> list[Any]:
        wanted = self._every(Question.id, Question.text, Question.status).where(
            Question.status.in_(ACTIVE)
        )
        order = Question.status == Status.WAITING, Question.votes.desc(), Question.id
        return list(self.session.execute(wanted.order_by(*order).limit(KNOWN)).all())

    def _bursts(self) -> Counter[str]:
        """Return how much waits from each of those whose questions are here."""
        authors = {row.author for row in self.of(Status.WAITING) if row.author}
        waiting = Question.status == Status.WAITING, Question.author.in_(authors)
        return self._counted(Question.author, *waiting) if authors else Counter()

    def _counted(self, column: Any, *only: Any) -> Counter[Any]:
        """Return how many questions have what in one column."""
        query = self._every(column, sa.func.count()).where(*only).group_by(column)
        found: Counter[Any] = Counter()
        for value, count in self.session.execute(query):
            found[value] = count
        return found
