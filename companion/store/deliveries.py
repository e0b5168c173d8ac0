"""What webhooks are to be told: written with the change itself, so that both are there, or none.

A row names what happened and where, and holds none of anybody's words: these are read when it is
sent, as everybody sees them by then.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.store.engine import insert_once
from companion.store.models import Delivery, Webhook
from companion.store.writer import Change
from companion.talks.rehearsal import is_rehearsal

ASKED, APPROVED, ANSWERED, CLOSED = EVENTS = ("asked", "approved", "answered", "closed")
LEASE = timedelta(minutes=1)  # until what was being sent when its worker died is sent again
# Between one attempt and the next: for a restart, a deployment, a night.
PAUSES = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3_600, 3 * 3_600, 12 * 3_600))
KEPT = timedelta(days=7)  # in the log, once it is done
_WANTED = sa.select(Webhook.id, Webhook.events)  # made once: every question asks for it


@dataclass(frozen=True)
class Due:
    """Something that one worker is to tell a webhook now; ``attempt`` counts from 1."""

    id: int
    message_id: str
    event: str
    talk: str
    question_id: int | None
    at: datetime
    attempt: int

    def last(self) -> Due:
        """Return it as the last attempt, after which it is not tried again."""
        return replace(self, attempt=len(PAUSES) + 1)


@dataclass(frozen=True)
class Standing:
    """What a webhook has not been told, so far as that is kept.

    ``waiting`` is to be sent, some of it after it ``failed``; ``oldest_at`` is since when. It
    ``is_failing`` where nothing was taken after what was not.
    """

    waiting: int
    failed: int
    given_up: int
    oldest_at: datetime | None
    is_failing: bool


def queue(session: Session, talk: str, happened: Iterable[tuple[str, int]], now: datetime) -> None:
    """Have every webhook that wants to know be told of events, each with its question.

    Nobody is told of a rehearsal.
    """
    events = list(happened)
    if not events or is_rehearsal(talk):
        return
    for webhook in session.connection().execute(_WANTED).all():
        wanted = webhook.events.split()
        session.add_all(
            Delivery(
                webhook_id=webhook.id,
                message_id=f"msg_{secrets.token_hex(12)}",
                event=event,
                talk=talk,
                question_id=question,
                at=now,
                due_at=now,
            )
            for event, question in events
            if event in wanted
        )


def queue_once(change: Change, webhook: int, message_id: str, talk: str, now: datetime) -> None:
    """Have a webhook be told, once, that a talk's board has closed."""
    insert_once(
        change.session,
        Delivery,
        webhook_id=webhook,
        message_id=message_id,
        event=CLOSED,
        talk=talk,
        at=now,
        due_at=now,
        attempts=0,
        delivered=False,
        result="",
    )


def due_webhooks(session: Session, now: datetime) -> list[int]:
    """Return the webhooks that are to be told something by now."""
    waiting = sa.select(Delivery.webhook_id).where(Delivery.done_at.is_(None))
    return list(session.scalars(waiting.where(Delivery.due_at <= now).distinct()))


def standing(connection: sa.Connection) -> dict[int, Standing]:
    """Return what each webhook has not been told; one that has been told all is not there."""
    was_taken, waits = Delivery.delivered.is_(True), Delivery.done_at.is_(None)
    was_tried = sa.and_(sa.not_(was_taken), Delivery.attempts > 0)
    count, newest = sa.func.count(), sa.func.coalesce(sa.func.max(Delivery.id).filter(was_taken), 0)
    query = sa.select(
        Delivery.webhook_id,
        count.filter(waits).label("waiting"),
        count.filter(waits, was_tried).label("failed"),
        count.filter(sa.not_(waits), sa.not_(was_taken)).label("given_up"),
        sa.func.min(Delivery.at).filter(waits).label("oldest_at"),
        (sa.func.max(Delivery.id).filter(was_tried) > newest).label("is_failing"),
    ).group_by(Delivery.webhook_id)
    return {
        row.webhook_id: Standing(
            row.waiting, row.failed, row.given_up, row.oldest_at, bool(row.is_failing)
        )
        for row in connection.execute(query)
        if row.waiting or row.given_up
    }


def claim(change: Change, webhook: int, now: datetime) -> Due | None:
    """Return what a webhook is to be told next, which nobody else takes up for a while."""
    wanted = (
        sa.select(Delivery)
        .where(Delivery.webhook_id == webhook, Delivery.done_at.is_(None), Delivery.due_at <= now)
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = change.session.scalar(wanted)
    if row is None:
        return None
    row.attempts, row.due_at = row.attempts + 1, now + LEASE
    return Due(row.id, row.message_id, row.event, row.talk, row.question_id, row.at, row.attempts)


def note(change: Change, due: Due, result: str, now: datetime, *, delivered: bool) -> None:
    """Write down what came of an attempt; what failed is tried again, until that is too often."""
    row = change.session.get(Delivery, due.id)
    if row is None:  # the webhook has been removed
        return
    row.result, row.delivered = result[:60], delivered
    if delivered or due.attempt > len(PAUSES):
        row.done_at = now
    else:
        row.due_at = now + PAUSES[due.attempt - 1]


def try_again(change: Change, webhook: int, now: datetime, delivery: int | None = None) -> int:
    """Have what a webhook did not take be sent anew, or one such thing; return how many are.

    What was given up is tried as often as what has just happened.
    """
    failed = sa.update(Delivery).where(
        Delivery.webhook_id == webhook, Delivery.attempts > 0, Delivery.delivered.is_(False)
    )
    if delivery is not None:
        failed = failed.where(Delivery.id == delivery)
    tried = sa.case((Delivery.done_at.is_(None), Delivery.attempts), else_=0)
    anew = failed.values(attempts=tried, done_at=None, due_at=now).returning(Delivery.id)
    return len(change.session.scalars(anew).all())


def forget_old(change: Change, now: datetime, is_recent: Callable[[str], bool]) -> None:
    """Delete from the log what has been done for long.

    That a board has closed is kept for a talk that ``is_recent`` or still to come: it is what shows
    that this has been told.
    """
    is_old = Delivery.done_at < now - KEPT
    closed = sa.select(Delivery.talk).where(is_old, Delivery.event == CLOSED).distinct()
    kept = [slug for slug in change.session.scalars(closed) if is_recent(slug)]
    is_needed = sa.and_(Delivery.event == CLOSED, Delivery.talk.in_(kept))
    change.session.execute(sa.delete(Delivery).where(is_old, sa.not_(is_needed)))
