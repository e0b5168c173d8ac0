"""What passkeys need of HTTP: which site they are for, and the challenge that was sent."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass

from flask import Response, abort, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from companion.errors import Refused
from companion.messages import gettext
from companion.moderation.passkeys import CHALLENGE_SECONDS, Site, are_offered
from companion.network.addresses import ASKED_FOR, takes_passkeys
from companion.web.cookies import set_cookie

TOO_LATE = gettext("That took too long, or it was begun in another window. Try once more.")


@dataclass(frozen=True)
class Challenge:
    """What a browser was asked to sign; ``organiser`` is who a new passkey is for."""

    bytes: bytes
    organiser: str


def site() -> Site | None:
    """Return where passkeys are for under the origin that somebody comes by, None where for none.

    The browser says it with every form; of a page that it looks at, a proxy may hide it.
    """
    origins: tuple[str, ...] = current_app.config["ORIGINS"]
    said: tuple[str, str] = (
        request.headers.get("Origin", ""),
        request.environ.get(ASKED_FOR, ""),
    )
    origin = next((one for one in said if one in origins), origins[0])
    host = takes_passkeys(origin) if are_offered() else ""
    return Site(host, origin, current_app.config["SERIES"]) if host else None


def find_site() -> Site:
    """Return where passkeys are for, or answer 404."""
    return site() or abort(404, gettext("Passkeys cannot be used under this address."))


def with_challenge(options: str, challenge: bytes, organiser: str = "") -> Response:
    """Return what a browser is asked, and have it bring the challenge back, signed by us."""
    response = Response(options, content_type="application/json; charset=utf-8")
    said = {"challenge": b64encode(challenge).decode(), "organiser": organiser}
    set_cookie(response, _cookie(), _signer().dumps(said), CHALLENGE_SECONDS)
    return response


def read_challenge() -> Challenge:
    """Return the challenge that this browser was sent; raises Refused."""
    try:
        said = _signer().loads(request.cookies.get(_cookie(), ""), max_age=CHALLENGE_SECONDS)
    except BadSignature:
        raise Refused(TOO_LATE) from None
    return Challenge(b64decode(said["challenge"]), said["organiser"])


def _cookie() -> str:
    return str(current_app.config["CHALLENGE_COOKIE"])


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="challenge")
