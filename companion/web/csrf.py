"""Forms are taken from our own pages only."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask.typing import ResponseReturnValue

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask) -> None:
    """Refuse what other sites send."""
    app.before_request(_refuse_other_sites)


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
