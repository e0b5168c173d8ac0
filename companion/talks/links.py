"""Which links lead to a meeting, and which to a Q&A tool that the board replaces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

HOSTNAME = re.compile(r"(?!-)[a-z0-9-]+(?:\.[a-z0-9-]+)+")
UNSAFE = re.compile(r"[\x00-\x20\x7f\\]|(?:^|/)(?:\.|%2e){2}(?:/|$)", re.IGNORECASE)
REPLACED_TOOL = re.compile(
    r"(?:https?:)?/{0,2}(?:[\w-]+\.)*(?:jamboard\.google\.com|sli\.do|slido\.com)(?:[/?#:].*)?",
    re.IGNORECASE,
)
MEETINGS = (
    ("Google Meet", r"meet\.google\.com", r"/.+"),
    ("Zoom", r"(?:[a-z0-9-]+\.)*zoom(?:gov)?\.(?:us|com)", r"/(?:j|my|w|s|wc|meeting|webinar)/.+"),
    ("Microsoft Teams", r"teams\.(?:microsoft\.com|live\.com|cloud\.microsoft)", r"/.+"),
    ("Jitsi", r"meet\.jit\.si|(?:meet\.)?jitsi[a-z0-9-]*\..+", r"/.+"),
    ("Webex", r"(?:[a-z0-9-]+\.)+webex\.com", r"/.+"),
    ("Blackboard Collaborate", r"(?:[a-z0-9-]+\.)*bbcollab\.com", r"/.+"),
    ("Whereby", r"(?:[a-z0-9-]+\.)*whereby\.com", r"/.+"),
    ("BigBlueButton", r"(?:bbb|bigbluebutton)[a-z0-9-]*\..+", r"/.*"),
    ("BigBlueButton", r".+", r"/b/[\w-]+"),
)


@dataclass(frozen=True)
class Link:
    """A link out, named after the service it leads to."""

    url: str
    label: str
    host: str


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


def meeting_link(url: str) -> Link | None:
    """Recognise a link to a known meeting service."""
    parts = split_url(url)
    if parts is None:
        return None
    host = parts.hostname or ""
    for label, hosts, path in MEETINGS:
        if re.fullmatch(hosts, host) and re.fullmatch(path, parts.path):
            return Link(url, label, host)
    return None


def is_replaced_tool(href: str) -> bool:
    """Whether a link, even one lacking its ``https://``, leads to a tool the board replaces."""
    return bool(REPLACED_TOOL.fullmatch(href.strip()))
