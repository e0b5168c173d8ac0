"""What browsers report that a page tried against its policy: a line each in the log, not many."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from companion.board.rate_limits import RateLimits
from companion.errors import Refused

bp = Blueprint("violations", __name__)
AT_ONCE = 5
DIRECTIVE = re.compile(r"[a-z-]{1,40}")
SOURCE = re.compile(r"[a-z-]{1,20}|[a-z][a-z0-9+.-]{0,20}://[a-z0-9.:\[\]-]{0,200}")
# What they are called in reports as they are sent now, and as `report-uri` has them.
NAMES = {
    "directive": ("effectiveDirective", "effective-directive", "violated-directive"),
    "blocked": ("blockedURL", "blocked-uri"),
    "page": ("documentURL", "document-uri"),
}
_log = logging.getLogger(__name__)


@bp.post("/csp")
def take() -> ResponseReturnValue:
    """Note what a browser reports; nothing is said back."""
    limits: RateLimits = current_app.extensions["violations"]
    reports = list(_reports(request.get_json(force=True, silent=True)))[:AT_ONCE]
    for report in reports:
        try:
            limits.spend("report", "", "")
        except Refused as refusal:
            return "", 429, {"Retry-After": str(refusal.retry_after)}
        found = {what: _text(report, *names) for what, names in NAMES.items()}
        directive = _shaped(DIRECTIVE, found["directive"].partition(" ")[0])
        blocked = _shaped(SOURCE, _source(found["blocked"]))
        _log.warning("%s kept %s from %s", directive, _page(found["page"]), blocked)
    return "", 204


def _reports(sent: object) -> Iterator[dict[str, Any]]:
    for report in sent if isinstance(sent, list) else [sent]:
        if isinstance(report, dict):
            body = report.get("csp-report", report.get("body"))
            if isinstance(body, dict):
                yield body


def _text(report: dict[str, Any], *names: str) -> str:
    """Return the first of these that is there, as far as it can be meant."""
    values = [report[name] for name in names if isinstance(report.get(name), str)]
    return str(values[0])[:1_000] if values else ""


def _source(blocked: str) -> str:
    """Return where something came from, and no more of its address, which may hold anything."""
    try:
        parts = urlsplit(blocked)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else parts.path


def _shaped(shape: re.Pattern[str], text: str) -> str:
    return text if shape.fullmatch(text) else "something"


def _page(address: str) -> str:
    """Return what kind of page it was, by the name of its route."""
    try:
        path = urlsplit(address).path.removeprefix(request.script_root)
        adapter = current_app.create_url_adapter(request)
        return str(adapter.match(path, "GET")[0]) if adapter else ""
    except (HTTPException, ValueError):
        return "a page"
