"""Which links lead to a meeting, and at which service."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from companion.talks.urls import split_url

MEETINGS = (
    ("Google Meet", r"meet\.google\.com", r"/.+"),
    (
        "Zoom",
        r"(?:[a-z0-9-]+\.)*zoom(?:gov)?\.(?:us|com)",
        r"/(?:j|my|w|s|wc|meeting|webinar|ev|e)/.+",
    ),
    ("Microsoft Teams", r"teams\.(?:microsoft\.com|live\.com|cloud\.microsoft)", r"/.+"),
    ("Jitsi", r"meet\.jit\.si|(?:meet\.)?jitsi[a-z0-9-]*\..+", r"/.+"),
    ("Webex", r"(?:[a-z0-9-]+\.)+webex\.com", r"/.+"),
    ("Blackboard Collaborate", r"(?:[a-z0-9-]+\.)*bbcollab\.com", r"/.+"),
    ("Whereby", r"(?:[a-z0-9-]+\.)*whereby\.com", r"/.+"),
    ("BigBlueButton", r"(?:bbb|bigbluebutton)[a-z0-9-]*\..+", r"/.*"),
    ("BigBlueButton", r".+", r"/b/[\w-]+"),
)

REGISTERS = re.compile(
    r"/(?:ev|events?|registers?|registrations?|rsvp|sign-?up|enroll?|anmeldung|tickets?)(?=[/?]|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class MeetingLink:
    """A link out, named after the service it leads to."""

    url: str
    label: str
    host: str
    registers: bool = False


def meeting_link(url: str) -> MeetingLink | None:
    """Recognise a link to a known meeting service, or to its form for registering."""
    parts = split_url(url)
    if parts is None:
        return None
    host = parts.hostname or ""
    for label, hosts, path in MEETINGS:
        if re.fullmatch(hosts, host) and re.fullmatch(path, parts.path):
            return MeetingLink(url, label, host, bool(REGISTERS.search(f"{host}{parts.path}")))
    return None


def best_meeting(urls: Iterable[str]) -> MeetingLink | None:
    """Return the first link that leads into a meeting, or else the first that registers for one."""
    found = [link for link in map(meeting_link, urls) if link]
    return next((link for link in found if not link.registers), found[0] if found else None)
