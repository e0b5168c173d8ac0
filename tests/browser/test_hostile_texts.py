"""Five hundred texts that would be more, in every field and on every view of a real browser."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy.orm import Session

from companion.store.models import Kind, Question, Role, Status
from tests.support.factories import make_talk
from tests.support.live import Attendee, LiveServer, eventually, write_talk
from tests.support.payloads import PAYLOADS
from tests.support.watcher import Watcher, enter, token

SLUG, OVER = "hostile", "hostile-over"
SHORT = [text[:60] for text in PAYLOADS]
# Whatever would be amiss on a page, wherever it stands; a speaker's address is made of their name.
AMISS = """() => [...document.querySelectorAll("*")].flatMap((element) =>
  [...element.attributes].filter(({ name, value }) => /^(on|hx-on)/.test(name)
      || /^(href|src|action|data|hx-(get|post)|style)$/.test(name)
        && (/^\\s*(javascript|data:text|vbscript)/i.test(value)
          || /^(?!\\/speakers\\/[-a-z0-9]+$)[^?]*stolen/.test(value)))
    .filter(({ value }) => !(element.matches("a") && value.startsWith("http")))
    .map(({ name, value }) => `${element.tagName} ${name}=${value}`))"""
VIOLATIONS = """window.violations = [];
document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
  window.violations.push(`${effectiveDirective} ${blockedURI}`));"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Serve a talk with a hostile header and text, on which all five hundred were asked."""
    folder = tmp_path_factory.mktemp("talks")
    said = [text.replace("\n", " ").replace("'", "''") for text in PAYLOADS]
    header = (
        f"speaker: '{said[2]}'\ntags: ['{said[20]}']\nroom: '{said[17]}'\nabstract: '{said[4]}'"
    )
    for slug, starts_in in ((SLUG, -5), (OVER, -90)):
        page = write_talk(folder, slug, starts_in=starts_in, more=header)
        title = re.compile('title: ".*"')
        titled = title.sub(lambda _: f"title: '{said[0]} {said[51]}'", page.read_text())
        page.write_text(titled + ("" if slug == OVER else "\n\n".join(PAYLOADS[1::9])))
    write_talk(folder, "told", starts_in=-5)
    running = LiveServer(folder, COMPANION_RATE_LIMITS="off")
    for slug in (SLUG, OVER):
        ask_them_all(running, slug)
    yield running
    running.stop()


def ask_them_all(server: LiveServer, slug: str) -> None:
    """Put each text into every field of a question, and the questions where they may stand."""
    now = datetime.now(UTC)
    public = (Status.OPEN, Status.OPEN, Status.OPEN, Status.ANSWERED)
    with Session(server.engine) as session, session.begin():
        talk = make_talk(session, slug)
        talk.revision = talk.public_revision = 1
        for number, text in enumerate(PAYLOADS):
            status = public[number % 4] if number % 5 else list(Status)[number // 5 % len(Status)]
            answer = text if status is Status.ANSWERED else ""
            question = Question(
                talk_id=talk.id, key=f"hostile-{number:016}", author=f"{number:032}", text=text,
                detail=text, name=SHORT[number], status=status, kind=list(Kind)[number % 7 == 0],
                votes=number % 9, asked_at=now, original_text=text, labels=SHORT[number],
                answer=answer, answered_at=now if answer else None, handled_by=SHORT[number],
                reason_words=text[:200], reason="other" if status is Status.DECLINED else "",
                merged_into=2 if status is Status.MERGED else None,
            )  # fmt: skip
            session.add(question)


@pytest.fixture
def context(chromium: Browser, server: LiveServer) -> Iterator[BrowserContext]:
    """Open a browser of an organiser who moderates and speaks, with somebody at the desk too."""
    cookie = enter(server, token(server, SLUG, Role.ORGANISER), SHORT[50])
    grace = Watcher(server, SLUG, "moderate", cookie)
    for path, fields in (
        ("desk/message", {"text": PAYLOADS[100]}),
        ("desk/room", {"text": PAYLOADS[152]}),
        ("desk/questions", {"do": "now", "ids": "2"}),
    ):
        assert grace.post(path, **fields) in (200, 303), path
    context = chromium.new_context(reduced_motion="reduce")
    name, _, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": server.url}])
    context.add_init_script(VIOLATIONS)
    yield context
    context.close()
    grace.leave()


class Watch:
    """All that happens on a page which nothing of ours asks for."""

    def __init__(self, page: Page, server: LiveServer) -> None:
        self.page, self.server = page, server
        self.seen: list[str] = []
        page.on("dialog", lambda dialog: (self.seen.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: self._look_at(request.url))
        page.on("pageerror", lambda error: self.seen.append(f"error: {error}"))

    def _look_at(self, url: str) -> None:
        parts = urlsplit(url)
        here = parts.scheme == "data" or f"{parts.scheme}://{parts.netloc}" == self.server.origin
        if not here or "stolen" in parts.path:
            self.seen.append(f"fetched {url[:200]}")

    def amiss(self) -> list[str]:
        return [*self.seen, *self.page.evaluate(AMISS), *self.page.evaluate("window.violations")]


# And how many of the texts stand there at least, in whatever field.
VIEWS = (
    ("/", 3),
    (f"/talks/{SLUG}?shown=500", 400),
    (f"/talks/{SLUG}/moderate", 400),
    (f"/talks/{SLUG}/present", 6),
    (f"/talks/{SLUG}/runsheet", 13),
    (f"/talks/{SLUG}/export", 3),
    (f"/talks/{OVER}/speaker?shown=500", 100),
    (f"/talks/{OVER}/report", 11),
    (f"/talks/{OVER}/publish", 100),
    (f"/talks/{OVER}/recording", 2),
    (f"/talks/{SLUG}/organise", 3),
    (f"/talks/{SLUG}/poster", 2),
    ("/organise", 3),
    ("/organise/questions?q=alert", 30),
    ("/enter?token=%22%3E%3Cimg%20src=/stolen%20onerror=alert(1)%3E", 0),
    ("/%22%3E%3Cscript%3Ealert(1)%3C/script%3E", 0),
)


@pytest.mark.parametrize(("view", "least"), VIEWS)
def test_on_every_view_a_text_is_a_text(context, server, view, least):
    page = context.new_page()
    watch = Watch(page, server)

    page.goto(server.url + view, wait_until="load")

    shown = page.evaluate("() => document.documentElement.textContent")
    assert sum(f"{1_000 + number}" in shown for number in range(500)) >= least
    assert watch.amiss() == []


def test_what_open_pages_are_told_is_a_text(context, server):
    page, ada = context.new_page(), Attendee(server, "told")
    watch = Watch(page, server)
    page.goto(f"{server.url}/talks/told")
    expect(page.locator("body[data-live=on]")).to_be_attached(timeout=15_000)

    for number in range(0, 500, 37):
        text = PAYLOADS[number]
        assert ada.ask(f"{text} take {number}", detail=text, name=SHORT[number])["ok"]

    expect(page.get_by_text("take 481")).to_be_visible()
    assert page.locator("#questions > li").count() == 14
    assert watch.amiss() == []
    ada.leave()


def test_what_the_policy_stops_is_reported(context, server):
    page = context.new_page()
    watch = Watch(page, server)
    page.goto(f"{server.url}/talks/{OVER}")

    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'alert(1)'}))"
    )

    assert eventually(lambda: "script-src-elem kept pages.talk from inline" in server.log())
    assert watch.amiss() == ["script-src-elem inline"]
    assert server.log().count("companion.web.violations") == 1
