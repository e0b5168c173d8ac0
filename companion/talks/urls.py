"""Web addresses taken apart, and those refused that a browser might read differently."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

HOSTNAME = re.compile(r"(?!-)[a-z0-9-]+(?:\.[a-z0-9-]+)+")
UNSAFE = re.compile(r"[\x00-\x20\x7f\\]|(?:^|/)(?:\.|%2e){2}(?:/|$)", re.IGNORECASE)


def split_url(url: str) -> SplitResult | None:
    """Take a web address apart; None for anything a browser might read differently."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        plain = parts.port is None and "@" not in parts.netloc
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not plain or not HOSTNAME.fullmatch(host):
        return None
    return None if UNSAFE.search(url) else parts


def host_of(url: str) -> str:
    """Return a web address's host for people to read, or ""."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
