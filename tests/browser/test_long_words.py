"""Words without end and towers of marks, in all that a file says and people type, on a phone."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.support.browser import PHONE, ask, end_talk, serve
from tests.support.live import Attendee

LONG = "W" * 60
TOWER = "Ze" + "\u0301" * 250 + "bra"
SLUG = "w" * 80
HEADER = f"""---
title: "{LONG}"
speaker: "{LONG}, {TOWER}"
institute: "{LONG}"
location: "{LONG}"
category: "{LONG}"
tags: ["{LONG}", "{TOWER}"]
date: {{day:%Y-%m-%d}}
all_day: true
timezone: UTC
polls:
  - prompt: "What stops you?"
meeting_url: https://meet.jit.si/{LONG}
slides_url: https://example.org/{LONG}
---

# {LONG}

{LONG} https://example.org/{LONG} `{LONG}`

| {LONG} | {LONG} |
|---|---|
| {LONG} | a |

- {LONG}

> {TOWER}
"""
EVERYWHERE = ("/", f"/{LONG}", f"/embed/{SLUG}", "/organise", "/organise/questions?find=WWW", "/j")
OF_THE_TALK = (
    *("", "/moderate", "/speaker", "/present", "/report", "/publish", "/export", "/import"),
    *("/recording", "/runsheet", "/questions/1/edit", "/organise", "/poster"),
)
PATHS = (*EVERYWHERE, *(f"/talks/{SLUG}{view}" for view in OF_THE_TALK))
WITH_FIELDS = (
    *("/", "/organise", "/organise/questions", "/organise/account", "/organise/integrations"),
    *("/organise/pages/new", f"/embed/{SLUG}", "/j"),
    *(f"/talks/{SLUG}{view}" for view in ("/wall", "/import", "/organise", "/organise/edit")),
)
FIELDS = "textarea, input:is([type=text], [type=search], [type=url])"
# What stands out of the phone, where nothing around it cuts it off: the innermost of it.
TOO_WIDE = """() => {
  const out = (one) => one.getBoundingClientRect().right > 391 && one.checkVisibility();
  const cut = (one) =>
    one && (getComputedStyle(one).overflowX !== "visible" || cut(one.parentElement));
  return document.documentElement.scrollWidth > 390
    ? [...document.querySelectorAll("body *")]
      .filter((one) => out(one) && !cut(one.parentElement) && ![...one.children].some(out))
      .map((one) => one.cloneNode(false).outerHTML.slice(0, 120))
    : [];
}"""

# Into every field what is too long, wherever it unfolds: whether the page is wider then, and which
# of the forms' buttons and fields stand out of it.
TYPED = """([fields, text]) => {
  const out = ({ left, right }) => left < 0 || right > innerWidth;
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  document.querySelector(".ask")?.setAttribute("data-open", "");
  document.querySelectorAll(fields).forEach((one) => { one.value = text; });
  const { scrollWidth, clientWidth } = document.documentElement;
  return [
    ...(scrollWidth > clientWidth ? [`${scrollWidth} in ${clientWidth}`] : []),
    ...[...document.querySelectorAll("form")].filter((one) => one.querySelector(fields))
      .flatMap((one) => [...one.querySelectorAll(`button, ${fields}`)])
      .filter((one) => one.checkVisibility() && out(one.getBoundingClientRect()))
      .map((one) => one.cloneNode(false).outerHTML.slice(0, 120)),
  ];
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Serve one talk whose every word is too long."""
    with serve(tmp_path_factory.mktemp("talks")) as running:
        path = running.folder / f"{SLUG}.md"
        path.write_text(HEADER.format(day=datetime.now(UTC)), encoding="utf-8")
        (running.folder / f"{LONG}-broken.md").write_text(f"---\ntitle: {LONG}\n---\n")
        running.wait_for(f"/talks/{SLUG}")
        yield running


@pytest.fixture(scope="module")
def page(chromium, server):
    """Return the phone of somebody who organises, and who has just asked."""
    context = chromium.new_context(**PHONE)
    page = context.new_page()
    page.goto(re.search(r"http\S+/enter#\S+", server.log())[0])
    page.get_by_label("Your name").fill(LONG)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Organise")).to_be_visible()
    yield page
    context.close()


@pytest.fixture
def do(page, server):
    """Return what sends a form of the desk's."""

    def send(form, **fields):
        url = f"{server.url}/talks/{SLUG}/desk/{form}"
        done = page.request.post(url, form=fields, headers={"Origin": server.origin})
        assert done.ok, done.text()

    return send


def test_no_page_is_wider_than_a_phone(page, server, do):
    ada = Attendee(server, SLUG)
    names = ("M" * 60, f"{TOWER}{LONG}"[:60], "")
    answers = [ada.ask(f"{n}{'W' * 299}", detail="W" * 900, name=names[n]) for n in range(3)]
    assert all(answer["ok"] for answer in answers)
    first, second, third = (answer["id"] for answer in answers)
    do(f"questions/{first}/labels", labels="W" * 20)
    do(f"questions/{third}/answer", answer=f"{'W' * 600} {TOWER}")
    do("questions", do="now", ids=first)
    do("questions", do="next", ids=second)
    do("message", text="W" * 100)

    found = {}
    for path in PATHS:
        page.goto(server.url + path)
        found[path] = page.evaluate(TOO_WIDE)
        towers = re.findall("\u0301{9,}", page.text_content("body") or "")
        assert not towers or path.endswith("/publish"), path  # which shows the file as it is
    assert {path: what for path, what in found.items() if what} == {}


def test_no_page_is_wider_for_what_is_typed(page, server):
    here = f"{server.url}/talks/{SLUG}"
    page.goto(here)
    ask(page, "Which of my own questions is this?")
    id = page.locator(".question[data-own]").get_attribute("data-id")
    page.goto(f"{here}/moderate")
    page.locator(".desk-poll").get_by_role("button", name="Open the poll").click()
    expect(page.get_by_role("button", name="Close the poll")).to_be_visible()
    own = (f"{here}/questions/{id}/edit", f"{here}/moderate?more={id}")

    found = typed_into(page, here, *own, *(server.url + path for path in WITH_FIELDS))
    page.goto(f"{here}/moderate")
    end_talk(page)
    expect(page.get_by_text("This talk is over")).to_be_visible()
    found |= typed_into(page, here, f"{here}/speaker")
    page.set_viewport_size(PHONE["viewport"])

    assert {path: what for path, what in found.items() if what} == {}


def typed_into(page, *urls):
    """Return what is too wide on pages once their fields are full, on a phone and on a desktop."""
    found = {}
    for width, height in ((390, 844), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        for url in urls:
            page.goto(url)
            assert page.locator(FIELDS).count(), url
            found[url, width] = page.evaluate(TYPED, [FIELDS, "W" * 300])
    return found
