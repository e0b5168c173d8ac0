"""What those who run a talk can do, joined with its page, the clock, and the one writer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.rate_limits import RateLimits
from companion.board.service import BoardService
from companion.errors import NoBoardError, Refused, SignedOutError, UnavailableError
from companion.moderation import ending, organiser_sign_ins, role_links, sign_ins
from companion.moderation.browsers import Browser
from companion.moderation.context import ActionContext
from companion.moderation.hashed_secrets import hashed
from companion.moderation.role_links import LinkSigner, LinkVersion
from companion.moderation.roles import EVERY_TALK, Actor
from companion.moderation.sign_ins import NewSignIn
from companion.store.models import Role, Talk
from companion.store.writer import Change, Writer
from companion.talks import TalkPage

P = ParamSpec("P")
T = TypeVar("T")
ENTRANCE = "/enter#"


@dataclass(frozen=True)
class Done:
    """What came of an action, in words, and as whom it was done."""

    message: str
    actor: Actor


class ModerationService:
    """Every talk's desk, speaker view and big screen."""

    def __init__(
        self, boards: BoardService, keys: LinkSigner, writer: Writer, limits: RateLimits
    ) -> None:
        """Bring the parts together."""
        self.boards, self.keys = boards, keys
        self._write, self._limits = writer, limits

    @property
    def now(self) -> datetime:
        """Return the time."""
        return self.boards.clock()

    def actor(self, session: Session, cookie: str, talk: str, role: Role) -> Actor:
        """Return who asks, as the database has it now; raises SignedOutError."""
        found = sign_ins.actor(session, hashed(cookie), talk, role, self.now)
        if found is None:
            raise SignedOutError
        return found

    def do(
        self,
        page: TalkPage,
        cookie: str,
        role: Role,
        action: Callable[Concatenate[ActionContext, P], str],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Done:
        """Do something on a talk, for a role; raises SignedOutError, Refused or UnavailableError.

        The role is read in the transaction that does it.
        """
        loader = self.boards.loader(page)

        def work(change: Change) -> Done:
            actor = self.actor(change.session, cookie, page.slug, role)
            if sign_ins.is_due(actor, self.now):
                sign_ins.note_seen(change, cookie, self.now)
            context = ActionContext(change, loader.lock(change.session), actor)
            return Done(action(context, *args, **kwargs), actor)

        return self._write(work)

    def organise(self, cookie: str, work: Callable[[Change, Actor], T]) -> T:
        """Do something that is about no talk, for an organiser; raises as `do` does."""

        def as_organiser(change: Change) -> T:
            return work(change, self.actor(change.session, cookie, EVERY_TALK, Role.ORGANISER))

        return self._write(as_organiser)

    def settle(self, page: TalkPage) -> None:
        """Have a talk be as its end, or its going on, leaves it; raises UnavailableError."""
        loader = self.boards.loader(page)
        self._write(lambda change: ending.settle(change, loader.lock(change.session)))

    def settle_all(self, session: Session) -> None:
        """Do so for every talk that has ended with something Now or Next; raises as `settle`."""
        taken = sa.select(Talk).where(sa.or_(Talk.now_id.is_not(None), Talk.next_id.is_not(None)))
        found = [(self.boards.programme.listed(row.slug), row) for row in session.scalars(taken)]
        states = [self.boards.loader(page).with_row(row) for page, row in found if page]
        due = [state.page for state in states if ending.is_due(state)]
        session.rollback()  # what was read is about to be written by another connection
        for page in due:
            with suppress(NoBoardError):  # a rehearsal has ended meanwhile
                self.settle(page)

    def enter(
        self, token: str, name: str, cookie: str, browser: Browser, network: str
    ) -> NewSignIn:
        """Turn a link's secret into a sign-in; raises Refused or UnavailableError.

        Only what fails is counted: a whole room behind one network can be kept from guessing, but
        not from entering.
        """
        slugs = [page.slug for page in self.boards.programme.pages_with_links()]

        def work(change: Change) -> NewSignIn:
            sign_ins.forget_ended(change, self.now)
            sign_in = sign_ins.enter(
                change, self.keys, slugs, token[:100], cookie, browser, self.now
            )
            if name and not organiser_sign_ins.whose(change.session, hashed(sign_in.cookie)):
                sign_ins.set_name(change, sign_in.cookie, name)
            return sign_in

        try:
            return self._write(work)
        except Refused:
            self._limits.spend("enter", "", network)
            raise

    def opened_by(self, session: Session, token: str, network: str) -> LinkVersion | None:
        """Return what a link's secret opens; raises Refused after too many wrong ones."""
        slugs = [page.slug for page in self.boards.programme.pages_with_links()]
        found = sign_ins.opened_by(session, self.keys, slugs, token[:100], self.now)
        if found is None:
            self._limits.spend("enter", "", network)
        return found

    def leave(self, cookie: str) -> None:
        """End a sign-in."""
        self._write(lambda change: sign_ins.leave(change, cookie))

    def set_name(self, cookie: str, name: str) -> None:
        """Have the desks call somebody by a name."""
        self._write(lambda change: sign_ins.set_name(change, cookie, name))

    def note_seen(self, actor: Actor, cookie: str) -> None:
        """Note now and then that somebody is still there, unless nothing can be saved."""
        if sign_ins.is_due(actor, self.now) and not self._write.trouble:
            with suppress(UnavailableError):
                self._write(lambda change: sign_ins.note_seen(change, cookie, self.now))

    def rotate(self, talk: str, role: Role) -> None:
        """Have a role's link be another one, and all who came by the old one be out."""
        self._write(lambda change: role_links.rotate(change, talk, role))

    def invite(self) -> str:
        """Return the address, on this server, that makes one browser an organiser's, once."""
        return ENTRANCE + self._write(lambda change: sign_ins.invite(change, self.now))

    def links(self, session: Session, slug: str) -> dict[str, str]:
        """Return the addresses, on this server, of a talk's views, each role's with its secret."""
        return {
            "attendee": f"/talks/{slug}",
            "speaker": self._entrance(role_links.link_to(session, slug, Role.SPEAKER)),
            "moderator": self._entrance(role_links.link_to(session, slug, Role.MODERATOR)),
            "present": f"/talks/{slug}/present",
        }

    def _entrance(self, link: LinkVersion) -> str:
        return ENTRANCE + self.keys.token(link)

    def talk_of(self, code: str) -> TalkPage | None:
        """Return the talk that a short code leads to."""
        meant = role_links.read_code(code)
        pages = [page for page in self.boards.programme.pages_with_links() if page.board]
        return next((page for page in pages if self.keys.code(page.slug) == meant), None)
