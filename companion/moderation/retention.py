"""Forgetting: what is personal goes some time after a talk, and what everybody saw stays.

Two stages. First nobody's browser can be tied to what it did: the talk's key is destroyed, what
nobody was shown is deleted, and so is who did what on which browser. Later the names go.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import history, rating
from companion.board.arranging import forget_who
from companion.board.ballots import keep_totals
from companion.board.drawing import forget_drawers, forget_gone
from companion.board.events import BoardChanged
from companion.board.plural import plural
from companion.board.questions import GONE_WORDS, forget_words
from companion.board.rows import count_public_change
from companion.board.service import BoardService
from companion.board.talk_state import effective_schedule
from companion.moderation import sign_ins, tokens
from companion.store import deliveries
from companion.store.models import (
    PUBLIC,
    Action,
    Admission,
    HeldPerson,
    HeldVote,
    Question,
    Status,
    Talk,
    Vote,
)
from companion.store.rating import Rating
from companion.store.wall import WallChange, WallStroke
from companion.store.writer import Change, Writer
from companion.talks.rehearsal import MARK

UNSHOWN = (Status.WAITING, Status.DECLINED, Status.WITHDRAWN)  # to anybody but asker and desk
PUT_ASIDE = (Status.MERGED, Status.ARCHIVED)  # shown before, or not


@dataclass(frozen=True)
class Terms:
    """How many days after a talk each stage comes."""

    days: int
    names_days: int


@dataclass(frozen=True)
class Due:
    """What is to go of one talk."""

    slug: str
    visitors: bool
    texts: int
    names: int

    @property
    def words(self) -> str:
        """Return it as people say it."""
        parts = ["what ties browsers to it"] if self.visitors else []
        parts += [f"the words of {plural(self.texts, 'question')} nobody saw"] if self.texts else []
        parts += [plural(self.names, "name")] if self.names else []
        return f"{self.slug}: {', '.join(parts)}"


class Retention:
    """Looks for what is to be forgotten, and forgets it."""

    def __init__(self, boards: BoardService, writer: Writer, terms: Terms) -> None:
        """Bring the parts together."""
        self.terms = terms
        self._boards, self._write = boards, writer

    def due(self, session: Session, slug: str = "", terms: Terms | None = None) -> list[Due]:
        """Return what is to go of each talk, or of one; nothing of a talk that is not over.

        A rehearsal goes as a whole, when it ends.
        """
        rows = sa.select(Talk).where(sa.not_(Talk.slug.contains(MARK))).order_by(Talk.slug)
        found = session.scalars(rows.filter_by(slug=slug) if slug else rows).all()
        checked = []
        for row in found:
            time.sleep(0)  # others want to be served
            checked.append(self._due(session, row, terms or self.terms))
        return [due for due in checked if due.visitors or due.names]

    def purge(self, session: Session, slug: str = "", terms: Terms | None = None) -> list[Due]:
        """Forget it, a talk at a time; return what went; raises UnavailableError."""
        found = self.due(session, slug, terms)
        session.rollback()  # what was read is about to be written by another connection
        for due in found:
            self._write(partial(self._forget, due))
        if not slug:
            self._write(self._forget_ended)
        return found

    def _forget_ended(self, change: Change) -> None:
        """Forget what belongs to no talk: what nobody can sign in by any more, and old lines."""
        now = self._boards.clock()
        for forget in (sign_ins.forget_ended, tokens.forget_expired):
            forget(change, now)
        deliveries.forget_old(change, now, partial(self._is_recent, now - deliveries.KEPT))

    def _is_recent(self, since: datetime, slug: str) -> bool:
        page = self._boards.programme.find(slug)
        return page is not None and page.planned.ends > since

    def _due(self, session: Session, row: Talk, terms: Terms) -> Due:
        now, ended = self._boards.clock(), self._end(session, row)
        if ended is None or ended > now:
            return Due(row.slug, visitors=False, texts=0, names=0)
        since = max(ended, row.forgotten_at or ended)
        forget = since + timedelta(days=terms.days) <= now and _acted_since(session, row)
        unname = ended + timedelta(days=terms.names_days) <= now
        return Due(
            row.slug,
            visitors=forget,
            texts=len(_unshown(session, row)) if forget else 0,
            names=_names(session, row) if unname else 0,
        )

    def _end(self, session: Session, row: Talk) -> datetime | None:
        """Return when a talk ended: as its page says; without one, with the last thing done."""
        page = self._boards.programme.listed(row.slug)
        if page:
            return effective_schedule(page.planned, row).ends
        return max(_moments(session, row), default=None)

    def _forget(self, due: Due, change: Change) -> None:
        row = change.session.scalars(
            sa.select(Talk).filter_by(slug=due.slug).with_for_update()
        ).one()
        if due.visitors:
            forget_visitors(change.session, row, self._boards.clock())
        if due.names:
            forget_names(change.session, row)
        change.announce(BoardChanged(*count_public_change(change.session, row)))


def forget_visitors(session: Session, row: Talk, now: datetime) -> None:
    """Have no cookie mean anything on a talk, and delete what was never for everybody.

    Pseudonyms stay as they are, so that each still counts as one person; without the key by which
    they were made they lead nowhere.
    """
    row.key, row.forgotten_at = secrets.token_hex(32), now
    row.message, row.message_at, row.message_read_at = "", None, None
    keep_totals(session, row)
    rating.keep_totals(session, row)
    for question in _unshown(session, row):
        forget_words(session, question)
    of_talk = Question.talk_id == row.id
    session.execute(
        sa.update(Question).where(of_talk).values(original_text=None, original_detail=None)
    )
    for table in (Action, WallStroke):
        session.execute(sa.update(table).filter_by(talk_id=row.id).values(sign_in=""))
    asked = sa.select(Question.id).where(of_talk)
    session.execute(sa.delete(HeldVote).where(HeldVote.question_id.in_(asked)))
    for person in (HeldPerson, Admission):
        session.execute(sa.delete(person).where(person.talk_id == row.id))
    forget_who(session, row)
    forget_gone(session, row)
    history.forget_details(session, row.id)


def forget_names(session: Session, row: Talk) -> None:
    """Delete who asked and what attendees drew, and who did what at the desk and on the wall."""
    session.execute(sa.update(Question).filter_by(talk_id=row.id).values(name="", handled_by=""))
    session.execute(sa.update(Action).filter_by(talk_id=row.id).values(who=""))
    forget_who(session, row)
    forget_drawers(session, row)
    history.forget_details(session, row.id)


def _unshown(session: Session, row: Talk) -> list[Question]:
    """Return what attendees never saw, or see no more."""
    before = {now: history.statuses_before(session, [row.id], now) for now in PUT_ASIDE}
    kept = sa.select(Question).filter_by(talk_id=row.id).where(Question.text != GONE_WORDS)
    aside = session.scalars(kept.where(Question.status.in_((*UNSHOWN, *PUT_ASIDE))))
    return [
        question
        for question in aside
        if question.status in UNSHOWN or before[question.status].get(question.id) not in PUBLIC
    ]


def _names(session: Session, row: Talk) -> int:
    """Return how many rows have somebody's name."""
    named = sa.or_(Question.name != "", Question.handled_by != "")
    drawn = sa.or_(WallStroke.who != "", WallStroke.author != "")
    counts = (
        sa.select(sa.func.count()).where(Question.talk_id == row.id, named),
        sa.select(sa.func.count()).where(Action.talk_id == row.id, Action.who != ""),
        sa.select(sa.func.count()).where(WallStroke.talk_id == row.id, drawn),
    )
    return sum(session.scalar(count) or 0 for count in counts)


