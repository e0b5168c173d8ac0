"""A new talk, from what was typed into a form to the text of its file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from pathlib import PurePosixPath
from zoneinfo import available_timezones

from companion.board.input import clean, one_line
from companion.errors import Refused
from companion.messages import gettext
from companion.talks.files import ENDINGS, INDEX, SLUG, plain
from companion.talks.urls import split_url
from companion.writing.yaml_text import quoted

LONGEST = 500  # of a line
LONGEST_ABSTRACT = 100_000
SHOWN = {
    "title": gettext("The title"),
    "speaker": gettext("The speaker’s name"),
    "institute": gettext("The institute"),
    "date": gettext("The day"),
    "from": gettext("The start"),
    "to": gettext("The end"),
    "timezone": gettext("The time zone"),
    "location": gettext("The place"),
    "category": gettext("The category"),
    "tags": gettext("The list of tags"),
    "meeting_url": gettext("The meeting link"),
    "slides_url": gettext("The address of the slides"),
    "slug": gettext("The address"),
}
FIELDS = (*SHOWN, "abstract")
LINKS = ("meeting_url", "slides_url")
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
NO_FILE = frozenset({INDEX, "readme"})
NO_ADDRESS = gettext(
    "An address has small letters, digits, hyphens and dots, as bees-in-spring. Change it."
)


def page_text(typed: Mapping[str, str]) -> str:
    """Return the text of a new talk's file; raises Refused, naming the field."""
    lines = {name: _line(typed, name) for name in SHOWN}
    _check(lines)
    abstract = clean(typed.get("abstract", "")[: LONGEST_ABSTRACT + 1]).strip()
    if len(abstract) > LONGEST_ABSTRACT:
        raise Refused(gettext("The abstract is too long. Shorten it."), field="abstract")
    header = "".join(f"{key}: {value}\n" for key, value in _header(lines))
    return f"---\n{header}---\n" + (f"\n{abstract}\n" if abstract else "")


def offered_slug(title: str) -> str:
    """Return the address that a title makes, "" for no title."""
    title = one_line(title[: 4 * LONGEST])
    slug = plain(title)[:80].rstrip("-") if title else ""
    return f"{slug}-talk" if slug in NO_FILE else slug


def file_name(typed: Mapping[str, str], taken: Mapping[str, str]) -> str:
    """Return the name of a new talk's file, by its address; raises Refused where it is taken.

    ``taken`` are the files that are there with the address of each.
    """
    slug = _line(typed, "slug") or offered_slug(typed.get("title", ""))
    if not SLUG.fullmatch(slug) or slug in NO_FILE or slug.endswith(ENDINGS):
        raise Refused(NO_ADDRESS, field="slug")
    stems = {PurePosixPath(name).stem.lower() for name in taken if "/" not in name}
    if slug in taken.values() or slug in stems:
        raise Refused(
            gettext("There is a talk at %(slug)s already. Choose another address.", slug=slug),
            field="slug",
        )
    return f"{slug}.md"


def _header(lines: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give the keys of a page's frontmatter and their values as YAML, without what is empty."""
    for key in SHOWN:
        value = lines[key]
        if not value or key == "slug":
            continue
        if key == "tags":
            tags = filter(None, (tag.strip() for tag in value.split(",")))
            yield key, f"[{', '.join(map(quoted, dict.fromkeys(tags)))}]"
        else:
            yield key, value if key == "date" else quoted(value)


def _line(typed: Mapping[str, str], name: str) -> str:
    value = one_line(typed.get(name, "")[: 4 * LONGEST])
    if len(value) > LONGEST:
        raise Refused(gettext("%(field)s is too long. Shorten it.", field=SHOWN[name]), field=name)
    return value


def _check(lines: Mapping[str, str]) -> None:
    if not lines["title"]:
        raise Refused(gettext("Write a title."), field="title")
    _check_time(lines)
    for name in LINKS:
        if lines[name] and not split_url(lines[name]):
            raise Refused(
                gettext(
                    "%(field)s is no web address. Write one as https://example.org/…",
                    field=SHOWN[name],
                ),
                field=name,
            )


def _check_time(lines: Mapping[str, str]) -> None:
    try:
        if date.fromisoformat(lines["date"]).isoformat() != lines["date"]:
            raise ValueError
    except ValueError:
        raise Refused(gettext("Give the day of the talk, as 2030-07-05."), field="date") from None
    for name in ("from", "to"):
        if lines[name] and not HOUR.fullmatch(lines[name]):
            raise Refused(
                gettext("%(field)s is no time of day. Write it as 12:00.", field=SHOWN[name]),
                field=name,
            )
    if lines["to"] and not lines["from"]:
        raise Refused(gettext("Say when the talk starts, too."), field="from")
    if lines["to"] and time.fromisoformat(lines["to"]) <= time.fromisoformat(lines["from"]):
        raise Refused(gettext("The talk ends before it starts. Change a time."), field="to")
    if lines["timezone"] and lines["timezone"] not in available_timezones():
        raise Refused(
            gettext("No such time zone is known. Write one as Europe/London."), field="timezone"
        )
