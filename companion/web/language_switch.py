"""Where a reader switches to another language."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote, urlsplit

from flask import Blueprint, abort, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from companion.messages import gettext
from companion.web.coming_back import own_address
from companion.web.cookies import set_cookie

bp = Blueprint("language_switch", __name__)
YEAR = int(timedelta(days=365).total_seconds())


@bp.post("/language")
def switch() -> ResponseReturnValue:
    """Show the pages in a language from now on, and lead back to the one that was open."""
    wanted = request.form.get("language", "")
    if wanted not in current_app.config["LANGUAGES"]:
        abort(422, gettext("There are no pages in this language. Choose one that is offered."))
    response = make_response(redirect(_page_that_was_open(), 303))
    set_cookie(response, current_app.config["LANGUAGE_COOKIE"], wanted, YEAR)
    return response


def _page_that_was_open() -> str:
    """Return its address with what was looked for there, which a page kept for all cannot name."""
    named = unquote(request.form.get("back", ""))
    return own_address(_referrer()) or own_address(named) or url_for("pages.programme")


def _referrer() -> str:
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:
        return ""
    return unquote(came_from.path) + (f"?{came_from.query}" if came_from.query else "")
