"""Those who run a talk: their cookie, what they may, and what they are answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec
from urllib.parse import quote

from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.exceptions import Forbidden

from companion.board.rules import House
from companion.errors import Refused
from companion.moderation.roles import Actor
from companion.moderation.service import Desks, SignedOutError
from companion.store.engine import db
from companion.store.models import Role
from companion.store.writer import Change, UnavailableError
from companion.talks import TalkPage
from companion.web.board import in_words, reply_status, wants_part

P = ParamSpec("P")
SAID_SECONDS = 60
OUT = (
    "This is for those who run the talk. Open the link that you were given once more; "
    "if it does not work, ask for the new one."
)


def desks() -> Desks:
    """Return every talk's desk."""
    found: Desks = current_app.extensions["desks"]
    return found


def role_cookie() -> str:
    """Return what the role cookie holds, "" when there is none."""
    return request.cookies.get(current_app.config["ROLE_COOKIE"], "")


def come_in(page: TalkPage, role: Role, *, by_itself: bool = False) -> Actor:
    """Return who looks at a view; raises SignedOutError.

    What a page fetches ``by_itself`` is no sign that somebody is there.
    """
    actor = desks().actor(db.session(), role_cookie(), page.slug, role)
    if not by_itself:
        desks().note_seen(db.session(), role_cookie())
    return actor


def do(
    page: TalkPage,
    role: Role,
    deed: Callable[Concatenate[Change, House, Actor, P], str],
    *args: P.args,
    **kwargs: P.kwargs,
) -> str:
    """Do something on a talk as whoever asks."""
    return desks().do(page, role_cookie(), role, deed, *args, **kwargs)


def answered(
    attempt: Callable[[], str],
    show: Callable[[str], Response],
    address: str,
    again: Callable[[str], Response] | None = None,
) -> ResponseReturnValue:
    """Try something and say what came of it: in place for htmx, else on the page at ``address``.

    A refusal is shown ``again``, where that is another way than ``show``.
    """
    try:
        said = attempt()
    except (Refused, UnavailableError) as reason:
        db.session.rollback()
        return reply_status((again or show)(in_words(reason)), reason)
    db.session.rollback()
    if wants_part():
        return show(said)
    joint = "&" if "?" in address else "?"
    return redirect(
        f"{address}{joint}said={quote(_signer().dumps(said))}" if said else address, 303
    )


def just_said() -> str:
    """Return what a form has led back here with, if the words are ours."""
    try:
        return str(_signer().loads(request.args.get("said", ""), max_age=SAID_SECONDS))
    except BadSignature:
        return ""


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="said")


def signed_out(_error: SignedOutError) -> ResponseReturnValue:
    """Send whoever may not do that to the entrance."""
    page = current_app.handle_user_exception(Forbidden(OUT))
    response: Response = current_app.make_response(page)
    if wants_part():
        response.headers["HX-Redirect"] = url_for("entrance.show")
    return response


def number(text: str | None, digits: int = 9) -> int:
    """Return the number that a field holds, 0 when it holds none of so many digits at most."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= digits else 0
