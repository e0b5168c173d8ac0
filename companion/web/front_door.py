"""Before all else, for pages and sockets alike: is it us who are asked, and by how many at once?"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from companion.network.addresses import ASKED_FOR, Addresses, ForeignHostError
from companion.network.capacity import AddressLimit
from companion.web.headers import on_bare_answers

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

NOT_US = "Nothing is served under this address. Open {} instead.\n"
TOO_MANY_FROM_ONE = "Too many people are here from your network just now. Try again in a minute.\n"
WAIT = ("Retry-After", "10")
_log = logging.getLogger(__name__)


class FrontDoor:
    """Lets in what is meant for us, as what it is, and gives every answer the headers of all."""

    def __init__(
        self,
        app: WSGIApplication,
        addresses: Addresses,
        path: str,
        proxies: int,
        most_from_one: int,
    ) -> None:
        """Stand before ``app`` and behind ``proxies``, which say from where people come.

        Of those, ``most_from_one`` are served at once from one address. Pages begin at ``path``.
        """
        self._app, self._addresses, self._proxies = app, addresses, proxies
        self._limit = AddressLimit(most_from_one)
        self._site = f"{addresses.origins[0]}{path}"
        self._headers = on_bare_answers(addresses.origins, path)
        self._has_warned = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, or open one socket and keep it."""
        try:
            answer = self._answer_of(self._name_us(environ), start_response)
        except ForeignHostError as foreign:
            self._warn(str(foreign))
            answer = self._answer_of("", start_response)
            return refuse(answer, "400 BAD REQUEST", NOT_US.format(self._site))
        address = self._address(environ)
        if not self._limit.enter(address):
            return refuse(answer, "429 TOO MANY REQUESTS", TOO_MANY_FROM_ONE, WAIT)
        try:
            return self._app(environ, answer)
        finally:
            self._limit.leave(address)

    def _name_us(self, environ: WSGIEnvironment) -> str:
        """Return the origin that is asked for, and write it in place of whatever Host was sent."""
        scheme = "https" if environ["wsgi.url_scheme"] == "https" else "http"
        passed_on = environ.get("HTTP_X_FORWARDED_HOST", "").split(",")
        original = len(passed_on) >= self._proxies and bool(passed_on[0])
        found = self._addresses.asked_for(environ.get("HTTP_HOST"), scheme, original=original)
        environ[ASKED_FOR] = found or f"{scheme}://"
        here = found or self._addresses.origins[0]
        environ["wsgi.url_scheme"], _, environ["HTTP_HOST"] = here.partition("://")
        return here

    def _address(self, environ: WSGIEnvironment) -> str:
        """Return whom a proxy names; connections without one are counted where they come in."""
        is_known = self._proxies and "HTTP_X_FORWARDED_FOR" in environ
        return environ["REMOTE_ADDR"] if is_known else ""

    def _answer_of(self, here: str, start_response: StartResponse) -> StartResponse:
        """Give what is no page the headers of all, and lead nobody by a name that we were given."""

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[..., object]:
            bare = [] if "X-Content-Type-Options" in dict(headers) else self._headers
            led = [(name, _within(here, value, name)) for name, value in headers]
            return start_response(status, [*led, *bare], *more)

        return start

    def _warn(self, host: str) -> None:
        """Say once how whoever runs this can mend it, if it was a proxy."""
        if host and not self._has_warned:
            self._has_warned = True
            _log.warning(
                "asked for as %s, which is not in COMPANION_ORIGINS; if that is what a proxy calls "
                "this server, set COMPANION_PROXIES",
                host,
            )


def _within(here: str, value: str, name: str) -> str:
    """Return where a redirect leads, without our own address."""
    path = value.removeprefix(here)
    is_ours = name == "Location" and path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_ours else value


def refuse(
    start_response: StartResponse, status: str, said: str, *headers: tuple[str, str]
) -> Iterable[bytes]:
    """Answer with a line of text instead of a page."""
    kind = ("Content-Type", "text/plain; charset=utf-8")
    start_response(status, [kind, *headers])
    return [said.encode()]
