"""Short codes, as the big screen shows them: each leads to its talk."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.messages import gettext
from companion.web.auth import moderation_service

bp = Blueprint("join", __name__)
NO_SUCH_CODE = gettext("No talk has this code. Look at the screen once more.")


@bp.get("/join")
def join_form() -> ResponseReturnValue:
    """Show where a code from the big screen is typed."""
    return render_template("pages/join.html", problem="", code="")


@bp.post("/join")
def join() -> ResponseReturnValue:
    """Lead to the talk whose code was typed."""
    return _lead(request.form.get("code", ""), 422)


@bp.get("/j", strict_slashes=False)
def start() -> ResponseReturnValue:
    """Lead whoever types only the beginning of a short address to where the code is typed."""
    return redirect(url_for("join.join_form"), 303)


@bp.get("/j/<code>")
def short(code: str) -> ResponseReturnValue:
    """Lead to the talk that a short address stands for."""
    return _lead(code, 404)


def _lead(code: str, status: int) -> ResponseReturnValue:
    page = moderation_service().talk_of(code)
    if page:
        return redirect(url_for("pages.talk", slug=page.slug), 303)
    html = render_template("pages/join.html", problem=NO_SUCH_CODE, code=code[:12])
    return make_response(html, status)
