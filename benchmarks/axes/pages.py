"""Pages in the folder: how long a start takes, a look at what has changed, and the programme."""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from benchmarks.figures import least
from companion import create_app
from companion.settings import read_settings
from companion.store.engine import db
from companion.store.migrate import bring_up_to_date
from companion.store.models import Kind, Question, Status, Talk
from companion.talks import PageOptions, Programme

SIZES = (10, 100, 1_000, 5_000)
TIMES = 5
SETTLING_SECONDS = 0.1  # a file written this very moment is read again, for it may still change
PAGE = """---
title: "Talk number {number}"
speaker: "Speaker {number}"
date: {day}
from: "12:00"
to: "13:00"
---

About [bees](https://example.org/{number}): how *they* find home, and who tells the others of it.

- By the sun, by what they smell, and by what they have seen before.
- By a dance, which says how far and whither.
"""
ASKED = "How would so many bees find the way home, and who tells the others of it?"
ANSWERED = "They dance, and the angle says where the sun is as they see it. " * 4


def measure(count: int, _wanted: argparse.Namespace) -> dict[str, float]:
    """Make so many pages, read them, look again, change one, and open the programme."""
    with folder_of(count) as folder:
        began, spent = time.monotonic(), _spent()
        app = _app(folder)
        seconds, started = time.monotonic() - began, _spent() - spent
        programme = app.extensions["boards"].programme
        browser = app.test_client()
        time.sleep(SETTLING_SECONDS)
        spent = _spent()
        programme.refresh()
        return {
            "start: CPU s": started,
            "start: s": seconds,
            "then, behind it, every body: CPU s": _spent() - spent,
            "nothing has changed: CPU ms": 1000 * least(programme.refresh, TIMES),
            "one page has changed: CPU ms": _changed(app, folder),
            "one page is asked for before its turn: s": _hurried(folder),
            "the programme: CPU ms": 1000 * least(lambda: browser.get("/"), TIMES),
            "the programme: KB": len(browser.get("/").data) / 1000,
            "a talk: CPU ms": 1000 * least(lambda: browser.get("/talks/talk-1"), TIMES),
            **_searches(app, count),
        }


@contextmanager
def folder_of(count: int) -> Iterator[Path]:
    """Yield a folder with so many pages, one a day, that have settled."""
    today = datetime.now(UTC).date()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(count):
            day = today + timedelta(days=5 - number)
            page = PAGE.format(number=number, day=day)
            (folder / f"talk-{number}.md").write_text(page, encoding="utf-8")
        time.sleep(SETTLING_SECONDS)
        yield folder


def _app(folder: Path) -> Flask:
    database = f"sqlite:///{folder / 'companion.sqlite3'}"
    app = create_app(
        read_settings({"COMPANION_TALKS": str(folder), "COMPANION_DATABASE_URL": database})
    )
    bring_up_to_date(app)
    return app


def _changed(app: Flask, folder: Path) -> float:
    """Return what it takes in this process to read one page again, rendering aside."""
    page, programme, times = folder / "talk-1.md", app.extensions["boards"].programme, []
    for _ in range(TIMES):
        page.write_text(page.read_text(encoding="utf-8") + "More.\n", encoding="utf-8")
        time.sleep(SETTLING_SECONDS)
        began = time.process_time()
        programme.refresh()
        times.append(time.process_time() - began)
    return min(times) * 1000


def _searches(app: Flask, talks: int) -> dict[str, float]:
    """Return what a search takes among forty questions on each talk, at first and from then on."""
    words, now = {"text": ASKED, "detail": "", "answer": ANSWERED}, datetime.now(UTC)
    answered = {"author": "", "kind": Kind.QUESTION, "status": Status.ANSWERED, "asked_at": now}
    with app.app_context(), db.engine.begin() as connection:
        for number in range(talks):
            talk = {"id": number + 1, "slug": f"talk-{number}", "key": ""}
            connection.execute(sa.insert(Talk).values(**talk))
            rows = ({"talk_id": number + 1, "key": str(at), "votes": at} for at in range(40))
            connection.execute(sa.insert(Question).values(**words, **answered), list(rows))
    browser = app.test_client()

    began = time.process_time()
    browser.get("/questions?find=wax")
    return {
        "the first search: CPU ms": 1000 * (time.process_time() - began),
        "one that finds none: CPU ms": 1000
        * least(lambda: browser.get("/questions?find=wax"), TIMES),
        "one that finds all: CPU ms": 1000
        * least(lambda: browser.get("/questions?find=bees"), TIMES),
    }


def _hurried(folder: Path) -> float:
    """Return how long a talk takes whose body still waits, the furthest one if there are many."""
    programme = Programme(folder, PageOptions())
    programme.refresh(patience=0)
    slug = programme.pages()[0].slug
    return least(lambda: programme.find(slug), 1)


def _spent() -> float:
    """Return the processor time of this process, and of those that render pages for it."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
