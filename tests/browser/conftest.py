"""People with real browsers, each in a profile of its own, on the real server."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browser import PHONE, Person
from tests.support.live import LiveServer, write_talk

INSTALL = "Chromium is missing: apt install chromium, or .venv/bin/playwright install chromium"
Arrive = Callable[..., Person]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium, else Playwright's own; a missing one is an error."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or playwright.chromium.executable_path
        if not Path(path).exists():
            pytest.fail(INSTALL)
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=path, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Serve a few talks; each test uses its own, made with ``new_talk``."""
    folder = tmp_path_factory.mktemp("talks")
    write_talk(folder, "upcoming", starts_in=90)
    write_talk(folder, "over", starts_in=-90)
    running = LiveServer(folder, COMPANION_RATE_LIMITS="off")
    yield running
    running.stop()
    assert "Traceback" not in running.log()


@pytest.fixture
def arrive(chromium: Browser, server: LiveServer) -> Iterator[Arrive]:
    """Let people open a talk's page; at the end nobody's console may show an error."""
    came: list[Person] = []

    def come(talk: str, *, like: Person | None = None, **profile: object) -> Person:
        if like:
            came.append(Person(like.page.context, server, talk))
        else:
            context = chromium.new_context(**{"reduced_motion": "reduce"} | profile)
            came.append(Person(context, server, talk))
        return came[-1]

    yield come
    complaints = [complaint for person in came for complaint in person.complaints]
    for person in came:
        person.page.context.close()
    assert complaints == []


@pytest.fixture
def phone() -> dict[str, object]:
    """What makes a browser a phone's."""
    return dict(PHONE)


@pytest.fixture
def page_of(arrive: Arrive) -> Callable[..., Page]:
    """Return a new person's page."""
    return lambda talk, **profile: arrive(talk, **profile).page
