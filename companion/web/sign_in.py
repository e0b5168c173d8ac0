"""Signing in and out: a role link becomes a sign-in here."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from companion.languages import translated
from companion.messages import gettext
from companion.moderation.role_links import LinkVersion
from companion.moderation.sign_ins import NewSignIn
from companion.network.capacity import network_of
from companion.store.engine import db
from companion.store.models import Role
from companion.web.auth import moderation_service, role_cookie
from companion.web.browsers import browser, keep_sign_in
from companion.web.cookies import set_cookie
from companion.web.replies import NOT_DONE, board_service, in_words, with_status

bp = Blueprint("sign_in", __name__)
OPENS = {
    Role.MODERATOR: (gettext("moderator of «%(talk)s»", talk=""), gettext("moderator")),
    Role.SPEAKER: (gettext("speaker of «%(talk)s»", talk=""), gettext("speaker")),
    Role.ORGANISER: (gettext("organiser of «%(talk)s»", talk=""), gettext("organiser")),
}
VIEWS = {Role.MODERATOR: "desk.show", Role.SPEAKER: "speaker.show"}


@bp.get("/enter")
def show() -> ResponseReturnValue:
    """Show where a link's secret is handed in: it is behind the #, so nobody else hears of it."""
    return render_template("pages/enter.html", problem="", name="")


@bp.post("/enter/what")
def what() -> ResponseReturnValue:
    """Return in words what a link's secret opens, "" when it opens nothing; nobody is signed in."""
    token = request.form.get("token", "").strip()
    try:
        opened = moderation_service().opened_by(db.session(), token, _network())
    except NOT_DONE as reason:
        return with_status(make_response(""), reason)
    return Response(_in_words(opened), content_type="text/plain; charset=utf-8")


def _in_words(opened: LinkVersion | None) -> str:
    if opened is None:
        return ""
    page = board_service().programme.find(opened.talk)
    whole, alone = OPENS[opened.role]
    return str(translated(whole.about(talk=page.title) if page else alone))


@bp.post("/enter")
def enter() -> ResponseReturnValue:
    """Turn a link's secret into a sign-in, and go to the role's view."""
    form = request.form
    token = form.get("token", "") or form.get("link", "")[:1_000].rpartition("#")[2]
    name = form.get("name", "")[:200]
    try:
        sign_in = moderation_service().enter(
            token.strip(), name, role_cookie(), browser(), _network()
        )
    except NOT_DONE as reason:
        html = render_template("pages/enter.html", problem=in_words(reason), name=name)
        return with_status(make_response(html), reason)
    response = make_response(redirect(_view(sign_in), 303))
    keep_sign_in(response, sign_in)
    return response


def _view(sign_in: NewSignIn) -> str:
    if sign_in.role in VIEWS:
        return url_for(VIEWS[sign_in.role], slug=sign_in.talk)
    return url_for("organise.show")


@bp.post("/leave")
def leave() -> ResponseReturnValue:
    """End the sign-in of those who run talks, and leave alone who somebody is on the boards."""
    if role_cookie():
        moderation_service().leave(role_cookie())
    response = make_response(redirect(url_for("pages.programme"), 303))
    set_cookie(response, _cookie(), "", 0)
    return response


def _network() -> str:
    return network_of(request.remote_addr or "")


def _cookie() -> str:
    return str(current_app.config["ROLE_COOKIE"])
