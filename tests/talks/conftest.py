from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from companion.talks import PageOptions, Programme, TalkPage
from companion.talks.markdown.job import Rendered, RenderFailed, RenderJob
from companion.talks.markdown.render import render
from companion.talks.markdown.worker import answer

WriteTalk = Callable[..., Path]
HEADER = 'title: A talk\ndate: 2025-07-01\nfrom: "12:00"\nto: "13:00"\n'


@pytest.fixture
def write(tmp_path: Path) -> WriteTalk:
    """Write a talk's file; the header is the usual one unless given."""

    def write_talk(body: str = "", *, name: str = "talk.md", header: str = HEADER) -> Path:
        path = tmp_path / name
        path.write_text(f"---\n{header}---\n{body}", encoding="utf-8")
        return path

    return write_talk


def render_here(jobs: Sequence[RenderJob], _seconds: float) -> list[Rendered | RenderFailed]:
    """Render as the process does, without the time it takes to start one."""
    return [answer(job) for job in jobs]


@pytest.fixture
def programme(tmp_path: Path) -> Programme:
    return Programme(tmp_path, PageOptions(), render=render_here)


@pytest.fixture
def read(write: WriteTalk, programme: Programme) -> Callable[[str], TalkPage]:
    """Return the page that a header gives, which must be free of errors."""

    def read_page(extra: str = "", *, header: str = HEADER, body: str = "") -> TalkPage:
        write(body, header=header + extra)
        programme.refresh()
        assert [str(item) for item in programme.problems() if item.fatal] == []
        return programme.pages()[0]

    return read_page


@pytest.fixture
def complaints(write: WriteTalk, programme: Programme) -> Callable[..., list[str]]:
    """Return the report on one file, as `line: error: message`."""

    def report(header: str = HEADER, body: str = "") -> list[str]:
        path = write(body, header=header)
        programme.refresh()
        return [str(item).removeprefix(f"{path}:") for item in programme.problems()]

    return report


@pytest.fixture
def rendered() -> Callable[..., Rendered]:
    def render_body(body: str, **options: object) -> Rendered:
        return render(RenderJob(body, **{"board_url": "/talks/x#board"} | options))

    return render_body


@pytest.fixture
def html(rendered: Callable[..., Rendered]) -> Callable[..., str]:
    return lambda body, **options: rendered(body, **options).html
