"""Questions on a board: bytes, and processor time in one process.

The least of several times counts: what else runs on the machine can only make one longer.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from benchmarks.figures import least
from companion import create_app
from companion.moderation.role_links import LinkVersion
from companion.settings import read_settings
from companion.store.engine import db
from companion.store.migrate import bring_up_to_date
from companion.store.models import Kind, Question, Role, Status

SIZES = (10, 100, 1_000, 5_000)
SLUG, TIMES = "benchmark", 15
PAGE = "---\ntitle: A talk\ndate: {today}\nfrom: '00:00'\nto: '23:59'\n---\nAbout bees.\n"
TEXT = "How would number {} of so many bees find the way home, and who tells the others of it?"
Measured = tuple[int, float]


def measure(count: int, _wanted: argparse.Namespace) -> dict[str, float]:
    """Return what each view of a board of so many weighs and takes."""
    with _app() as app:
        fill(app, count, Status.OPEN)
        stranger, voter, moderator = app.test_client(), app.test_client(), _moderator(app)
        voter.get(f"/talks/{SLUG}")
        views = {
            "first view": _get(stranger, ""),
            "resync": _get(voter, "/board"),
            "search": _get(voter, "/board?find=number+bees"),
            "hints": _get(voter, f"/alike?text={TEXT.format(7).replace(' ', '+')}"),
            "vote": (0, _vote(app, count)),
        }
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(sa.update(Question).values(status=Status.WAITING))
        views |= {
            "desk": _get(moderator, "/desk?tab=incoming"),
            "screen": _get(stranger, "/present"),
        }
    sizes = {f"{name}: KB": size / 1000 for name, (size, _) in views.items() if size}
    return sizes | {f"{name}: CPU ms": seconds * 1000 for name, (_, seconds) in views.items()}


def _get(browser: FlaskClient, path: str) -> Measured:
    """Return what an answer weighs, and what it costs."""
    answers = []

    def get() -> None:
        answers.append(browser.get(f"/talks/{SLUG}{path}"))

    seconds = least(get, TIMES)
    if answers[-1].status_code != 200:
        sys.exit(f"{path} is answered {answers[-1].status}")
    return len(answers[-1].data), seconds


def _vote(app: Flask, count: int) -> float:
    wanted = cycle((True, False))
    boards = app.extensions["boards"]

    def vote() -> None:
        boards.vote(SLUG, "a-voter-of-many", count // 2, wanted=next(wanted))

    return least(vote, TIMES)


@contextmanager
def _app() -> Iterator[Flask]:
    """Make an application with one talk, on a new database."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page = PAGE.format(today=datetime.now(UTC).date())
        (folder / f"{SLUG}.md").write_text(page, encoding="utf-8")
        app = create_app(
            read_settings(
                {name: value for name, value in os.environ.items() if "COMPANION" not in name}
                | {
                    "COMPANION_TALKS": name,
                    "COMPANION_DATABASE_URL": f"sqlite:///{folder / 'companion.sqlite3'}",
                    "COMPANION_RATE_LIMITS": "off",
                }
            )
        )
        bring_up_to_date(app)
        yield app


def fill(app: Flask, count: int, status: Status) -> None:
    """Have one question asked, which makes the talk's row, and the others put beside it."""
    asked = {"text": TEXT.format(0), "key": "the-first-of-many"}
    app.extensions["boards"].ask(SLUG, "the-one-who-asks", asked)
    rows = [
        {
            "talk_id": 1,
            "key": f"one-of-many-{number}",
            "author": f"author-{number}",
            "kind": Kind.QUESTION,
            "text": TEXT.format(number),
            "status": status,
            "votes": number % 40,
            "asked_at": datetime.now(UTC),
        }
        for number in range(1, count)
    ]
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.insert(Question), rows)


def _moderator(app: Flask) -> FlaskClient:
    """Return a browser that has come in by the moderators' link."""
    browser = app.test_client()
    token = app.extensions["moderation"].keys.token(LinkVersion(SLUG, Role.MODERATOR, 0))
    browser.post("/enter", data={"token": token, "name": "Grace"})
    return browser
