"""Beginning a rehearsal, and ending it so that no row of it is left."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.events import TalkChanged
from companion.board.rehearsals import LiveRehearsals, Rehearsing, find, over
from companion.board.rows import count_public_change, find_talk_row
from companion.errors import Refused, UnavailableError
from companion.messages import gettext
from companion.moderation.roles import EVERY_TALK
from companion.moderation.sample_questions import Sample, add_samples
from companion.moderation.service import ModerationService
from companion.store.engine import insert_once
from companion.store.models import Rehearsal, Role, RoleGrant, RoleLink, SignIn, Talk
from companion.store.writer import Change, Writer
from companion.talks import TalkPage
from companion.talks.rehearsal import MARK, new_slug, rehearsed

LASTS = timedelta(hours=4)
ATTEMPTS = 2  # whoever was quicker has one that is found then, unless it was ended at once
STARTS_IN = (0, 5)  # minutes
# What the desk has set for the talk holds in its rehearsal; that its board is closed does not.
TAKEN_OVER = (
    *("approve_first", "requires_name", "requires_code"),
    *("ranked", "speaker_may_advance", "wall", "wall_pen", "rating", "pulse"),
)
ALREADY = gettext("This is a rehearsal already. Open the talk’s own page to begin another.")
NO_REHEARSAL = gettext("This is no rehearsal, so nothing was ended. Look at the address.")
WHEN = gettext("Choose whether it starts now or in 5 minutes.")
BySlug = type[RoleLink] | type[RoleGrant]
BY_SLUG: tuple[BySlug, ...] = (RoleLink, RoleGrant)


class Beginning(NamedTuple):
    """What is to be rehearsed: begun now, starting a little later, with some questions."""

    page: TalkPage
    now: datetime
    starts: datetime
    samples: Sequence[Sample]


class RehearsalService:
    """Begins rehearsals and ends them, for all workers: each knows them by the database."""

    def __init__(self, moderation: ModerationService, known: LiveRehearsals, write: Writer) -> None:
        """Bring the parts together."""
        self._moderation, self._known, self._write = moderation, known, write

    def begin(
        self, page: TalkPage, cookie: str, minutes: int, samples: Sequence[Sample] = ()
    ) -> str:
        """Rehearse a talk that starts in some minutes; return the slug of its board.

        A talk has one rehearsal at a time: whoever begins another one is led to it. Raises Refused,
        SignedOutError or UnavailableError.
        """
        if page.is_rehearsal:
            raise Refused(ALREADY)
        if minutes not in STARTS_IN:
            raise Refused(WHEN)

        def work(change: Change) -> str:
            self._refuse_others(change.session, cookie)
            now = self._now
            _forget(change, over(change.session, now))
            beginning = Beginning(page, now, now + timedelta(minutes=minutes), samples)
            return self._known_or_new(change, beginning)

        slug = self._write(work)
        self._known.forget()
        return slug

    def end(self, page: TalkPage, cookie: str) -> str:
        """End a rehearsal; return the slug of the talk that it was of; raises as `begin`."""

        def work(change: Change) -> str:
            self._refuse_others(change.session, cookie)
            of = sa.select(Rehearsal.talk).join(Talk).where(Talk.slug == page.slug)
            talk = change.session.scalar(of)
            if talk is None:
                raise Refused(NO_REHEARSAL)
            _forget(change, [page.slug])
            return talk

        talk = self._write(work)
        self._known.forget()
        return talk

    def find(self, session: Session, slug: str) -> Rehearsing | None:
        """Return the rehearsal of a talk, or of a slug of its own, if one goes on."""
        return find(session, slug, self._now)

    def sweep(self, session: Session) -> None:
        """End what has lasted its time, and delete what came in as one ended; raises as `begin`."""
        is_due = over(session, self._now) or _has_strays(session)
        session.rollback()  # what was read is about to be written by another connection
        if is_due:
            self._write(self._end_over)

    @property
    def _now(self) -> datetime:
        return self._moderation.now

    def _refuse_others(self, session: Session, cookie: str) -> None:
        self._moderation.actor(session, cookie, EVERY_TALK, Role.ORGANISER)

    def _end_over(self, change: Change) -> None:
        _forget(change, over(change.session, self._now))

    def _known_or_new(self, change: Change, one: Beginning) -> str:
        for _ in range(ATTEMPTS):
            known = find(change.session, one.page.slug, one.now)
            slug = known.slug if known else self._new(change, one)
            if slug:
                return slug
        raise UnavailableError

    def _new(self, change: Change, one: Beginning) -> str:
        """Begin one and return its slug, "" where another worker was quicker."""
        slug = new_slug(one.page.slug)
        if not _insert(change.session, slug, one):
            return ""
        if one.samples:
            boards = self._moderation.boards
            own = rehearsed(one.page, slug, one.starts, boards.programme.options)
            add_samples(change, boards.loader(own), one.samples)
        return slug


def _insert(session: Session, slug: str, one: Beginning) -> bool:
    """Make the rows of a board; return whether no other worker was quicker."""
    row = Talk(slug=slug, key=secrets.token_hex(32), revision=0, public_revision=0)
    _take_over(row, find_talk_row(session, one.page.slug))
    session.add(row)
    session.flush()
    hours = {"starts_at": one.starts, "ends_at": one.now + LASTS}
    if insert_once(session, Rehearsal, talk_id=row.id, talk=one.page.slug, **hours):
        return True
    session.delete(row)
    return False


def _take_over(row: Talk, real: Talk | None) -> None:
    for name in TAKEN_OVER if real else ():
        setattr(row, name, getattr(real, name))


def _forget(change: Change, slugs: Sequence[str]) -> None:
    """Delete boards with all that is on them, and all that was left by any; tell who looks at them.

    The talks go first: whoever writes on one has finished then, or finds nothing to write on.
    """
    session = change.session
    wanted = sa.select(Talk).where(Talk.slug.in_(slugs)).order_by(Talk.id).with_for_update()
    for row in session.scalars(wanted).all():
        change.announce(TalkChanged(*count_public_change(session, row)))
        session.delete(row)
    session.flush()
    _forget_strays(session)


def _forget_strays(session: Session) -> None:
    """Delete what names a rehearsal that is no more, and sign-ins that are good for nothing now.

    Somebody may come in by a link at the very moment at which it ends.
    """
    for table in BY_SLUG:
        session.execute(sa.delete(table).where(_is_stray(table)))
    useless = SignIn.token_hash.not_in(sa.select(RoleGrant.sign_in))
    session.execute(sa.delete(SignIn).where(useless))


def _has_strays(session: Session) -> bool:
    found = (sa.select(table.talk).where(_is_stray(table)).limit(1) for table in BY_SLUG)
    return any(session.scalar(one) is not None for one in found)


def _is_stray(table: BySlug) -> sa.ColumnElement[bool]:
    there = sa.select(Talk.slug).where(Talk.slug.contains(MARK))
    return sa.and_(table.talk.contains(MARK), table.talk.not_in(there))