def _acted_since(session: Session, row: Talk) -> bool:
    """Whether anybody did anything since the talk was forgotten last."""
    forgotten = row.forgotten_at
    return any(forgotten is None or moment > forgotten for moment in _moments(session, row))


def _moments(session: Session, row: Talk) -> Iterator[datetime]:
    """Return when a question was asked last, a vote or rating given, and something done there.

    Whoever was only let in, or held, counts as well: that is forgotten too.
    """
    for last in (
        sa.select(sa.func.max(Question.asked_at)).filter_by(talk_id=row.id),
        sa.select(sa.func.max(Question.edited_at)).filter_by(talk_id=row.id),
        sa.select(sa.func.max(Action.at)).filter_by(talk_id=row.id),
        sa.select(sa.func.max(Admission.at)).filter_by(talk_id=row.id),
        sa.select(sa.func.max(HeldPerson.at)).filter_by(talk_id=row.id),
        sa.select(sa.func.max(WallChange.at)).filter_by(talk_id=row.id),
        sa.select(sa.func.max(WallStroke.at)).filter_by(talk_id=row.id),
        sa.select(sa.func.max(Rating.given_at)).filter_by(talk_id=row.id),
        sa.select(sa.func.max(Vote.voted_at)).join(Question).where(Question.talk_id == row.id),
    ):
        moment = session.scalar(last)
        if moment:
            yield moment
