"""The few requests of our own: to the sign-in service that was set, to webhooks, and no others."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request

from companion.network import addresses
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


def fetch(
    url: str,
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
    *,
    public_only: bool = False,
) -> Answer:
    """Return what stands at a safe address, or is answered there; follows no redirect.

    Where it is ``public_only``, neither this machine nor the network it is in is asked. Raises
    UnreachableError after a while, and where an answer is far too long.
    """
    if not is_safe(url):
        raise UnreachableError("an address that is not https")
    data = body.encode() if body is not None else None
    try:
        request = Request(url, data, dict(headers or {}))  # noqa: S310 (checked above)
        with _opener(public_only=public_only).open(request, timeout=WAIT_SECONDS) as answer:
            return Answer(answer.status, _read(answer))
    except (OSError, HTTPException, ValueError) as error:
        raise UnreachableError(_kind(error)) from error


def is_safe(url: object) -> bool:
    """Whether nobody on the way can read or change what is sent to an address, if it can be sent.

    An address that can be asked for is ASCII, as browsers write it; a host may have other letters.
    """
    if not isinstance(url, str) or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        return False
    is_kept = parts.scheme == "https" or (parts.scheme == "http" and Host(host, None).is_loopback)
    return bool(host) and is_kept and f"{parts.path}{parts.query}".isascii()


def is_public(url: str) -> bool:
    """Whether a safe address is one of https, and of a host out there, as far as it says so."""
    parts = urlsplit(url)
    return parts.scheme == "https" and addresses.is_public(parts.hostname or "")


class _PublicConnection(HTTPSConnection):
    """Speaks with public addresses alone, whatever a name leads to at the moment.

    Where a proxy was set, that is asked, and it is for the proxy to say who may go where.
    """

    _by_proxy = False

    def set_tunnel(self, *args: Any, **kwargs: Any) -> None:
        self._by_proxy = True
        super().set_tunnel(*args, **kwargs)

    def connect(self) -> None:
        if self._by_proxy:
            super().connect()
            return
        for found in socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM):
            _check_public(found[4][0])
        super().connect()
        _check_public(self.sock.getpeername()[0])  # the name may have led elsewhere just then


class _PublicHandler(HTTPSHandler):
    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_PublicConnection, req)


def _check_public(address: object) -> None:
    if not addresses.is_public(str(address)):
        raise UnreachableError("not a public address")


def _opener(*, public_only: bool) -> OpenerDirector:
    """Return what opens http and https alone; what follows redirects is left out."""
    opener = OpenerDirector()
    ways = (_PublicHandler(),) if public_only else (HTTPHandler(), HTTPSHandler())
    for handler in (ProxyHandler(), *ways):
        opener.add_handler(handler)
    return opener


def _kind(error: Exception) -> str:
    """Return what kind of failure it was, and not what it says of addresses."""
    reason = error.reason if isinstance(error, URLError) else None
    return type(reason if isinstance(reason, Exception) else error).__name__


def _read(answer: HTTPResponse) -> bytes:
    body, deadline = b"", time.monotonic() + WHOLE_SECONDS
    while part := answer.read1(MOST_BYTES):
        body += part
        if len(body) > MOST_BYTES or time.monotonic() > deadline:
            raise TimeoutError
    return body
