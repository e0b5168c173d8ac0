"""The room code: whoever reads it from the big screen is in the room, and may ask and vote.

It is derived from the talk's key, so it stands in no row, no export and no log, and goes with it.
"""

from __future__ import annotations

import hmac
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.rate_limits import RateLimits
from companion.board.talk_state import TalkState
from companion.board.visitors import pseudonym
from companion.errors import Refused
from companion.messages import gettext
from companion.network.capacity import network_of
from companion.store.engine import insert_once
from companion.store.models import Admission, Talk
from companion.store.writer import Change

# Nothing that looks like something else, and no vowels, so that it is never a word.
ALPHABET = "23456789CDFHJKMNPQRTVWX"
LENGTH = 5
TYPED_MAX = 40
LOOKS_LIKE = str.maketrans("BSZG", "8526")
FIELD = "code"
NEEDED = gettext(
    "Only people in the room ask and vote here. Type the code from the screen in the room first."
)
MISSING = gettext("Type the code that stands on the screen in the room, beside “Room code”.")
WRONG = gettext("This is not the room code. Look at the screen once more, beside “Room code”.")
# Whoever has IPv6 has very many of its addresses, and often many of its usual networks.
SITE_PREFIX = 48


class CodeNeededError(Refused):
    """Somebody asks or votes who has not given the room code."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(NEEDED, field=FIELD)


def code_of(row: Talk) -> str:
    """Return a talk's room code."""
    digest = hmac.digest(row.key.encode(), f"room code:{row.code_number}".encode(), "sha256")
    number = int.from_bytes(digest, "big")
    return "".join(ALPHABET[number // len(ALPHABET) ** at % len(ALPHABET)] for at in range(LENGTH))


def is_admitted(session: Session, row: Talk, author: str) -> bool:
    """Whether somebody has given the code on a talk; an earlier one is as good."""
    wanted = sa.select(sa.literal(1)).select_from(Admission)
    return session.scalar(wanted.filter_by(talk_id=row.id, author=author)) is not None


def refuse_outsiders(session: Session, talk: TalkState, author: str, *, runs_talk: bool) -> None:
    """Raise CodeNeededError where the code is needed and somebody has not given it."""
    if not talk.rules.requires_code or runs_talk or talk.row is None:
        return
    if not is_admitted(session, talk.row, author):
        raise CodeNeededError


def admit(change: Change, row: Talk, visitor: str, now: datetime, typed: str) -> None:
    """Remember that somebody has given the code; raises Refused when it is wrong."""
    if not _is_right(row, typed):
        raise Refused(WRONG, field=FIELD)
    author = pseudonym(row.key, visitor)
    insert_once(change.session, Admission, talk_id=row.id, author=author, at=now)


def refuse_guess(
    limits: RateLimits, talk: TalkState, visitor: str, address: str, typed: str
) -> None:
    """Raise Refused when a code is wrong, or where too many have been; only what is wrong counts.

    Past a limit even the right one is refused, or guessing would go on. A new code begins anew.
    """
    if not read(typed):
        raise Refused(MISSING, field=FIELD)
    if talk.row is None:
        return
    which = f"{talk.slug} {talk.row.code_number}"
    who = (("code", which, visitor), ("codes", which, network_of(address, SITE_PREFIX)))
    for one in who:
        limits.refuse_past(*one)
    if not _is_right(talk.row, typed):
        for one in who:
            limits.spend(*one)
        raise Refused(WRONG, field=FIELD)


def read(typed: str) -> str:
    """Return a code as it was meant: in capitals, without spaces, look-alikes told apart."""
    kept = "".join(char for char in typed[:TYPED_MAX].upper() if char.isalnum())
    return kept.translate(LOOKS_LIKE)


def _is_right(row: Talk, typed: str) -> bool:
    return hmac.compare_digest(read(typed).encode(), code_of(row).encode())
