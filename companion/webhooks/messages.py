"""What a webhook is told: facts that everybody may know, and never who."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.talk_state import TalkState
from companion.exports import fields
from companion.exports.dataset import Part, Reader, part
from companion.store.deliveries import Due
from companion.store.models import Question, Status

TEST = "test"
Address = Callable[[str], str]


@dataclass(frozen=True)
class Messages:
    """Writes messages; ``address`` gives the full address of a path of ours."""

    address: Address
    rounded: bool

    def about(self, session: Session, due: Due, talk: TalkState | None) -> bytes:
        """Return a message, with its question as everybody sees it at this moment.

        One that waits, or is not to be seen any more, is told by its number and status alone.
        """
        said: dict[str, Any] = {"talk": self._talk(due.talk, talk)}
        if due.question_id is not None:
            said |= self._question(session, due.question_id, talk)
        return written(due.event, due.at, said)

    def _talk(self, slug: str, talk: TalkState | None) -> dict[str, str]:
        title = talk.page.title if talk else ""
        return {
            "slug": slug,
            "title": title,
            "url": self.address(f"/talks/{slug}"),
            "api": self.address(f"/api/v1/talks/{slug}"),
        }

    def _question(self, session: Session, number: int, talk: TalkState | None) -> dict[str, Any]:
        status = session.scalar(sa.select(Question.status).filter_by(id=number))
        shown = (
            part(session, talk, Reader(), Part(number - 1, 1), rounded=self.rounded) if talk else []
        )
        is_shown = bool(shown) and shown[0].number == number
        return {
            "number": number,
            "status": (status or Status.WITHDRAWN).value,
            "question": fields.row(shown[0], fields.BOARD_FIELDS) if is_shown else None,
        }


def written(event: str, at: datetime, said: dict[str, Any]) -> bytes:
    """Return a message's body."""
    moment = at.astimezone(UTC).replace(microsecond=0)
    message = {"type": event, "timestamp": moment, "data": said}
    return json.dumps(message, ensure_ascii=False, default=datetime.isoformat).encode()
