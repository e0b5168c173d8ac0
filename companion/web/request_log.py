"""Each request's id, by which people can ask about it, and in JSON a log line for each.

The line has the route's name, never the address that was asked for: that may hold what somebody
wrote, or a secret.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from functools import partial
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request

from companion import logs

if TYPE_CHECKING:
    from companion.settings import Settings

REQUEST_ID = "X-Request-ID"
ASKED = "companion.request_id"  # in the environment: a blank request within shares all else
GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
UNSAID = ("health.healthz", "health.readyz")  # asked every few seconds, and there is /metrics
_log = logging.getLogger(__name__)


def init_app(app: Flask, settings: Settings) -> None:
    """Give each request an id; that of a proxy where there is one that we know."""
    app.before_request(partial(_begin, believe=settings.proxies > 0))
    app.after_request(_tell_id)
    if settings.log == logs.JSON:
        _log.setLevel(logging.INFO)
        app.after_request(_note)
    app.teardown_request(_end)
    # Flask's own line would repeat the address.
    app.log_exception = _note_failure  # type: ignore[method-assign]


def _begin(*, believe: bool) -> None:
    given = request.headers.get(REQUEST_ID, "") if believe else ""
    g.asked_at = time.perf_counter()
    found = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
    request.environ[ASKED] = found
    logs.request_id.set(found)


def _tell_id(response: Response) -> Response:
    response.headers[REQUEST_ID] = request.environ[ASKED]
    return response


def _note(response: Response) -> Response:
    if request.endpoint not in UNSAID:
        _log.info("answered", extra={"fields": _fields(response)})
    return response


def _fields(response: Response) -> dict[str, object]:
    return {
        "route": request.endpoint or "none",
        "method": request.method if request.endpoint else "other",
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.asked_at) * 1000, 1),
    }


def _note_failure(exc_info: object) -> None:
    route = request.endpoint or "none"
    _log.error("a request failed: %s", route, exc_info=exc_info)  # type: ignore[arg-type]


def _end(_error: BaseException | None) -> None:
    if ASKED in request.environ:
        logs.request_id.set("")
