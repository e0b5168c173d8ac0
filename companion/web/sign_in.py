"""The entrance: role links become sessions here, and short codes lead to their talks."""

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

from companion.errors import Refused
from companion.moderation.roles import ABSOLUTE, Entry
from companion.store.models import Role
from companion.store.writer import UnavailableError
from companion.web.auth import desks, role_cookie
from companion.web.board import in_words, reply_status

bp = Blueprint("entrance", __name__)
NO_SUCH_CODE = "No talk has this code. Look at the screen once more."
VIEWS = {Role.MODERATOR: "desk.show", Role.SPEAKER: "speaker.show"}


@bp.get("/enter")
def show() -> ResponseReturnValue:
    """Show where a link's secret is handed in: it is behind the #, so nobody else hears of it."""
    return render_template("pages/enter.html", problem="")


@bp.post("/enter")
def enter() -> ResponseReturnValue:
    """Turn a link's secret into a session, and go to the role's view."""
    form = request.form
    token = form.get("token", "") or form.get("link", "")[:1_000].rpartition("#")[2]
    try:
        name = form.get("name", "")[:200]
        entry = desks().enter(token.strip(), name, role_cookie(), _address())
    except (Refused, UnavailableError) as reason:
        html = render_template("pages/enter.html", problem=in_words(reason))
        return reply_status(make_response(html), reason)
    return _with_cookie(make_response(redirect(_view(entry), 303)), entry.cookie)


def _view(entry: Entry) -> str:
    if entry.role in VIEWS:
        return url_for(VIEWS[entry.role], slug=entry.talk)
    return url_for("organise.show")


def _with_cookie(response: Response, value: str) -> Response:
    response.set_cookie(
        current_app.config["ROLE_COOKIE"],
        value,
        max_age=int(ABSOLUTE.total_seconds()),
        secure=current_app.config["VISITOR_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


@bp.post("/leave")
def leave() -> ResponseReturnValue:
    """End the session of those who run talks, and leave alone who somebody is on the boards."""
    if role_cookie():
        desks().leave(role_cookie())
    response = redirect(url_for("pages.programme"), 303)
    response.delete_cookie(
        current_app.config["ROLE_COOKIE"],
        secure=current_app.config["VISITOR_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


@bp.get("/join")
def join_form() -> ResponseReturnValue:
    """Show where a code from the big screen is typed."""
    return render_template("pages/join.html", problem="", code="")


@bp.post("/join")
def join() -> ResponseReturnValue:
    """Lead to the talk whose code was typed."""
    return _lead(request.form.get("code", ""), 422)


@bp.get("/j/<code>")
def short(code: str) -> ResponseReturnValue:
    """Lead to the talk that a short address stands for."""
    return _lead(code, 404)


def _lead(code: str, status: int) -> ResponseReturnValue:
    problem = NO_SUCH_CODE
    try:
        page = desks().talk_of(code, _address())
        if page:
            return redirect(url_for("pages.talk", slug=page.slug), 303)
    except Refused as refusal:
        html = render_template("pages/join.html", problem=str(refusal), code=code[:12])
        return reply_status(make_response(html), refusal)
    return make_response(
        render_template("pages/join.html", problem=problem, code=code[:12]), status
    )


def _address() -> str:
    return request.remote_addr or ""
