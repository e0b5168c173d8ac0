"""Passkeys: what a browser is asked, and whether its answer is one, once.

The library is there with the extra alone, and takes its time to import.
"""

from __future__ import annotations

import logging
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec

from sqlalchemy.orm import Session

from companion.errors import Refused
from companion.messages import gettext
from companion.store.accounts import SpentChallenge
from companion.store.engine import insert_once

CHALLENGE_SECONDS = 300
ID_MAX, USES_MAX = 1_364, 2**31 - 1
ANSWER_MAX = 16_000
ID = re.compile(rf"[A-Za-z0-9_-]{{1,{ID_MAX}}}")
PASSKEY_REFUSED = gettext(
    "That passkey was not accepted here. Try once more, or sign in by your password or a link."
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Site:
    """Where passkeys are for: the host that browsers tie them to, and the one origin."""

    host: str
    origin: str
    name: str


@dataclass(frozen=True)
class NewPasskey:
    """A passkey that a browser has made."""

    id: str
    public_key: str
    uses: int


@dataclass(frozen=True)
class Proof:
    """Which passkey has signed, for which account, and how often it says it has."""

    id: str
    organiser: str
    uses: int


def are_offered() -> bool:
    """Whether the library is there."""
    return find_spec("webauthn") is not None


def to_make(site: Site, organiser: str, name: str, have: Sequence[str], challenge: bytes) -> str:
    """Return, as JSON, what asks a browser for a passkey; one that it has already is refused."""
    import webauthn
    from webauthn.helpers import structs

    wanted = structs.AuthenticatorSelectionCriteria(
        resident_key=structs.ResidentKeyRequirement.REQUIRED,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_name=name,
        user_id=organiser.encode(),
        challenge=challenge,
        timeout=CHALLENGE_SECONDS * 1_000,
        authenticator_selection=wanted,
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(_bytes(id)) for id in have],
    )
    return webauthn.options_to_json(options)


def to_use(site: Site, challenge: bytes) -> str:
    """Return, as JSON, what asks a browser for any passkey of this site."""
    import webauthn
    from webauthn.helpers import structs

    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=CHALLENGE_SECONDS * 1_000,
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def made(site: Site, answer: str, challenge: bytes) -> NewPasskey:
    """Return the passkey that a browser has made; raises Refused."""
    import webauthn

    with _believing():
        found = webauthn.verify_registration_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    id = _text(found.credential_id)
    if len(id) > ID_MAX:
        raise Refused(PASSKEY_REFUSED)
    return NewPasskey(id, _text(found.credential_public_key), min(found.sign_count, USES_MAX))


def named_in(answer: str) -> str:
    """Return which passkey an answer names; raises Refused."""
    from webauthn.helpers import parse_authentication_credential_json

    with _believing():
        id = parse_authentication_credential_json(_read(answer)).id
    if not ID.fullmatch(id):
        raise Refused(PASSKEY_REFUSED)
    return id


def used(site: Site, answer: str, challenge: bytes, public_key: str, uses: int) -> Proof:
    """Return what an answer proves, of the passkey that it names; raises Refused."""
    import webauthn
    from webauthn.helpers import parse_authentication_credential_json

    with _believing():
        said = parse_authentication_credential_json(_read(answer))
        found = webauthn.verify_authentication_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=_bytes(public_key),
            credential_current_sign_count=uses,
            require_user_verification=True,
        )
        organiser = (said.response.user_handle or b"").decode()
    return Proof(_text(found.credential_id), organiser, min(found.new_sign_count, USES_MAX))


def spend(session: Session, challenge: bytes, now: datetime) -> None:
    """Have a challenge be answered; raises Refused where it was before."""
    if not insert_once(session, SpentChallenge, challenge=challenge.hex(), at=now):
        raise Refused(PASSKEY_REFUSED)


def _read(answer: str) -> str:
    if len(answer) > ANSWER_MAX:
        raise Refused(PASSKEY_REFUSED)
    return answer


@contextmanager
def _believing() -> Iterator[None]:
    """Refuse whatever cannot be read or is not signed as it should be."""
    from cryptography.exceptions import InvalidSignature
    from webauthn.helpers.exceptions import WebAuthnException

    # The library lets through whatever its readers raise on what no browser sends.
    misread = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
    try:
        yield
    except (WebAuthnException, InvalidSignature, *misread) as error:
        _log.info("a passkey was not believed: %s", type(error).__name__)
        raise Refused(PASSKEY_REFUSED) from None


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(f"{text}===")
