"""The rating of a talk: was it worth the time, was its depth right, and a line, once a person.

It is asked for from shortly before the end, so that people are still there, and for some days.
Who gave which is known to nobody, and what was given to the speaker and organisers alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import provisional, room_code, too_long
from companion.board.input import read_text
from companion.board.talk_state import LockedTalk, TalkState
from companion.board.visitors import pseudonym
from companion.errors import Refused
from companion.messages import gettext
from companion.store.models import HeldPerson, HeldState, Talk
from companion.store.rating import DEPTHS, LINE_MAX, WORTHS, Rating
from companion.store.writer import Change

BEFORE_THE_END, AFTERWARDS = timedelta(minutes=5), timedelta(days=7)
OFF = gettext("This talk is not rated, so nothing was saved. Write to its speaker instead.")
NOT_YET = gettext(
    "It is too early to rate this talk. Open its page again five minutes before the end."
)
OVER = gettext(
    "It is too late to rate this talk, so nothing was changed. Write to its speaker instead."
)
CHOOSE = gettext("Choose one of the answers, or write a line.")


@dataclass(frozen=True)
class Given:
    """What somebody has said of a talk so far; what they have not is 0 or ""."""

    worth: int = 0
    depth: int = 0
    line: str = ""

    @property
    def is_nothing(self) -> bool:
        """Whether they have said nothing."""
        return self == NOTHING


@dataclass(frozen=True)
class Wish:
    """What somebody wants to have said; None leaves it as it is."""

    worth: int | None = None
    depth: int | None = None
    line: str | None = None
    removes: bool = False


NOTHING = Given()


def opens_at(talk: TalkState) -> datetime:
    """Return when a talk can be rated first; that it runs over closes nothing again."""
    ends = min(talk.page.planned.ends, talk.schedule.ends)
    return max(talk.schedule.starts, ends - BEFORE_THE_END)


def closes_at(talk: TalkState) -> datetime:
    """Return when it can be rated no more: once nobody knows any longer who has."""
    closes, forgotten = talk.schedule.ends + AFTERWARDS, talk.row and talk.row.forgotten_at
    return min(closes, forgotten) if forgotten and forgotten > talk.schedule.ends else closes


def is_asked(talk: TalkState) -> bool:
    """Whether a talk is rated at all: one that does not take place is not."""
    return talk.rules.rating and talk.page.board and talk.page.takes_place


def is_open(talk: TalkState) -> bool:
    """Whether it can be rated now."""
    return is_asked(talk) and opens_at(talk) <= talk.now < closes_at(talk)


def begins(talk: TalkState) -> datetime | None:
    """Return when it can be rated, while that is still to come."""
    return opens_at(talk) if is_asked(talk) and talk.now < opens_at(talk) else None


def given(session: Session, row: Talk | None, visitor: str | None) -> Given:
    """Return what somebody has said of a talk."""
    if row is None or visitor is None:
        return NOTHING
    mine = sa.select(Rating.worth, Rating.depth, Rating.line)
    author = pseudonym(row.key, visitor)
    found = session.execute(mine.filter_by(talk_id=row.id, author=author)).one_or_none()
    return Given(found.worth or 0, found.depth or 0, found.line) if found else NOTHING


def read_wish(fields: Mapping[str, str]) -> Wish:
    """Return what a form says; raises Refused."""
    if fields.get("do") == "remove":
        return Wish(removes=True)
    typed = fields.get("line")
    line = None if typed is None else read_text(typed, LINE_MAX, too_long.line)
    wish = Wish(_choice(fields, "worth", WORTHS), _choice(fields, "depth", DEPTHS), line)
    if wish == Wish():
        raise Refused(CHOOSE)
    return wish


def _choice(fields: Mapping[str, str], name: str, most: int) -> int | None:
    chosen = fields.get(name)
    if chosen is None:
        return None
    if chosen not in map(str, range(1, most + 1)):
        raise Refused(CHOOSE)
    return int(chosen)


def give(
    change: Change,
    talk: LockedTalk,
    visitor: str,
    wish: Wish,
    *,
    over_budget: bool = False,
    runs_talk: bool = False,
) -> None:
    """Have somebody's rating be as wanted, once or many times over; raises Refused.

    Past the budget of new people it is kept, and counts once the desk has let them in.
    """
    session, author = change.session, pseudonym(talk.row.key, visitor)
    if wish.removes:
        forget(session, talk.row, author)
        return
    _refuse_unless_open(talk)
    room_code.refuse_outsiders(session, talk, author, runs_talk=runs_talk)
    if over_budget:
        provisional.hold_aloud(change, talk.row, author, talk.now)
    _set(session, talk, author, wish)


def _refuse_unless_open(talk: TalkState) -> None:
    if not is_asked(talk):
        raise Refused(OFF)
    if talk.now < opens_at(talk):
        raise Refused(NOT_YET)
    if talk.now >= closes_at(talk):
        raise Refused(OVER)


def _set(session: Session, talk: LockedTalk, author: str, wish: Wish) -> None:
    """Change what is wanted, and leave the rest; a rating that says nothing is none."""
    parts = {"worth": wish.worth, "depth": wish.depth, "line": wish.line}
    wanted = {name: value for name, value in parts.items() if value is not None}
    mine = sa.select(Rating).filter_by(talk_id=talk.row.id, author=author)
    found = session.scalars(mine.execution_options(populate_existing=True)).one_or_none()
    row = found or Rating(talk_id=talk.row.id, author=author, line="")
    for name, value in wanted.items():
        setattr(row, name, value)
    row.given_at = talk.now
    if row.worth or row.depth or row.line:
        session.add(row)
    elif found:
        session.delete(found)


def forget(session: Session, row: Talk, author: str) -> None:
    """Delete what somebody has said of a talk."""
    session.execute(sa.delete(Rating).filter_by(talk_id=row.id, author=author))


def keep_totals(session: Session, row: Talk) -> None:
    """Have nobody know whose a rating was, and delete lines and what never counted.

    The rows are written anew in no order, as the order in which they came may say whose they are.
    """
    here = Rating.talk_id == row.id
    session.execute(sa.delete(Rating).where(here, is_held()))
    kept = session.execute(
        sa.select(Rating.worth, Rating.depth).where(
            here, sa.or_(Rating.worth.is_not(None), Rating.depth.is_not(None))
        )
    ).all()
    session.execute(sa.delete(Rating).where(here))
    rows = [
        {"talk_id": row.id, "author": secrets.token_hex(16), "worth": worth, "depth": depth}
        for worth, depth in kept
    ]
    secrets.SystemRandom().shuffle(rows)
    if rows:
        session.execute(sa.insert(Rating), [each | {"line": ""} for each in rows])


def is_held() -> sa.Exists:
    """Return the condition that whoever rated is one whom the desk holds or excludes."""
    return sa.exists().where(
        HeldPerson.talk_id == Rating.talk_id,
        HeldPerson.author == Rating.author,
        HeldPerson.state != HeldState.LET_IN,
    )
