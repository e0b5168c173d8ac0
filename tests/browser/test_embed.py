"""A talk's board in another site's page: with and without that site's cookies, by every network."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from tests.support.browser import AXE_RULES, Person, ask, finish_moving, note_errors
from tests.support.live import LiveServer, free_port, write_talk
from tests.support.nginx import NGINX, Nginx
from tests.support.other_site import OtherSite

TALK = "compilers"
BUGS, HOME = "Where do bugs come from?", "How do bees find home?"
# As a browser whose user lets no site keep cookies within another one; those for there alone stay.
BLOCKING = {
    "enableThirdPartyCookieRestriction": True,
    "disableThirdPartyCookieMetadata": True,
    "disableThirdPartyCookieHeuristics": True,
}
KEEPS_ANY = (
    "document.cookie = 'try=1; Secure; SameSite=None; Path=/', document.cookie.includes('try')"
)
Visit = Callable[..., Page]


class Secure(LiveServer):
    """A series below a path, reached by https; it brings its own proxy, whatever others have."""


@pytest.fixture(scope="module")
def site() -> Iterator[OtherSite]:
    """Serve the series' own site."""
    site = OtherSite()
    yield site
    site.stop()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, site: OtherSite) -> Iterator[LiveServer]:
    """Serve a talk without https, as one tries it at one's desk."""
    folder = tmp_path_factory.mktemp("talks")
    write_talk(folder, TALK, starts_in=-5)
    parents = f"{site.origin},{site.sibling}"
    server = LiveServer(folder, COMPANION_EMBED_PARENTS=parents, COMPANION_RATE_LIMITS="off")
    yield server
    server.stop()
    assert "Traceback" not in server.log()


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory, site: OtherSite) -> Iterator[LiveServer]:
    """Serve a talk below a path, by https."""
    if not (NGINX and shutil.which("openssl")):
        pytest.skip("there is no nginx here")
    folder, place = tmp_path_factory.mktemp("talks"), tmp_path_factory.mktemp("nginx")
    port = free_port()
    origin = f"https://127.0.0.1:{port}"
    write_talk(folder, TALK, starts_in=-5)
    env = {"COMPANION_ORIGINS": origin, "COMPANION_PROXIES": "1", "COMPANION_PATH": "/qa"}
    limits = {"COMPANION_RATE_LIMITS": "off"}
    server = Secure(folder, COMPANION_EMBED_PARENTS=site.origin, **limits, **env)
    proxy = Nginx(place, server.port, sample="nginx-path.conf", port=port)
    server.origin = origin
    yield server
    server.stop()
    proxy.stop()
    assert "Traceback" not in server.log()


@pytest.fixture
def visit(chromium: Browser, site: OtherSite) -> Iterator[Visit]:
    """Return what opens the site's page with a board in it; nobody's console may show an error."""
    complaints: list[str] = []
    opened: list[BrowserContext] = []

    def open_page(
        server: LiveServer, *, blocks: bool = False, beside: bool = False, **profile: object
    ) -> Page:
        opened.append(chromium.new_context(**{"reduced_motion": "reduce"} | profile))
        page = opened[-1].new_page()
        note_errors(page, complaints.append, ())
        if blocks:
            network = opened[-1].new_cdp_session(page)
            network.send("Network.enable")
            network.send("Network.setCookieControls", BLOCKING)
        address = site.show(f"/{server.port}", snippet_of(server))
        page.goto(address.replace(site.origin, site.sibling) if beside else address)
        return page

    yield open_page
    for each in opened:
        each.close()
    assert complaints == []


