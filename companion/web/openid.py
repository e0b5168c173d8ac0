"""Attendees' signing in and out, by the provider that was set; who they are there nobody keeps."""

from __future__ import annotations

import hmac
import logging
from dataclasses import asdict
from typing import TYPE_CHECKING, NoReturn

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    make_response,
    redirect,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from companion.board.rate_limits import RateLimits
from companion.board.visitors import is_person
from companion.errors import Refused
from companion.messages import gettext
from companion.network.addresses import ASKED_FOR
from companion.network.capacity import network_of
from companion.network.fetching import UnreachableError
from companion.settings import Settings
from companion.web.cookies import set_cookie
from companion.web.replies import absolute_url, board_service
from companion.web.visitors import forget, remember_person, visitor

if TYPE_CHECKING:
    from companion.network.openid import Attempt, Provider

bp = Blueprint("openid", __name__)
ATTEMPT_SECONDS = 600
AWAY = gettext(
    "The sign-in service does not answer. Try again in a minute; whoever is signed in already "
    "can go on."
)
STALE = gettext(
    "This sign-in was begun too long ago, or in another browser. Begin again on the talk's page."
)
NOT_BELIEVED = gettext(
    "The sign-in service did not say who you are. Begin again on the talk's page."
)
CANCELLED = gettext("You were not signed in. Go back to the talk's page to try again.")
_log = logging.getLogger(__name__)


def init_app(app: Flask, settings: Settings) -> None:
    """Let people sign in where there is a provider."""
    provider = _provider_of(settings)
    app.extensions["provider"] = provider
    app.jinja_env.globals.update(
        offers_sign_in=provider is not None,
        requires_sign_in=settings.oidc_required,
        is_signed_in=lambda: is_person(visitor()),
    )


def _provider_of(settings: Settings) -> Provider | None:
    if not settings.oidc_issuer:
        return None
    from companion.network.openid import Provider  # what it needs is not there without the extra

    return Provider(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)


@bp.get("/sign-in")
def begin() -> ResponseReturnValue:
    """Lead to the sign-in service, from the one address that it knows us by."""
    provider, talk = _provider(), _slug(request.args.get("talk", ""))
    public = current_app.config["ORIGIN"]
    if request.environ.get(ASKED_FOR, public) != public:
        return redirect(absolute_url("openid.begin", talk=talk or None), 303)
    try:
        address, attempt = provider.begin(absolute_url("openid.back"), talk)
    except UnreachableError as error:
        _give_up(error)
    response = make_response(redirect(address, 303))
    set_cookie(response, _cookie(), _signer().dumps(asdict(attempt)), ATTEMPT_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/sign-in/back")
def back() -> ResponseReturnValue:
    """Take whoever comes back from there, and give them a new cookie of ours."""
    provider, attempt = _provider(), _attempt()
    said = request.args
    if attempt and said.get("error"):
        abort(403, CANCELLED)
    state = said.get("state", "").encode()
    if attempt is None or not hmac.compare_digest(state, attempt.state.encode()):
        abort(403, STALE)
    if said.get("iss", provider.issuer) != provider.issuer or not said.get("code"):
        abort(403, NOT_BELIEVED)
    response = make_response(redirect(_page_of(attempt), 303))
    remember_person(response, provider.issuer, _subject(provider, attempt, said["code"]))
    set_cookie(response, _cookie(), "", 0)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Have this browser be nobody again; the sign-in service is not told."""
    slug = _slug(request.form.get("talk", ""))
    address = url_for("pages.talk", slug=slug) if slug else url_for("pages.programme")
    response = make_response(redirect(address, 303))
    if is_person(visitor()):
        forget(response)
    return response


def _subject(provider: Provider, attempt: Attempt, code: str) -> str:
    """Return who somebody is there; each failure counts, for each is a request of ours."""
    from companion.network.openid import NotBelievedError

    limits: RateLimits = current_app.extensions["limits"]
    who = ("sign_in", "", network_of(request.remote_addr or ""))
    try:
        limits.refuse_past(*who)
        return provider.subject(attempt, absolute_url("openid.back"), code[:2_000])
    except UnreachableError as error:
        _give_up(error)
    except NotBelievedError as error:
        _log.warning("a sign-in was not believed: %s", error)
        limits.spend(*who)
        abort(403, NOT_BELIEVED)
    except Refused as refusal:
        abort(429, refusal.message)


def _give_up(error: UnreachableError) -> NoReturn:
    _log.warning("the sign-in service cannot be used: %s", error)
    abort(503, AWAY)


def _provider() -> Provider:
    found: Provider | None = current_app.extensions["provider"]
    return found or abort(404)


def _slug(talk: str) -> str:
    """Return a talk's slug if there is one: nothing else is ever led to."""
    page = board_service().programme.find(talk[:100])
    return page.slug if page else ""


def _page_of(attempt: Attempt) -> str:
    slug = _slug(attempt.talk)
    return url_for("pages.talk", slug=slug, _anchor="board") if slug else url_for("pages.programme")


def _attempt() -> Attempt | None:
    """Return what this browser set out with, if that was not too long ago."""
    from companion.network.openid import Attempt

    try:
        found = _signer().loads(request.cookies.get(_cookie(), ""), max_age=ATTEMPT_SECONDS)
    except BadSignature:
        return None
    return Attempt(**found)


def _cookie() -> str:
    return str(current_app.config["ATTEMPT_COOKIE"])


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="attempt")
