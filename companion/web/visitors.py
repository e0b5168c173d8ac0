"""Who is asking: the cookie by which a browser is known on every board."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

from companion.board.visitors import SIGNED_IN, Visitors
from companion.web.cookies import set_cookie

ONE_YEAR = 365 * 24 * 3600
WHO = "companion.visitor"  # where a request's environment says who is asking


def init_app(app: Flask, visitors: Visitors) -> None:
    """Let routes ask who the visitor is."""
    app.extensions["visitors"] = visitors


def visitor() -> str | None:
    """Return the id in the visitor cookie, or None when there is none of ours; read once.

    In a frame on another site a browser may have a cookie for there alone, and no other.
    """
    if WHO not in request.environ:
        cookies = map(request.cookies.get, current_app.config["VISITOR_COOKIES"])
        request.environ[WHO] = _visitors().read(*cookies)
    found: str | None = request.environ[WHO]
    return found


def welcome(response: Response) -> Response:
    """Give a browser without a cookie one, so that its socket has it; without a banner, for
    asking and voting need it."""
    if visitor() is None:
        _remember(response, _visitors().new(), ONE_YEAR)
    return response


def welcome_framed(response: Response) -> Response:
    """Give a browser that shows us in a frame a cookie for there, if it has none of ours.

    Where a page is opened by itself, or without https, which frames' cookies need, it is the usual.
    """
    is_framed = request.headers.get("Sec-Fetch-Dest") != "document"
    if not (is_framed and current_app.config["COOKIES_SECURE"]):
        return welcome(response)
    if visitor() is None:
        name = current_app.config["FRAMED_COOKIE"]
        set_cookie(response, name, _visitors().new(), ONE_YEAR, in_frames=True)
    return response


def remember_person(response: Response, issuer: str, subject: str) -> None:
    """Give a browser whose person has signed in another cookie, in place of the one it had."""
    value = _visitors().person(issuer, subject)
    _remember(response, value, int(SIGNED_IN.total_seconds()))


def forget(response: Response) -> None:
    """Have a browser be somebody new."""
    _remember(response, _visitors().new(), ONE_YEAR)


def _remember(response: Response, value: str, seconds: int) -> None:
    set_cookie(response, current_app.config["VISITOR_COOKIE"], value, seconds)


def _visitors() -> Visitors:
    visitors: Visitors = current_app.extensions["visitors"]
    return visitors
