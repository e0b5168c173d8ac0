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
        _remember(response, _visitors().new(), ONE_YEAR)
    return response


def remember_person(response: Response, issuer: str, subject: str) -> None:
    """Give a browser whose person has signed in another cookie, in place of the one it had."""
    value = _visitors().person(issuer, subject)
    _remember(response, value, int(SIGNED_IN.total_seconds()))


def forget(response: Response) -> None:
    """Have a browser be somebody new."""
    _remember(response, _visitors().new(), ONE_YEAR)


def set_cookie(response: Response, name: str, value: str, seconds: int) -> None:
    """Give an attendee's browser a cookie that no script and no other site sees."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        secure=current_app.config["VISITOR_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _remember(response: Response, value: str, seconds: int) -> None:
    set_cookie(response, current_app.config["VISITOR_COOKIE"], value, seconds)


def _visitors() -> Visitors:
    visitors: Visitors = current_app.extensions["visitors"]
    return visitors
