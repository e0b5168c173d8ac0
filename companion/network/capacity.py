"""How many may be connected at once, and how many of them from one address."""

from __future__ import annotations

import ipaddress
import resource
from collections import Counter

MAX_CONNECTIONS = 10_000  # and for those that are told so, as many again
OWN_FILES = 96
# Of a home or a hall, IPv6 has not one address but all that begin like this.
IPV6_PREFIX = 64


def most_connections() -> int:
    """Return how many may be connected, and leave room for the database and what is started."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_CONNECTIONS if files < 0 else min(MAX_CONNECTIONS, files - OWN_FILES)


def most_from_one() -> int:
    """Return how many of them may come from one address: one client never takes every place.

    A hall's people have one address together, with a socket and some requests each.
    """
    return most_connections() // 2


class AddressLimit:
    """Counts who is here from each address, and says who is one too many.

    This machine's own addresses are not counted: a proxy of which nobody told us comes from there.
    """

    def __init__(self, most: int) -> None:
        """Take ``most`` from each."""
        self._most = most
        self._here: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Take a place for somebody; whether there was one."""
        group = group_of(address)
        if group and self._here[group] >= self._most:
            return False
        if group:
            self._here[group] += 1
        return True

    def leave(self, address: str) -> None:
        """Give the place back."""
        group = group_of(address)
        self._here[group] -= 1
        if self._here[group] <= 0:
            del self._here[group]


def group_of(address: str) -> str:
    """Return whom an address stands for, "" for this machine and for what is no address."""
    found = _read(address)
    return "" if found is None or found.is_loopback else network_of(address)


def network_of(address: str, ipv6_prefix: int = IPV6_PREFIX) -> str:
    """Return the network that one person, home or hall has: of IPv6 a /64; "" for no address."""
    found = _read(address)
    if found is None:
        return ""
    prefix = ipv6_prefix if found.version == 6 else 32
    return str(ipaddress.ip_network((found, prefix), strict=False))


def _read(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return an address, of IPv4 even where it is written as one of IPv6."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
