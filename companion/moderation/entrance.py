"""How organisers come in by name: by a password or by a passkey."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass

from sqlalchemy.orm import Session

from companion.board.rate_limits import RateLimits
from companion.errors import Refused
from companion.messages import gettext
from companion.moderation import organiser_sign_ins, organisers, passkeys, sign_ins
from companion.moderation.browsers import Browser
from companion.moderation.passkeys import PASSKEY_REFUSED, Proof, Site
from companion.moderation.passwords import Passwords
from companion.moderation.service import ModerationService
from companion.moderation.sign_ins import NewSignIn
from companion.store.accounts import Organiser, Passkey
from companion.store.writer import Change, Writer

NO_MATCH = gettext(
    "This name and this password do not go together. Look whether both are as you chose them."
)


@dataclass(frozen=True)
class Comer:
    """Who wants to come in: the cookie of before, the browser, and the network it is in."""

    cookie: str
    browser: Browser
    network: str


class Entrance:
    """Signs organisers in, and slows down whoever guesses."""

    def __init__(
        self,
        moderation: ModerationService,
        writer: Writer,
        limits: RateLimits,
        passwords: Passwords,
    ) -> None:
        """Bring the parts together."""
        self._moderation, self._write, self._limits = moderation, writer, limits
        self._passwords = passwords
        self._one_try = threading.Lock()

    def by_password(self, session: Session, name: str, password: str, comer: Comer) -> NewSignIn:
        """Sign in by name and password; raises Refused or UnavailableError."""
        found = organisers.named(session, name)
        kept = found.password if found else ""
        is_known = found is not None and organiser_sign_ins.is_known(
            session, self._moderation.keys, found, comer.browser
        )
        session.rollback()  # what was read is about to be written by another connection
        counted = _counted(organisers.folded(name), comer, is_known=is_known)
        self._try_password(password, kept, counted)
        renewed = self._passwords.renewed(password, kept)

        def work(change: Change) -> NewSignIn:
            organiser = organisers.named(change.session, name)
            if organiser is None or organiser.password != kept:  # changed meanwhile
                raise Refused(NO_MATCH)
            organiser.password = renewed
            return self._sign_in(change, organiser, comer)

        return self._write(work)

    def _try_password(self, password: str, kept: str, counted: list[tuple[str, str]]) -> None:
        """Look first, try, and count a failure, all of it before the next one is let try."""
        with self._one_try:
            for action, who in counted:
                self._limits.refuse_past(action, "", who)
            if self._passwords.fits(password, kept):
                return
            for action, who in counted:
                self._limits.spend(action, "", who)
        raise Refused(NO_MATCH)

    def challenge(self, site: Site) -> tuple[str, bytes]:
        """Return what asks a browser for a passkey, and the challenge in it."""
        challenge = secrets.token_bytes(32)
        return self._passwords.apart(lambda: passkeys.to_use(site, challenge)), challenge

    def by_passkey(
        self, session: Session, site: Site, answer: str, challenge: bytes, comer: Comer
    ) -> NewSignIn:
        """Sign in by what a browser has answered to a challenge; raises as `by_password` does.

        As with links, failures are counted and slowed down, and nobody is kept out by them.
        """
        try:
            proof = self._proof(session, site, answer, challenge)
            return self._write(lambda change: self._use(change, proof, challenge, comer))
        except Refused:
            self._limits.spend("passkey", "", comer.network)
            raise

    def _proof(self, session: Session, site: Site, answer: str, challenge: bytes) -> Proof:
        """Return what an answer proves, if the passkey is one of ours and of whom it says."""
        id = self._passwords.apart(lambda: passkeys.named_in(answer))
        kept = session.get(Passkey, id)
        if kept is None:
            raise Refused(PASSKEY_REFUSED)
        owner, key, uses = kept.organiser, kept.public_key, kept.uses
        session.rollback()  # as above
        proof = self._passwords.apart(lambda: passkeys.used(site, answer, challenge, key, uses))
        if proof.organiser != owner:
            raise Refused(PASSKEY_REFUSED)
        return proof

    def _use(self, change: Change, proof: Proof, challenge: bytes, comer: Comer) -> NewSignIn:
        now = self._moderation.now
        passkeys.spend(change.session, challenge, now)
        passkey = change.session.get(Passkey, proof.id)
        organiser = change.session.get(Organiser, proof.organiser)
        if passkey is None or organiser is None:  # taken away meanwhile
            raise Refused(PASSKEY_REFUSED)
        passkey.uses, passkey.used_at = proof.uses, now
        return self._sign_in(change, organiser, comer)

    def _sign_in(self, change: Change, organiser: Organiser, comer: Comer) -> NewSignIn:
        keys, now = self._moderation.keys, self._moderation.now
        sign_ins.forget_ended(change, now)
        return sign_ins.sign_in(change, keys, organiser, comer.cookie, comer.browser, now)


def _counted(name: str, comer: Comer, *, is_known: bool) -> list[tuple[str, str]]:
    """Return what a failure counts against.

    That of a browser which the account has used counts by itself, so that strangers cannot keep
    anybody from signing in there.
    """
    if is_known:
        return [("password", f"known {name}")]
    return [("password", f"new {name}"), ("passwords", comer.network)]
