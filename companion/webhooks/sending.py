"""Sending: what is due goes out, is tried again when it fails, and is written down either way."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.rules import BoardState
from companion.board.service import BoardService
from companion.board.talk_state import TalkState
from companion.network.fetching import UnreachableError, fetch
from companion.store import deliveries
from companion.store.deliveries import CLOSED, Due
from companion.store.models import Delivery, Webhook
from companion.store.writer import Change, Writer
from companion.webhooks import registry
from companion.webhooks.messages import TEST, Messages, written
from companion.webhooks.signing import WebhookSigner

RECENT = timedelta(days=1)  # what closed before that is told to nobody any more
FOR_GOOD = 410  # a receiver's word for: never again
_log = logging.getLogger(__name__)


class Post(Protocol):
    """Sends a message; returns the status of the answer; raises UnreachableError."""

    def __call__(
        self, url: str, headers: Mapping[str, str], body: str, *, public_only: bool
    ) -> int:
        """Send it; where it is ``public_only``, not to this machine or the network it is in."""


def post(url: str, headers: Mapping[str, str], body: str, *, public_only: bool) -> int:
    """Send a message as `Post` has it."""
    return fetch(url, headers, body, public_only=public_only).status


def is_heard(result: str) -> bool:
    """Whether what came of an attempt says that the message was taken."""
    return result.startswith("2") and result.isdecimal()


class Sender:
    """Tells webhooks what they are to be told."""

    def __init__(
        self,
        boards: BoardService,
        writer: Writer,
        signer: WebhookSigner,
        messages: Messages,
        post: Post = post,
    ) -> None:
        """Bring the parts together; ``post`` sends, and gives up after some seconds."""
        self.signer = signer
        self._boards, self._write, self._messages, self._post = boards, writer, messages, post

    def due(self, session: Session) -> list[int]:
        """Return the webhooks that are to be told something by now."""
        self._notice_closed(session)
        found = deliveries.due_webhooks(session, self._boards.clock())
        session.rollback()  # a connection is not to be kept while nothing is read
        return found

    def send_to(self, session: Session, number: int) -> None:
        """Tell one webhook what is due, until nothing is, or something fails.

        Each is claimed before it is sent: whoever dies meanwhile leaves it to be sent again.
        """
        while due := self._write(lambda change: deliveries.claim(change, number, self._now())):
            if not self._send(session, number, due):
                return

    def test(self, session: Session, number: int) -> str:
        """Send a message that says nothing; return what it was answered, a status or why not.

        Raises Refused where there is no such webhook.
        """
        webhook = registry.find(session, number)
        session.expunge(webhook)
        session.rollback()  # no connection waits for somebody else's server
        message_id = f"msg_test_{int(self._now().timestamp())}"
        return self._answer_to(webhook, message_id, written(TEST, self._now(), {}))

    def _now(self) -> datetime:
        return self._boards.clock()

    def _send(self, session: Session, number: int, due: Due) -> bool:
        webhook = session.get(Webhook, number)
        if webhook is None:
            return False
        result = self._try(session, webhook, due)
        is_delivered = is_heard(result)
        if not is_delivered:
            _log.warning("webhook %s: attempt %s came to %s", number, due.attempt, result)
        attempt = due.last() if result == str(FOR_GOOD) else due
        self._write(partial(_note, attempt, result, self._now(), delivered=is_delivered))
        return is_delivered

    def _try(self, session: Session, webhook: Webhook, due: Due) -> str:
        """Return what came of an attempt; whatever goes wrong, it is one that has failed."""
        number = webhook.id
        try:
            page = self._boards.programme.find(due.talk)
            talk = self._boards.talk(session, page) if page else None
            body = self._messages.about(session, due, talk)
            session.expunge(webhook)
            session.rollback()  # no connection waits for somebody else's server
            return self._answer_to(webhook, due.message_id, body)
        except Exception as error:  # an attempt all the same, or it would be tried for ever
            session.rollback()
            _log.exception("webhook %s: attempt %s failed here", number, due.attempt)
            return type(error).__name__

    def _answer_to(self, webhook: Webhook, message_id: str, body: bytes) -> str:
        headers = {"Content-Type": "application/json", "User-Agent": "Companion"}
        headers |= self.signer.headers(webhook, message_id, body, self._now())
        try:
            public_only = bool(webhook.made_by)
            return str(self._post(webhook.url, headers, body.decode(), public_only=public_only))
        except UnreachableError as error:
            return str(error)

    def _notice_closed(self, session: Session) -> None:
        """Note which boards take nothing any more: time alone closes most, and says so nobody."""
        wanted = [hook for hook in _webhooks(session) if CLOSED in hook.events.split()]
        talks = self._closed(session) if wanted else []
        told = {
            _closings(hook, talk): (hook.id, talk.slug)
            for hook in wanted
            for talk in talks
            if talk.schedule.ends >= hook.made_at
        }
        ids = sa.select(Delivery.message_id).where(Delivery.message_id.in_(sum(told, ())))
        known = set(session.scalars(ids)) if told else set()
        session.rollback()
        for closings, (number, slug) in told.items():
            if known.isdisjoint(closings):
                self._write(partial(_queue_closed, number, closings[0], slug, self._now()))

    def _closed(self, session: Session) -> list[TalkState]:
        """Return the talks that are to come, or were of late, whose board was open and is not."""
        since = self._now() - RECENT
        pages = [
            page
            for page in self._boards.programme.pages()
            if page.board and page.board_state != BoardState.CLOSED and page.planned.ends > since
        ]
        states = self._boards.talks(session, pages)
        return [talk for talk in states if talk.rules.state is BoardState.CLOSED]


def _webhooks(session: Session) -> list[Webhook]:
    return list(session.scalars(sa.select(Webhook)))


def _closings(webhook: Webhook, talk: TalkState) -> tuple[str, ...]:
    """Return the id of the message that says that a talk has closed, and those that say it as well.

    Time closes it at an end that nobody has been told of, even where the desk had closed it before
    and opened it again; what the desk keeps closed, or closes after that end, is no news.
    """
    by_desk, by_time = (_closing(webhook, talk, reason) for reason in ("desk", "time"))
    is_desks = talk.row is not None and talk.row.board == BoardState.CLOSED
    return (by_desk, by_time) if is_desks else (by_time,)


def _closing(webhook: Webhook, talk: TalkState, reason: str) -> str:
    said = f"{webhook.id}:{talk.slug}:{talk.schedule.ends.isoformat()}:{reason}"
    return f"msg_{sha256(said.encode()).hexdigest()[:24]}"


def _queue_closed(webhook: int, message_id: str, slug: str, now: datetime, change: Change) -> None:
    if change.session.get(Webhook, webhook):
        deliveries.queue_once(change, webhook, message_id, slug, now)


def _note(due: Due, result: str, now: datetime, change: Change, *, delivered: bool) -> None:
    deliveries.note(change, due, result, now, delivered=delivered)
