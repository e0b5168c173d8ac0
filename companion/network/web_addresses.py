"""Addresses of the web as browsers write them."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def in_brackets(host: str) -> str:
    """Return a host as addresses have it: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def place(address: str) -> str:
    """Return an address's host and port as browsers write them, without the usual port."""
    parts = urlsplit(address)
    host = in_brackets(plain_host(parts.hostname or ""))
    usual = parts.port in (None, 443 if parts.scheme == "https" else 80)
    user, at, _ = parts.netloc.rpartition("@")
    return f"{user}{at}{host}" if usual else f"{user}{at}{host}:{parts.port}"


def plain_host(host: str) -> str:
    """Return a host in small letters of ASCII, an address of IPv6 in its short form.

    The dot that a name may end in is left out, as it is of the names that people ask for.
    """
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return (host if host.isascii() else host.encode("idna").decode()).removesuffix(".")


def is_web_address(text: str) -> bool:
    """Whether a text is an address that a browser could go to."""
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and parts.port != 0
        return known and bool(plain_host(parts.hostname or "").strip(".")) and "*" not in text
    except ValueError:
        return False
