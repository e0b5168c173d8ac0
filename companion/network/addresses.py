"""Which addresses are ours: by which names people may come, and which pages may send here."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

# Where a request's environment says which of our origins it asks for.
ASKED_FOR = "companion.asked_for"
USUAL_PORTS = {"https": 443, "http": 80}
MAX_HOST = 260
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"(\[[0-9a-f:.]+\]|{_LABEL}(?:\.{_LABEL})*)\.?(?::([0-9]{{1,5}}))?")
# Nobody on the internet can have such a name, or one without a dot: a proxy calls us so.
_PRIVATE = frozenset({"internal", "local", "localhost"})


class ForeignHostError(Exception):
    """A request is for somebody else; the text is the host, "" where it names none."""


@dataclass(frozen=True)
class Host:
    """What a Host header names, in small letters."""

    name: str
    port: int | None

    def origin(self, scheme: str) -> str:
        """Return the origin that a browser would call so."""
        usual = self.port in (None, USUAL_PORTS[scheme])
        return f"{scheme}://{self.name}" if usual else f"{scheme}://{self.name}:{self.port}"

    @property
    def is_number(self) -> bool:
        """Whether it is an address of IPv4 or IPv6; no page elsewhere can have that as its own."""
        return _ip(self.name) is not None

    @property
    def is_loopback(self) -> bool:
        """Whether it means the machine that one sits at."""
        return is_loopback(self.name)

    @property
    def is_private(self) -> bool:
        """Whether it is a name that nobody can have registered."""
        labels = self.name.split(".")
        return len(labels) == 1 or labels[-1] in _PRIVATE


class Addresses:
    """The origins that people come by, and how to tell them from others.

    A proxy may put any name in the place of the one that a browser asked for. Whatever it does,
    the browser's own word for the page that sends, its Origin, is compared with ours.
    """

    def __init__(self, origins: Sequence[str], proxies: int) -> None:
        """Know our ``origins``, the public one first, and how many proxies stand in front."""
        self.origins = tuple(origins)
        self._proxies = proxies
        self._by_name = {urlsplit(origin).hostname: origin for origin in reversed(self.origins)}
        self._is_public = any(not _host_of(origin).is_loopback for origin in self.origins)

    def asked_for(self, header: str | None, scheme: str, *, original: bool) -> str:
        """Return the origin that a request asks for, "" where a proxy hides its host.

        ``original`` says that a proxy has passed on the browser's own Host. Raises
        ForeignHostError where that is none of ours.
        """
        if header is None:
            return ""
        host = _read(header)
        for way in USUAL_PORTS:
            if host.origin(way) in self.origins:
                return host.origin(way)
        has_no_port = self._proxies and host.port is None and host.name in self._by_name
        if (host.is_number or host.is_loopback) and not has_no_port:
            return host.origin(scheme)
        if host.name in self._by_name:  # a proxy has left its port out, or put another one there
            return self._by_name[host.name]
        if self._may_be_a_proxys(host, original=original):
            return ""
        raise ForeignHostError(host.name)

    def are_ours(self, origin: str, asked_for: str) -> bool:
        """Whether pages of ``origin`` may send what is ``asked_for`` under that origin."""
        return origin in self.origins or origin == asked_for

    def _may_be_a_proxys(self, host: Host, *, original: bool) -> bool:
        """Whether a proxy may call us so, in place of the name that was asked for."""
        if self._proxies:
            return not original
        return self._is_public and host.is_private


def is_host(header: str) -> bool:
    """Whether a Host header could say this, so that somebody could come by it."""
    try:
        return bool(_read(header).name)
    except ForeignHostError:
        return False


def takes_passkeys(origin: str) -> str:
    """Return the host that browsers keep passkeys for under an origin, "" where they keep none.

    They do for names alone, by https, or on the machine that one sits at.
    """
    host = _host_of(origin)
    is_safe = origin.startswith("https:") or host.is_loopback
    return host.name if is_safe and not host.is_number else ""


def is_loopback(host: str) -> bool:
    """Whether a host, by name or by number, means the machine that one sits at.

    Only this machine reaches a server that listens there, and browsers ask nobody for a name that
    ends in localhost.
    """
    address = _ip(host)
    if address is None:
        return host.lower().removesuffix(".").split(".")[-1] == "localhost"
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def is_public(host: str) -> bool:
    """Whether a host, as far as its name or number says, is out there on the internet."""
    address = _ip(host)
    if address is None:
        return not Host(host.lower().removesuffix("."), None).is_private
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_global and not (mapped or address).is_multicast


def _read(header: str) -> Host:
    """Return what a Host header names; raises ForeignHostError where that is nothing."""
    found = _HOST.fullmatch(header.lower()) if len(header) <= MAX_HOST else None
    name, port = (found[1], int(found[2]) if found[2] else None) if found else ("", None)
    address = _ip(name)
    if address is None and (not name or "[" in name):
        raise ForeignHostError("")
    if port is not None and not 1 <= port <= 65_535:
        raise ForeignHostError("")
    if address is not None and address.version == 6:
        name = f"[{address}]"
    return Host(name, port)


def _host_of(origin: str) -> Host:
    return _read(urlsplit(origin).netloc)


def _ip(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return None
