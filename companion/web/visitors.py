"""Who is asking: the cookie by which a browser is known on every board."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

from companion.board.visitors import Visitors

ONE_YEAR = 365 * 24 * 3600


def init_app(app: Flask, visitors: Visitors, *, secure: bool) -> None:
    """Let routes ask who the visitor is."""
    app.extensions["visitors"] = visitors
    app.config["VISITOR_SECURE"] = secure


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
