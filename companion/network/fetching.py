"""The few requests of our own, to the sign-in service that was set, and to nobody else."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from companion.network.addresses import Host

WAIT_SECONDS, WHOLE_SECONDS = 4.0, 8.0  # for each piece of an answer, and for all of it
MOST_BYTES = 256 * 1024


class UnreachableError(Exception):
    """The other server gives no answer that could be used."""


class Answer(NamedTuple):
    """What another server said."""

    status: int
    body: bytes

    def fields(self) -> dict[str, Any]:
        """Return it as an object of JSON; raises UnreachableError where it is none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise UnreachableError(f"no JSON, and status {self.status}")
        return found


def fetch(url: str, headers: Mapping[str, str] | None = None, body: str | None = None) -> Answer:
    """Return what stands at a safe address, or is answered there; follows no redirect.

    Raises UnreachableError after a while, and where an answer is far too long.
    """
    if not is_safe(url):
        raise UnreachableError("an address that is not https")
    request = Request(url, body.encode() if body is not None else None, dict(headers or {}))  # noqa: S310 (checked above)
    try:
        with _opener().open(request, timeout=WAIT_SECONDS) as answer:
            return Answer(answer.status, _read(answer))
    except (OSError, HTTPException) as error:
        raise UnreachableError(type(error).__name__) from error


def is_safe(url: object) -> bool:
    """Whether nobody on the way can read or change what is sent to an address."""
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (
        parts.scheme == "https" or (parts.scheme == "http" and Host(host, None).is_loopback)
    )


def _opener() -> OpenerDirector:
    """Return what opens http and https alone; what follows redirects is left out."""
    opener = OpenerDirector()
    for handler in (ProxyHandler(), HTTPHandler(), HTTPSHandler()):
        opener.add_handler(handler)
    return opener


def _read(answer: HTTPResponse) -> bytes:
    body, deadline = b"", time.monotonic() + WHOLE_SECONDS
    while part := answer.read1(MOST_BYTES):
        body += part
        if len(body) > MOST_BYTES or time.monotonic() > deadline:
            raise TimeoutError
    return body
