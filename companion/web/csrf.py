"""Forms are taken from our own pages only."""

from __future__ import annotations

from flask import Flask, abort, request
from flask.typing import ResponseReturnValue

from companion.network.addresses import ASKED_FOR, Addresses

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask, addresses: Addresses) -> None:
    """Refuse what other sites send."""

    @app.before_request
    def refuse_other_sites() -> ResponseReturnValue | None:
        if request.method not in SAFE and not _is_from_here(addresses):
            abort(403, "This form was sent from another site. Open the talk's page and try again.")
        return None


def _is_from_here(addresses: Addresses) -> bool:
    """Whether the browser says that one of our own pages sent this; old ones say only Origin.

    A name that is made to lead here makes its pages same-origin, so the origin is looked at too.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in (None, "same-origin", "none"):
        return False
    if origin is None or (origin == "null" and site):  # a page that keeps its address to itself
        return True
    return addresses.are_ours(origin, request.environ.get(ASKED_FOR, ""))
