"""Cookies: what they are called, and whom browsers send them to."""

from __future__ import annotations

from flask import Flask, Response, current_app

from companion.settings import Settings

# Each is in the table of docs/privacy.md.
NAMES = ("visitor", "framed", "role", "attempt", "browser", "challenge", "language")


def init_app(app: Flask, settings: Settings) -> None:
    """Name the cookies as browsers hold to it; below a path they are for that path alone."""
    for name in NAMES:
        app.config[f"{name.upper()}_COOKIE"] = f"{settings.cookie_prefix}{name}"
    app.config["VISITOR_COOKIES"] = [app.config[f"{name}_COOKIE"] for name in ("VISITOR", "FRAMED")]
    app.config.update(COOKIES_SECURE=settings.secure, COOKIES_PATH=settings.path or "/")


def set_cookie(
    response: Response, name: str, value: str, seconds: int, *, in_frames: bool = False
) -> None:
    """Give a browser a cookie that no script and no other site sees; one of 0 seconds is gone.

    One for use ``in_frames`` goes along in those of the site that shows us now, and of no other.
    """
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=current_app.config["COOKIES_PATH"],
        secure=current_app.config["COOKIES_SECURE"],
        httponly=True,
        samesite="None" if in_frames else "Lax",
        partitioned=in_frames,
    )
