"""The rehearsals that are going on, as the database has them for all workers alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.store.models import Rehearsal, Talk
from companion.talks import Programme, TalkPage
from companion.talks.rehearsal import MARK, rehearsed

KNOWN_SECONDS = 0.1  # for a page asks for its talk often; whoever is told of an end asks later


class Rehearsing(NamedTuple):
    """One rehearsal: its own slug, that of its talk, and when it starts and ends."""

    slug: str
    talk: str
    starts_at: datetime
    ends_at: datetime


Read = Callable[[Callable[[Session], list[Rehearsing]]], list[Rehearsing]]
_ALL = sa.select(Talk.slug, Rehearsal.talk, Rehearsal.starts_at, Rehearsal.ends_at).join(
    Talk, Talk.id == Rehearsal.talk_id
)


def going_on(session: Session, now: datetime) -> list[Rehearsing]:
    """Return all that have not ended, the earliest first."""
    wanted = _ALL.where(Rehearsal.ends_at > now).order_by(Rehearsal.starts_at, Talk.slug)
    return [Rehearsing(*row) for row in session.execute(wanted)]


def find(session: Session, slug: str, now: datetime) -> Rehearsing | None:
    """Return that of a talk, or of a slug of its own; None where there is none, or not any more."""
    return next((one for one in going_on(session, now) if slug in (one.talk, one.slug)), None)


def over(session: Session, now: datetime) -> list[str]:
    """Return the slugs of those that have ended and have boards still."""
    wanted = sa.select(Talk.slug).outerjoin(Rehearsal).where(Talk.slug.contains(MARK))
    ended = sa.or_(Rehearsal.ends_at.is_(None), Rehearsal.ends_at <= now)
    return list(session.scalars(wanted.where(ended)))


class LiveRehearsals:
    """Finds the pages of rehearsals."""

    def __init__(self, programme: Programme, clock: Callable[[], datetime], read: Read) -> None:
        """Look for them with ``read``, which lends a session apart from that of whoever asks."""
        self._programme, self._clock, self._read = programme, clock, read
        self._known: tuple[float, list[Rehearsing]] = (0.0, [])

    def find(self, slug: str) -> TalkPage | None:
        """Return the page of one, None where there is none or its talk's page has gone."""
        read_at, known = self._known
        if time.monotonic() - read_at > KNOWN_SECONDS or not _of(slug, known):
            known = self._look()
        found = _of(slug, known)
        return self._page(found) if found and found.ends_at > self._clock() else None

    def pages(self) -> list[TalkPage]:
        """Return the pages of all of them."""
        return [page for one in self._look() if (page := self._page(one))]

    def forget(self) -> None:
        """Look again when next asked: one of them has begun or ended."""
        self._known = (0.0, [])

    def _look(self) -> list[Rehearsing]:
        found = self._read(lambda session: going_on(session, self._clock()))
        self._known = (time.monotonic(), found)
        return found

    def _page(self, one: Rehearsing) -> TalkPage | None:
        page = self._programme.find(one.talk)
        if page is None:
            return None
        return rehearsed(page, one.slug, one.starts_at, self._programme.options)


def _of(slug: str, known: Iterable[Rehearsing]) -> Rehearsing | None:
    return next((one for one in known if one.slug == slug), None)
