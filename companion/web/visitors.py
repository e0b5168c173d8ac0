"""Who is asking, and whether the request comes from our own pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request
from flask.typing import ResponseReturnValue

from companion.board.visitors import Visitors

ONE_YEAR = 365 * 24 * 3600
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask, visitors: Visitors, *, secure: bool) -> None:
    """Refuse what other sites send, and let routes ask who the visitor is."""
    app.extensions["visitors"] = visitors
    app.config["VISITOR_SECURE"] = secure
    app.before_request(_refuse_other_sites)


def visitor() -> str | None:
    """Return the id in the visitor cookie, or None when there is none of ours."""
    return _visitors().read(request.cookies.get(current_app.config["VISITOR_COOKIE"]))


def welcome(response: Response) -> Response:
    """Give a browser without a cookie one, so that its socket has it; without a banner, for
    asking and voting need it."""
    if visitor() is None:
        response.set_cookie(
            current_app.config["VISITOR_COOKIE"],
            _visitors().new(),
            max_age=ONE_YEAR,
            secure=current_app.config["VISITOR_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


def _visitors() -> Visitors:
    visitors: Visitors = current_app.extensions["visitors"]
    return visitors


def _refuse_other_sites() -> ResponseReturnValue | None:
    if request.method not in SAFE and not _is_from_here():
        abort(403, "This form was sent from another site. Open the talk's page and try again.")
    return None


def _is_from_here() -> bool:
    """Whether the browser says that one of our own pages sent this; old ones say only Origin."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    try:
        return origin is None or urlsplit(origin).netloc == request.host
    except ValueError:
        return False