def snippet_of(server: LiveServer) -> str:
    """Return what the command prints for the site."""
    command = [sys.executable, "-m", "companion", "links", TALK, "--embed"]
    env = server.env | {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    return done.stdout


def board_in(page: Page) -> Frame:
    """Return the frame once its board is live."""
    expect(page.frame_locator("iframe").locator("body[data-live=on]")).to_be_attached(
        timeout=20_000
    )
    [frame] = [frame for frame in page.frames if "/embed/" in frame.url]
    return frame


def card(frame: Frame | Page, text: str):
    return frame.locator("#questions > li").filter(has_text=text)


@pytest.mark.parametrize("blocks", [False, True])
def test_over_https_one_asks_and_votes_and_is_known_again(visit, secure, chromium, blocks):
    page = visit(secure, blocks=blocks)
    frame = board_in(page)
    assert frame.evaluate(KEEPS_ANY) is not blocks
    context = chromium.new_context()
    bob = Person(context, secure, TALK).is_live()
    text = f"{BUGS} {blocks}"

    ask(frame, text)

    bob.sees(text, votes=0)
    bob.vote(text)
    expect(card(frame, text).locator(".vote__count")).to_have_text("1")
    bob.ask(f"{HOME} {blocks}")
    card(frame, f"{HOME} {blocks}").locator(".vote__button").click()
    bob.sees(f"{HOME} {blocks}", votes=1)
    frame.get_by_role("link", name="Recent").click()
    page.reload()
    frame = board_in(page)
    expect(frame.locator("#mine")).to_contain_text(text)
    expect(card(frame, f"{HOME} {blocks}").locator("[aria-pressed=true]")).to_be_visible()
    kept = {c["name"]: c.get("partitionKey") for c in page.context.cookies(secure.url)}
    assert kept["__Secure-framed"] == site_of(page)
    assert "__Secure-visitor" not in kept
    expect(frame.locator("#stranger")).to_be_hidden()
    context.close()


def site_of(page: Page) -> str:
    return page.evaluate("location.protocol + '//' + location.hostname")


def test_where_the_frame_has_no_cookie_one_reads_and_sends_on_the_talks_page(visit, plain):
    """No browser keeps a cookie for a frame of another site without https."""
    page = visit(plain)
    frame = board_in(page)
    expect(frame.locator("#stranger")).to_contain_text("keeps no cookie")

    frame.locator("#ask-text").fill(BUGS)
    with page.context.expect_page() as opened:
        frame.get_by_role("button", name="Send").click()

    talk = opened.value
    expect(talk.get_by_text("Do it once more here, please.")).to_be_visible()
    expect(talk.locator("#ask-text")).to_have_value(BUGS)
    talk.get_by_role("button", name="Send").click()
    expect(card(talk, BUGS)).to_be_visible()
    expect(card(frame, BUGS)).to_be_visible()
    assert talk.evaluate("window.opener") is None
    assert frame.url == f"{plain.url}/embed/{TALK}"


def test_on_a_host_of_the_same_site_one_is_who_one_is_on_the_talks_page(visit, plain):
    page = visit(plain, beside=True)
    frame = board_in(page)
    text = f"{BUGS} Here as well?"

    ask(frame, text)

    expect(frame.locator("#mine")).to_contain_text(text)
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Open the talk’s own page").click()
    expect(opened.value).to_have_url(f"{plain.url}/talks/{TALK}")
    expect(opened.value.locator("#mine")).to_contain_text(text)
    expect(frame.locator("#stranger")).to_be_hidden()


def test_another_site_may_not_show_it(chromium, plain):
    other = OtherSite()
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    refused = f'<iframe src="{plain.url}/embed/{TALK}" title="Board"></iframe>'

    page.goto(other.show("/", refused))

    assert page.frames[1].locator("#board").count() == 0
    assert any("frame-ancestors" in words for words in said)
    page.close()
    other.stop()


def test_the_frame_is_as_tall_as_the_board_and_no_taller_than_the_window(visit, plain):
    page = visit(plain, viewport={"width": 390, "height": 2_000})
    frame = board_in(page)
    height = "frame => frame.getBoundingClientRect().height"
    whole = "Math.ceil(document.documentElement.getBoundingClientRect().height)"
    page.wait_for_function(
        "height => document.querySelector('iframe').offsetHeight === height",
        arg=frame.evaluate(whole),
    )
    before = page.locator("iframe").evaluate(height)
    page.add_script_tag(url=f"{plain.url}/embed.js")  # as of a second board on the page

    frame.locator("#ask-text").click()
    frame.locator(".ask__more > summary").click()

    page.wait_for_function(f"document.querySelector('iframe').offsetHeight > {before}")
    page.set_viewport_size({"width": 390, "height": 500})
    page.wait_for_function("document.querySelector('iframe').offsetHeight === 450")


def test_nobody_else_sizes_it_and_no_name_is_left(visit, plain, site):
    page = visit(plain)
    board_in(page)
    page.wait_for_function("document.querySelector('iframe').style.height")
    before = page.locator("iframe").evaluate("frame => frame.style.height")

    page.evaluate("""() => {
      const other = document.createElement("iframe");
      document.body.append(other);
      other.contentWindow.eval("parent.postMessage({ companion: 'height', height: 333 }, '*')");
      postMessage({ companion: "height", height: 333 }, "*");
      return new Promise((done) => setTimeout(done, 200));
    }""")

    assert page.locator("iframe").first.evaluate("frame => frame.style.height") == before
    page.goto(site.show("/without", ""))
    names = page.evaluate("Object.keys(window)")
    page.add_script_tag(url=f"{plain.url}/embed.js")
    assert page.evaluate("Object.keys(window)") == names


def test_on_a_small_phone_in_the_dark_and_by_keyboard(visit, plain):
    page = visit(plain, viewport={"width": 320, "height": 640}, color_scheme="dark")
    frame = board_in(page)
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")

    frame.evaluate(Axe().axe_script)
    for scheme, rules in AXE_RULES.items():
        page.emulate_media(color_scheme=scheme)
        finish_moving(frame)
        run = "rules => axe.run(document, rules).then(({ violations }) => violations)"
        found = frame.evaluate(run, rules)
        assert [node["html"] for rule in found for node in rule["nodes"]] == []
    page.locator("h1").click()
    page.keyboard.press("Tab")
    expect(frame.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(frame.locator("#ask-text")).to_be_focused()
    assert len(page.context.pages) == 1


def test_without_scripts_what_is_sent_opens_the_talks_page(visit, plain):
    page = visit(plain, java_script_enabled=False)
    frame = page.frame_locator("iframe")

    frame.locator("#ask-text").fill(HOME)
    with page.context.expect_page() as opened:
        frame.get_by_role("button", name="Send").click()

    expect(opened.value.locator("#ask-text")).to_have_value(HOME)
    expect(frame.locator("#questions")).to_be_attached()
