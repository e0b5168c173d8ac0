"""Requests that another server might read otherwise than ours: none of them is answered.

A proxy and a server that differ on where a request ends answer one person with what another has
asked for. Gunicorn refuses most of what is ambiguous; this is what it leaves to its users.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gunicorn.http.errors import (
    InvalidHeader,
    InvalidHTTPVersion,
    InvalidRequestLine,
    UnsupportedTransferCoding,
)

KNOWN_VERSIONS = ((1, 0), (1, 1))
_ABSOLUTE = re.compile(r"https?://([^/?#]+)(?:[/?#].*)?", re.IGNORECASE)


def refuse_what_is_ambiguous(request: Any) -> None:
    """Raise gunicorn's own errors for what is, and let no request follow one that may end it."""
    _refuse_versions(request)
    _refuse_codings(request)
    _refuse_hosts(request)
    if any(_values(request, "UPGRADE")):
        _refuse_upgrades(request)
        # Where it is not agreed to, a proxy may pass on whatever comes next as if it were.
        request.force_close()
    if "close" in _listed(request, "CONNECTION"):
        request.force_close()


def _refuse_versions(request: Any) -> None:
    if request.version not in KNOWN_VERSIONS:
        raise InvalidHTTPVersion(request.version)


def _refuse_codings(request: Any) -> None:
    """Take chunks alone, named once: nothing else is decoded here."""
    codings = list(_values(request, "TRANSFER-ENCODING"))
    if codings and [coding.lower() for coding in codings] != ["chunked"]:
        raise UnsupportedTransferCoding(", ".join(codings))


def _refuse_hosts(request: Any) -> None:
    """Refuse who does not say for whom a request is, or says it twice and not the same."""
    host = next(_values(request, "HOST"), None)
    if host is None and request.version > (1, 0):
        raise InvalidHeader("HOST", req=request)
    if request.uri.startswith("/") or request.method == "CONNECT" or request.uri == "*":
        return
    named = _ABSOLUTE.fullmatch(request.uri)
    if named is None or named[1].lower() != (host or named[1]).lower():
        raise InvalidRequestLine(request.uri)


def _refuse_upgrades(request: Any) -> None:
    """Refuse a body, which might be taken for the first of what is said afterwards."""
    has_body = any(_values(request, "TRANSFER-ENCODING")) or any(
        length != "0" for length in _values(request, "CONTENT-LENGTH")
    )
    if has_body or request.version < (1, 1):
        raise InvalidHeader("UPGRADE", req=request)


def _listed(request: Any, wanted: str) -> list[str]:
    values = ",".join(_values(request, wanted)).split(",")
    return [value.strip(" \t").lower() for value in values]


def _values(request: Any, wanted: str) -> Iterator[str]:
    return (value for name, value in request.headers if name == wanted)
