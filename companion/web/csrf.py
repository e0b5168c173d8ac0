"""Forms are taken from our own pages only."""

from __future__ import annotations

from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue

from companion.messages import gettext
from companion.network.addresses import ASKED_FOR, Addresses

FROM_ELSEWHERE = gettext(
    "This form was sent from another site. Open the talk's page and try again."
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask, addresses: Addresses) -> None:
    """Refuse what other sites send."""

    @app.before_request
    def refuse_other_sites() -> ResponseReturnValue | None:
        if request.method not in SAFE and not _is_from_here(addresses):
            abort(403, FROM_ELSEWHERE)
        return None


def _is_from_here(addresses: Addresses) -> bool:
    """Whether the browser says that one of our own pages sent this; old ones say only Origin.

    A name that is made to lead here makes its pages same-origin, so the origin is looked at too.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in (None, "same-origin", "none"):
        return False
    if origin is None and site is None:  # no browser that has frames' cookies says so little
        return current_app.config["FRAMED_COOKIE"] not in request.cookies
    if origin in (None, "null"):  # a page that keeps its address to itself
        return site is not None
    return addresses.are_ours(origin, request.environ.get(ASKED_FOR, ""))
