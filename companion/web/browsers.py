"""The browser that somebody comes with, and what it keeps once somebody has signed in."""

from __future__ import annotations

from flask import Response, current_app, request

from companion.moderation.browsers import Browser, in_words, read_marks
from companion.moderation.sign_ins import ABSOLUTE, NewSignIn
from companion.web.cookies import set_cookie

YEAR = 365 * 24 * 3600


def browser() -> Browser:
    """Return which browser asks."""
    words = in_words(request.headers.get("User-Agent", ""))
    return Browser(words, read_marks(request.cookies.get(_cookie(), "")))


def keep_sign_in(response: Response, sign_in: NewSignIn) -> None:
    """Have a browser be signed in, and be known from now on to the account that has used it."""
    role = str(current_app.config["ROLE_COOKIE"])
    set_cookie(response, role, sign_in.cookie, int(ABSOLUTE.total_seconds()))
    if sign_in.marks:
        keep_marks(response, sign_in.marks)


def keep_marks(response: Response, marks: str) -> None:
    """Have a browser be known to the accounts that have used it, for a year."""
    set_cookie(response, _cookie(), marks, YEAR)


def _cookie() -> str:
    return str(current_app.config["BROWSER_COOKIE"])
