"""Two series below two paths of one host, behind nginx, as browsers see them."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.browser import Person
from tests.support.live import LiveServer, free_port, write_talk
from tests.support.nginx import NGINX, Nginx

TALK = "compilers"
BUGS = "Where do bugs come from?"
pytestmark = pytest.mark.skipif(
    not (NGINX and shutil.which("openssl")), reason="there is no nginx here"
)


class Series(LiveServer):
    """A series below a path of a host, behind nginx."""

    def __init__(self, folder: Path, path: str, origin: str) -> None:
        """Start it; people come by the host's origin."""
        behind = {"COMPANION_ORIGINS": origin, "COMPANION_PROXIES": "1"}
        super().__init__(folder, COMPANION_PATH=path, **behind)
        self.origin = origin


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[LiveServer]]:
    """Serve a talk of the same name below /qa and below /physics."""
    port = free_port()
    origin = f"https://127.0.0.1:{port}"
    servers: list[LiveServer] = []
    for path in ("/qa", "/physics"):
        folder = tmp_path_factory.mktemp("talks")
        write_talk(folder, TALK, starts_in=-5)
        servers.append(Series(folder, path, origin))
    one, other = servers
    folder, others = tmp_path_factory.mktemp("nginx"), {other.path: other.port}
    proxy = Nginx(folder, one.port, sample="nginx-path.conf", port=port, others=others)
    yield servers
    for server in servers:
        server.stop()
        assert "Traceback" not in server.log()
    proxy.stop()


@pytest.fixture
def context(chromium: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """Return what opens somebody's browser."""
    opened: list[BrowserContext] = []

    def open_one() -> BrowserContext:
        opened.append(chromium.new_context(reduced_motion="reduce"))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def note_addresses(context: BrowserContext) -> list[str]:
    """Return where all that a browser asks for, its sockets too, will be noted."""
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("page", lambda page: page.on("websocket", lambda one: asked.append(one.url)))
    return asked


def moderate(context: BrowserContext, link: str) -> Page:
    """Come in by the moderators' link."""
    desk = context.new_page()
    desk.goto(link)
    desk.get_by_role("button", name="Sign in").click()
    expect(desk.locator("body[data-live=on]")).to_be_attached(timeout=15_000)
    return desk


def test_people_ask_vote_and_moderate_below_a_path(series, context):
    server, _ = series
    links = server.links(TALK)
    contexts = [context() for _ in range(3)]
    asked = [note_addresses(each) for each in contexts]
    ada, bob = (Person(each, server, TALK).is_live() for each in contexts[:2])
    desk = moderate(contexts[2], links["moderator"])

    ada.ask(BUGS)
    bob.sees(BUGS, votes=0)
    bob.vote(BUGS)
    bob.sees(BUGS, votes=1)
    ada.sees(BUGS, votes=1)
    desk.goto(f"{server.url}/talks/{TALK}/moderate?tab=open")
    asked_it = desk.locator(".desk-card").filter(has_text=BUGS)
    asked_it.get_by_role("button", name="Answer now").click()
    expect(ada.page.locator("#now-strip")).to_contain_text(BUGS)

    desk.goto(links["present"])
    expect(desk.locator("body[data-live=on]")).to_be_attached(timeout=15_000)
    code = desk.locator(".screen__address").inner_text().split()[-1]
    bob.page.goto(f"https://{code}")
    expect(bob.page).to_have_url(links["attendee"])
    bob.is_live().sees(BUGS, votes=1)
    places = {url.partition("://")[2].partition("?")[0] for each in asked for url in each}
    here = server.url.partition("://")[2]
    assert [place for place in places if not place.startswith(f"{here}/")] == []
    assert f"{here}/socket.io/" in places
    assert [complaint for person in (ada, bob) for complaint in person.complaints] == []


def test_two_series_of_one_host_share_nothing_in_a_browser(series, context):
    one, other = series
    browser = context()
    desk = moderate(browser, one.links(TALK)["moderator"])
    ada = Person(browser, one, TALK).is_live()
    ada.type(BUGS)
    kept = "path => localStorage.getItem(`companion${path}:draft:compilers`)"
    ada.page.wait_for_function(kept, arg=one.path)

    there = Person(browser, other, TALK).is_live()

    expect(there.page.locator("#ask-text")).to_have_value("")
    names = {server.path: {c["name"] for c in browser.cookies(server.url)} for server in series}
    assert names == {"/qa": {"__Secure-visitor", "__Secure-role"}, "/physics": {"__Secure-visitor"}}
    values = [c["value"] for c in browser.cookies() if c["name"] == "__Secure-visitor"]
    assert len(set(values)) == 2
    assert desk.goto(f"{other.url}/talks/{TALK}/moderate").status == 403
    assert desk.goto(f"{one.url}/talks/{TALK}/moderate").status == 200
