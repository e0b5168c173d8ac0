"""Folders of talk pages, read as the application reads them but in this process."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from companion.settings import Settings
from companion.talks import PageOptions, Programme, Schedule, TalkPage
from companion.talks.markdown.job import Rendered, RenderFailed, RenderJob
from companion.talks.markdown.worker import answer
from tests.support.clock import STARTS

FRONT = 'title: {title}\ndate: 2026-03-05\nfrom: "12:00"\nto: "13:00"\n'


def write_talk(
    folder: Path,
    slug: str = "talk",
    *,
    title: str = "A talk about bees",
    extra: str = "",
    front: str = FRONT,
    body: str = "Bees dance.\n",
) -> Path:
    """Write a talk's page; ``extra`` is added to its header, ``front`` replaces it."""
    path = folder / f"{slug}.md"
    path.write_text(f"---\n{front.format(title=title)}{extra}---\n\n{body}", encoding="utf-8")
    return path


def render_here(jobs: Sequence[RenderJob], _seconds: float) -> list[Rendered | RenderFailed]:
    """Render as the rendering process does, without the time it takes to start one."""
    return [answer(job) for job in jobs]


def programme_of(settings: Settings) -> Programme:
    """Return the programme of an application, which is not read yet."""
    return Programme(settings.talks, PageOptions.of(settings), render=render_here)


def read_programme(settings: Settings) -> Programme:
    """Return a programme that has read its folder."""
    programme = programme_of(settings)
    programme.refresh()
    return programme


def make_page(slug: str = "talk", **more: Any) -> TalkPage:
    """Return the usual talk's page without its file."""
    london = ZoneInfo("Europe/London")
    usual: dict[str, Any] = {
        "path": Path(f"{slug}.md"),
        "title": "A talk about bees",
        "planned": Schedule(STARTS, STARTS + timedelta(hours=1), london, all_day=False),
        "published": True,
        "moderated": None,
        "board": True,
        "meeting": None,
        "recording": None,
        "tags": (),
        "frame_hosts": (),
        "redirects": (),
    }
    words = ("speaker", "institute", "location", "category", "image", "slides_url")
    empty = dict.fromkeys((*words, "board_state", "html", "summary"), "")
    return TalkPage(slug=slug, **(empty | usual | more))


def messages(programme: Programme) -> list[str]:
    """Return what is wrong with a folder's pages."""
    return [problem.message for problem in programme.problems()]
