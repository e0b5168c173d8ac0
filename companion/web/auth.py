"""Those who run a talk: their cookie, what they may, and what they are answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec
from urllib.parse import quote

from flask import Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.exceptions import Forbidden

from companion.errors import SignedOutError
from companion.languages import translated
from companion.messages import gettext
from companion.moderation.context import ActionContext
from companion.moderation.roles import EVERY_TALK, Actor
from companion.moderation.service import Done, ModerationService
from companion.store.engine import db
from companion.store.models import Role
from companion.talks import TalkPage
from companion.web.replies import wants_part

P = ParamSpec("P")
FLASH_SECONDS = 60
OUT = gettext(
    "This is for those who run the talk. Open the link that you were given once more; "
    "if it does not work, ask for the new one."
)


def moderation_service() -> ModerationService:
    """Return what the routes of those who run a talk call."""
    found: ModerationService = current_app.extensions["moderation"]
    return found


def role_cookie() -> str:
    """Return what the role cookie holds, "" when there is none."""
    return request.cookies.get(current_app.config["ROLE_COOKIE"], "")


def require_role(page: TalkPage | None, role: Role, *, background: bool = False) -> Actor:
    """Return who looks at a view, of all talks where no page is given; raises SignedOutError.

    What a page fetches in the ``background`` is no sign that somebody is there.
    """
    slug = page.slug if page else EVERY_TALK
    actor = moderation_service().actor(db.session(), role_cookie(), slug, role)
    if not background:
        moderation_service().note_seen(actor, role_cookie())
    return actor


def refuse_others() -> None:
    """Let organisers in, and nobody else, before anything is done that takes long."""
    require_role(None, Role.ORGANISER)


def has_role(page: TalkPage, role: Role) -> bool:
    """Whether whoever asks has come in as that, or as more."""
    try:
        require_role(page, role, background=True)
    except SignedOutError:
        return False
    return True


def runs_talk(page: TalkPage) -> bool:
    """Whether whoever asks has come in as one of those who run a talk."""
    return has_role(page, Role.SPEAKER)


def runs_talk_afresh(page: TalkPage) -> bool:
    """Do as `runs_talk`, and forget what was read: it is not what is shown next."""
    try:
        return runs_talk(page)
    finally:
        db.session.rollback()


def sees_rating(page: TalkPage, actor: Actor) -> bool:
    """Whether whoever asks has come in as the talk's speaker, or as an organiser.

    How a talk was rated is not the moderators', though they may do all else that a speaker may.
    """
    return actor.role is Role.SPEAKER or has_role(page, Role.ORGANISER)


def do(
    page: TalkPage,
    role: Role,
    action: Callable[Concatenate[ActionContext, P], str],
    *args: P.args,
    **kwargs: P.kwargs,
) -> Done:
    """Do something on a talk as whoever asks; raises as the service does."""
    try:
        return moderation_service().do(page, role_cookie(), role, action, *args, **kwargs)
    finally:
        db.session.rollback()  # what was read before is not what is shown next


def redirect_with(message: str, address: str) -> ResponseReturnValue:
    """Lead a form without scripts on to a page that shows a message.

    Not by Flask's flash(): that takes a session cookie, and any other tab may show the words.
    """
    if not message:
        return redirect(address, 303)
    path, hash, anchor = address.partition("#")
    joint = "&" if "?" in path else "?"
    signed = _signer().dumps(translated(message))
    return redirect(f"{path}{joint}flash={quote(signed)}{hash}{anchor}", 303)


def flashed() -> str:
    """Return what a form has led back here with, if the words are ours."""
    try:
        return str(_signer().loads(request.args.get("flash", ""), max_age=FLASH_SECONDS))
    except BadSignature:
        return ""


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="flash")


def signed_out(_error: SignedOutError) -> ResponseReturnValue:
    """Send whoever may not do that to the entrance."""
    page = current_app.handle_user_exception(Forbidden(OUT))
    response: Response = current_app.make_response(page)
    if wants_part():
        response.headers["HX-Redirect"] = url_for("sign_in.show")
    return response
