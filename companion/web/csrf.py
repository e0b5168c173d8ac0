"""Forms are taken from our own pages only."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask.typing import ResponseReturnValue

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask, origins: Collection[str]) -> None:
    """Refuse what other sites send; ``origins`` are the addresses that people come by."""

    @app.before_request
    def refuse_other_sites() -> ResponseReturnValue | None:
        if request.method not in SAFE and not _is_from_here(origins):
            abort(403, "This form was sent from another site. Open the talk's page and try again.")
        return None


def _is_from_here(origins: Collection[str]) -> bool:
    """Whether the browser says that one of our own pages sent this; old ones say only Origin.

    What a proxy has made of Host does not matter where the address that people come by is known.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    try:
        return origin is None or origin in origins or urlsplit(origin).netloc == request.host
    except ValueError:
        return False
