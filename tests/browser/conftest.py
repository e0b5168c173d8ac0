"""People with real browsers, each in a profile of its own, on the real server."""

import os
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.browser import PHONE, Person, open_link, serve
from tests.support.chromium import MISSING, find
from tests.support.live import Attendee, LiveServer, write_talk

Arrive = Callable[..., Person]
Enter = Callable[..., Page]
HERE = Path(__file__).parent
# Certificates of tests vouch for themselves. A context that ignores errors has each request fail
# first and begin again, and some begin too often.
TRUSTING = "--ignore-certificate-errors"
expect.set_options(timeout=15_000)  # three browsers and their servers share what cores there are


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever is in this folder, and nothing else: the hook is told of all tests."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Chromium; a missing one is an error."""
    path = find()
    if path is None:
        pytest.fail(MISSING)
    with sync_playwright() as playwright:
        args = [TRUSTING, *([] if os.geteuid() else ["--no-sandbox"])]
        browser = playwright.chromium.launch(executable_path=path, args=args)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Serve a few talks; each test uses its own, made with ``begin`` or by hand."""
    with serve(tmp_path_factory.mktemp("talks")) as running:
        yield running


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


def slug_of(request: pytest.FixtureRequest) -> str:
    """Return what to call a test's own talk."""
    module = request.path.stem.removeprefix("test_")
    name = f"{module}-{request.node.name.removeprefix('test_')}"
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return slug if len(slug) <= 80 else f"{slug[:71]}-{zlib.crc32(slug.encode()):08x}"


@pytest.fixture
def begin(server: LiveServer, request: pytest.FixtureRequest) -> Callable[..., dict[str, str]]:
    """Begin a talk of the test's own, with some questions; return its slug and its links."""

    def go(*questions: str, starts_in: int = -30, more: str = "") -> dict[str, str]:
        slug = slug_of(request)
        write_talk(server.folder, slug, starts_in=starts_in, more=more)
        server.wait_for(f"/talks/{slug}")
        ada = Attendee(server, slug)
        assert all(ada.ask(text)["ok"] for text in questions)
        ada.leave()
        return {"slug": slug, **server.links(slug)}

    return go


@pytest.fixture
def talk(server: LiveServer, request: pytest.FixtureRequest) -> str:
    """Make a talk of the test's own, on now, without questions."""
    slug = slug_of(request)
    write_talk(server.folder, slug, starts_in=-5)
    server.wait_for(f"/talks/{slug}")
    return slug


@pytest.fixture
def enter(chromium: Browser) -> Iterator[Enter]:
    """Let people come in by links; at the end they leave, and none of their scripts has failed."""
    pages: list[Page] = []
    failures: list[str] = []

    def come(link: str, **profile: object) -> Page:
        page = open_link(chromium, link, **profile)
        page.on("pageerror", lambda error: failures.append(str(error)))
        pages.append(page)
        return page

    yield come
    for page in pages:
        page.context.close()
    assert failures == []
