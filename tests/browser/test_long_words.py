"""Words without end and towers of marks, in all that a file says and people type, on a phone."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.support.browser import PHONE, serve
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


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Serve one talk whose every word is too long."""
    with serve(tmp_path_factory.mktemp("talks")) as running:
        path = running.folder / f"{SLUG}.md"
        path.write_text(HEADER.format(day=datetime.now(UTC)), encoding="utf-8")
        (running.folder / f"{LONG}-broken.md").write_text(f"---\ntitle: {LONG}\n---\n")
        running.wait_for(f"/talks/{SLUG}")
        yield running


@pytest.fixture
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
