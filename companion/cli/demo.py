"""`companion demo`: a talk about to start, on a throw-away database, with people in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from companion import processes
from companion.cli.folders import thrown_away
from companion.cli.options import settings_from
from companion.cli.questions import QUESTIONS, SEEDED, SLUG
from companion.cli.serve import greet, prepare
from companion.paths import resource_dir

if TYPE_CHECKING:
    from flask import Flask

    from companion.settings import Settings

ZONE = ZoneInfo("Europe/London")
LENGTH = timedelta(minutes=60)
AUDIENCE = processes.python("companion.cli.audience")


@click.command()
@click.option("--starts-in", default=10, show_default=True, help="Minutes until the talk starts.")
@click.option(
    "--audience",
    type=click.IntRange(min=0),
    default=12,
    show_default=True,
    help="How many people ask and vote.",
)
@click.option("--port", "port", metavar="VALUE", help="The port to listen on.  [8000]")
@click.option("--open", "open_browser", is_flag=True, help="Open the page in a browser.")
def demo(starts_in: int, audience: int, port: str | None, *, open_browser: bool) -> None:
    """Serve a sample talk about to start, on a throw-away database, with people in it."""
    with thrown_away(set_up(starts_in)) as folder:
        _serve(folder, port, audience, open_browser=open_browser)


def _serve(folder: Path, port: str | None, audience: int, *, open_browser: bool) -> None:
    from companion import server  # before all else: it patches the standard library
    from companion.cli.links import links_of, tell_links

    settings = own_settings(folder, port)
    app = prepare(settings)
    seed(app)
    greet(settings, app)
    tell_links(settings, links_of(app, SLUG), but="attendee")
    sys.stdout.flush()
    start_audience(settings, audience, open_browser=open_browser)
    server.run(settings, app)


def own_settings(folder: Path, port: str | None) -> Settings:
    """Return the demo's settings; whatever is set on this machine is meant for another server."""
    processes.forget_settings()
    given = {
        "talks": str(folder / "talks"),
        "data_folder": str(folder),
        "host": "127.0.0.1",
        "port": port,
    }
    return settings_from(given)


def set_up(starts_in: int) -> Path:
    """Return a new folder with the sample talk in it, starting in so many minutes."""
    folder = Path(tempfile.mkdtemp(prefix="companion-demo-"))
    shutil.copytree(resource_dir("examples") / "talks", folder / "talks")
    page = folder / "talks" / f"{SLUG}.md"
    starts = datetime.now(ZONE).replace(second=0, microsecond=0) + timedelta(minutes=starts_in)
    _reschedule(page, starts, starts + LENGTH)
    return folder


def _reschedule(page: Path, starts: datetime, ends: datetime) -> None:
    import frontmatter

    post = frontmatter.load(page)
    post.metadata |= {"date": starts.date(), "from": f"{starts:%H:%M}"}
    post.metadata |= {"end-date": ends.date(), "to": f"{ends:%H:%M}"}
    frontmatter.dump(post, page, sort_keys=False)


def seed(app: Flask) -> None:
    """Put the first questions on the board, each from a visitor of its own."""
    for text, detail, name in QUESTIONS[:SEEDED]:
        fields = {"text": text, "detail": detail, "name": name, "key": str(uuid.uuid4())}
        app.extensions["boards"].ask(SLUG, str(uuid.uuid4()), fields)


def start_audience(settings: Settings, people: int, *, open_browser: bool) -> None:
    """Start the audience in a process of its own, which ends with the one that started it."""
    command = [*AUDIENCE, settings.site, str(people)]
    if open_browser and _has_screen():
        command.append("--open")
    if people or command[-1] == "--open":
        subprocess.Popen(  # noqa: S603 (ourselves)
            command,
            stdin=subprocess.DEVNULL,
            cwd=processes.FOLDER,
            env=processes.environment(),
            start_new_session=True,  # Ctrl-C is for the server, and the audience leaves with it
        )


def _has_screen() -> bool:
    on_linux = sys.platform.startswith("linux")
    return not on_linux or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
