"""Who is asking: the cookie by which a browser is known on every board."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

from companion.board.visitors import SIGNED_IN, Visitors

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
        _set(response, _visitors().new(), ONE_YEAR)
    return response


def remember_person(response: Response, issuer: str, subject: str) -> None:
    """Give a browser whose person has signed in another cookie, in place of the one it had."""
    _set(response, _visitors().person(issuer, subject), int(SIGNED_IN.total_seconds()))


def forget(response: Response) -> None:
    """Have a browser be somebody new."""
    _set(response, _visitors().new(), ONE_YEAR)


def _set(response: Response, value: str, seconds: int) -> None:
    response.set_cookie(
        current_app.config["VISITOR_COOKIE"],
        value,
        max_age=seconds,
        secure=current_app.config["VISITOR_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _visitors() -> Visitors:
    visitors: Visitors = current_app.extensions["visitors"]
    return visitors
