"""What organisers do about their own accounts, and about who else is one."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.errors import Refused
from companion.messages import gettext
from companion.moderation import organiser_sign_ins, organisers, passkeys, sign_ins
from companion.moderation.browsers import Browser, with_mark
from companion.moderation.hashed_secrets import hashed
from companion.moderation.organiser_sign_ins import Place
from companion.moderation.passkeys import PASSKEY_REFUSED, Site
from companion.moderation.passwords import Passwords
from companion.moderation.roles import EVERY_TALK, Actor
from companion.moderation.service import ENTRANCE, ModerationService
from companion.store.accounts import Organiser, Passkey
from companion.store.engine import insert_once
from companion.store.models import Role
from companion.store.writer import Change, Writer

HAS_ONE = gettext("You have an account already. Reload the page.")
NO_ACCOUNT = gettext("Say first what you are called, so that there is an account.")
LAST_WAY = gettext(
    "You could not sign in without it. Choose a password or add another passkey first."
)
PASSKEYS_MAX = 10


class Accounts:
    """Every organiser's account; who asks is read in the transaction that does it."""

    def __init__(self, moderation: ModerationService, writer: Writer, passwords: Passwords) -> None:
        """Bring the parts together."""
        self._moderation, self._write, self._passwords = moderation, writer, passwords

    def whose(self, session: Session, cookie: str) -> Organiser | None:
        """Return whose account an organiser has signed in with; raises SignedOutError."""
        self._actor(session, cookie)
        return organiser_sign_ins.whose(session, hashed(cookie))

    def passkeys(self, session: Session, organiser: Organiser) -> list[Passkey]:
        """Return an organiser's passkeys, the oldest first."""
        theirs = sa.select(Passkey).filter_by(organiser=organiser.id)
        return list(session.scalars(theirs.order_by(Passkey.made_at, Passkey.id)))

    def places(self, session: Session, organiser: Organiser, cookie: str) -> list[Place]:
        """Return where an organiser is signed in."""
        since = self._moderation.now - sign_ins.IDLE
        return organiser_sign_ins.places(session, organiser.id, hashed(cookie), since)

    def unconfirmed(self, session: Session, cookie: str) -> list[Place]:
        """Return the sign-ins from new browsers that an organiser has said nothing of yet."""
        organiser = organiser_sign_ins.whose(session, hashed(cookie))
        if organiser is None:
            return []
        return organiser_sign_ins.unconfirmed(session, organiser.id, hashed(cookie))

    def is_unconfirmed(self, session: Session, cookie: str) -> bool:
        """Whether who asks has signed in from a new browser, and nobody has said anything of it."""
        return organiser_sign_ins.is_unconfirmed(session, hashed(cookie))

    def can_sign_in_again(self, session: Session, cookie: str) -> bool:
        """Whether an organiser has a password or a passkey."""
        organiser = organiser_sign_ins.whose(session, hashed(cookie))
        if organiser is None:
            return False
        return bool(organiser.password or self.passkeys(session, organiser))

    def claim(self, cookie: str, name: str, browser: Browser) -> str:
        """Make an account for who came by the server's own link; return the browser's marks."""

        def work(change: Change) -> str:
            if self.whose(change.session, cookie):
                raise Refused(HAS_ONE)
            now = self._moderation.now
            organiser = organisers.make(change.session, name, now)
            organiser_sign_ins.begin(
                change.session, organiser, hashed(cookie), browser, known=True, now=now
            )
            sign_ins.name_by_account(change, cookie, organiser)
            return self._marks(change, organiser, cookie, browser)

        return self._write(work)

    def choose_password(self, cookie: str, password: str, browser: Browser) -> str:
        """Have an account have this password from now on; return the browser's marks.

        One in place of another ends all other sign-ins: the old one may be known.
        """
        kept = self._passwords.hashed(password)

        def work(change: Change) -> str:
            organiser = self._owner(change, cookie)
            if organiser.password:
                organiser_sign_ins.end_others(change.session, organiser, hashed(cookie))
            organiser.password = kept
            return self._marks(change, organiser, cookie, browser)

        return self._write(work)

    def drop_password(self, cookie: str) -> None:
        """Have an account be opened by passkeys alone."""

        def work(change: Change) -> None:
            organiser = self._owner(change, cookie)
            if not self.passkeys(change.session, organiser):
                raise Refused(LAST_WAY)
            organiser.password = ""

        self._write(work)

    def challenge(self, session: Session, site: Site, organiser: Organiser) -> tuple[str, bytes]:
        """Return what asks a browser to make a passkey, and the challenge in it."""
        challenge = secrets.token_bytes(32)
        id, name = organiser.id, organiser.name
        have = [key.id for key in self.passkeys(session, organiser)]
        asked = self._passwords.apart(lambda: passkeys.to_make(site, id, name, have, challenge))
        return asked, challenge

    def add_passkey(
        self, cookie: str, site: Site, answer: str, challenge: bytes, asked: str, browser: Browser
    ) -> None:
        """Keep the passkey that a browser has made for who was ``asked``; raises Refused."""
        made = self._passwords.apart(lambda: passkeys.made(site, answer, challenge))

        def work(change: Change) -> None:
            organiser = self._owner(change, cookie)
            if organiser.id != asked:
                raise Refused(PASSKEY_REFUSED)
            if len(self.passkeys(change.session, organiser)) >= PASSKEYS_MAX:
                raise Refused(
                    gettext(
                        "An account has at most %(most)s passkeys. Remove one first.",
                        most=PASSKEYS_MAX,
                    )
                )
            now = self._moderation.now
            passkeys.spend(change.session, challenge, now)
            row = {"organiser": asked, "public_key": made.public_key, "uses": made.uses}
            said = {"browser": browser.words, "made_at": now}
            if not insert_once(change.session, Passkey, id=made.id, **row, **said):
                raise Refused(PASSKEY_REFUSED)

        self._write(work)

    def remove_passkey(self, cookie: str, id: str) -> None:
        """Have a passkey open nothing any more."""

        def work(change: Change) -> None:
            organiser = self._owner(change, cookie)
            theirs = [key.id for key in self.passkeys(change.session, organiser)]
            if theirs == [id] and not organiser.password:
                raise Refused(LAST_WAY)
            if id in theirs:
                change.session.execute(sa.delete(Passkey).filter_by(id=id))

        self._write(work)

    def end(self, cookie: str, number: int, browser: Browser) -> str:
        """End one of an organiser's sign-ins; return the marks of the browser they use."""

        def work(change: Change) -> str:
            organiser = self._owner(change, cookie)
            organiser_sign_ins.end(change.session, organiser, number, hashed(cookie))
            return self._marks(change, organiser, cookie, browser)

        return self._write(work)

    def end_others(self, cookie: str, browser: Browser) -> str:
        """End all of an organiser's sign-ins but this one; return the marks of its browser."""

        def work(change: Change) -> str:
            organiser = self._owner(change, cookie)
            organiser_sign_ins.end_others(change.session, organiser, hashed(cookie))
            return self._marks(change, organiser, cookie, browser)

        return self._write(work)

    def confirm(self, cookie: str, number: int) -> None:
        """Take it that a sign-in from a new browser was theirs."""

        def work(change: Change) -> None:
            organiser = self._owner(change, cookie)
            organiser_sign_ins.confirm(change.session, organiser.id, number, hashed(cookie))

        self._write(work)

    def invite(self, cookie: str, name: str) -> str:
        """Return the address, on this server, by which somebody becomes an organiser."""

        def work(change: Change) -> str:
            by = self._actor(change.session, cookie).name
            return organisers.invite(change.session, name, by, self._moderation.now)

        return ENTRANCE + self._write(work)

    def revoke(self, cookie: str, organiser: str) -> None:
        """Have the invitation of who never came open nothing."""

        def work(change: Change) -> None:
            self._actor(change.session, cookie)
            organisers.revoke(change.session, organiser)

        self._write(work)

    def invite_by_server(self, name: str) -> str:
        """Return the same address, for whoever runs the server; raises Refused."""
        now = self._moderation.now
        return ENTRANCE + self._write(
            lambda change: organisers.invite(change.session, name, "", now)
        )

    def reset(self, name: str) -> str:
        """Return the address by which somebody comes in again, as nothing else lets them now."""
        now = self._moderation.now
        return ENTRANCE + self._write(
            lambda change: organisers.reset(change.session, name, "", now)
        )

    def remove(self, name: str) -> str:
        """End an account; return its name."""
        return self._write(lambda change: organisers.remove(change.session, name))

    def _marks(self, change: Change, organiser: Organiser, cookie: str, browser: Browser) -> str:
        """Return what a browser keeps from now on; "" where its sign-in has just ended."""
        record = organiser_sign_ins.record_of(change.session, hashed(cookie))
        if record is None:
            return ""
        keys = self._moderation.keys
        return with_mark(browser, organiser_sign_ins.new_mark(keys, organiser, record))

    def _actor(self, session: Session, cookie: str) -> Actor:
        return self._moderation.actor(session, cookie, EVERY_TALK, Role.ORGANISER)

    def _owner(self, change: Change, cookie: str) -> Organiser:
        organiser = self.whose(change.session, cookie)
        if organiser is None:
            raise Refused(NO_ACCOUNT)
        return organiser
