"""The way from one typed time to a player that starts there, in real browsers."""

from html import escape
from itertools import count
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.browser import PHONE, open_link, violations
from tests.support.live import write_talk

BUGS = "How do compilers find their own bugs?"
NAMES = "Why are variables still named by hand?"
PLAYER = "https://cdnapisec.kaltura.com"
EMBED = (
    f"{PLAYER}/p/11/sp/1100/embedIframeJs/uiconf_id/3/partner_id/11?iframeembed=true"
    "&playerId=kaltura_player&entry_id=1_abcdefgh&flashvars[streamerType]=auto"
    "&flashvars[chapters.layout]=vertical&wid=1_ijklmnop"
)
AT = f"{EMBED}&flashvars[mediaProxy.mediaPlayFrom]=2480"
PLAYS = f"{AT}&flashvars[autoPlay]=true"
NAME = "Play the recording from 41:20"
NUMBERS = count(1)


class Answered:
    """A talk that is over, of whose two questions one was answered in it."""

    def __init__(self, chromium, server, arrive, talk):
        path = write_talk(server.folder, talk, starts_in=-50)
        path.write_text(f'{path.read_text()}\n<iframe src="{EMBED}"></iframe>\n')
        server.wait_for(f"/talks/{talk}")
        self.server, self.url = server, f"{server.url}/talks/{talk}"
        self.links = server.links(talk)
        self.grace = open_link(chromium, self.links["moderator"])
        self.ada = arrive(talk).is_live()
        for text in (BUGS, NAMES):
            self.ada.ask(text)
            self.ada.sees(text)
        self.question, self.other = self.numbers()
        for do in ("now", "answered"):
            self.post(self.grace, "desk/questions", ids=str(self.question), do=do)
        self.post(self.grace, "desk/time", do="end")
        expect(self.ada.page.locator(".embed--recording")).to_be_visible()

    def numbers(self):
        rows = self.server.query("SELECT id, text FROM question ORDER BY id DESC LIMIT 2")
        return rows[1][0], rows[0][0]

    def post(self, page, path, **form):
        headers = {"Origin": self.server.origin}
        answer = page.request.post(f"{self.url}/{path}", form=form, headers=headers)
        assert answer.ok, answer.text()

    def save(self):
        """Have the moderator say where the question is."""
        fields = {"by": "question", "question": str(self.question), "at": "41:20"}
        self.post(self.grace, "recording", **fields)


@pytest.fixture
def answered(chromium, server, arrive):
    made = Answered(chromium, server, arrive, f"recorded-{next(NUMBERS)}")
    yield made
    made.grace.context.close()


def stand_in(context: BrowserContext) -> list[str]:
    """Answer instead of the player's host; returns what is asked of it."""
    asked: list[str] = []

    def fulfil(route):
        asked.append(route.request.url)
        body = f"<title>A player</title><p>{escape(route.request.url)}"
        route.fulfill(content_type="text/html", body=body)

    context.route(lambda url: urlsplit(url).hostname == urlsplit(PLAYER).hostname, fulfil)
    return asked


def expect_player_at(page: Page, address: str) -> None:
    """Wait until the recording's player is at an address, and has got it."""
    frame = page.locator(".embed--recording iframe")
    expect(frame).to_have_attribute("src", address)
    expect(frame.content_frame.locator("p")).to_have_text(address)


def test_a_time_is_tried_saved_heard_of_and_played(answered):
    grace, ada = answered.grace, answered.ada
    asked_by_grace, asked_by_ada = stand_in(grace.context), stand_in(ada.page.context)
    grace.goto(f"{answered.url}/recording")
    grace.get_by_label("begins at").fill("41:20")
    grace.get_by_role("button", name="Check first").last.click()
    expect(grace.get_by_role("link", name=NAME)).to_be_visible()
    grace.wait_for_load_state()  # its scripts are there
    expect(grace.locator(".embed__load")).to_be_visible()
    grace.get_by_role("link", name=NAME).click()
    expect_player_at(grace, PLAYS)
    expect(ada.card(BUGS).get_by_role("link")).to_have_count(0)

    grace.get_by_role("button", name="Save these times").click()
    expect(grace.get_by_role("status").first).to_contain_text("Saved")
    link = ada.card(BUGS).get_by_role("link", name=NAME)
    expect(link).to_have_attribute("href", AT)
    link.click()

    expect_player_at(ada.page, PLAYS)
    player = ada.page.locator(".embed--recording iframe")
    expect(player).to_be_in_viewport()
    expect(player).to_be_focused()
    assert asked_by_grace == asked_by_ada == [PLAYS]
    expect(ada.card(NAMES).get_by_role("link")).to_have_count(0)


def test_a_second_click_goes_there_in_the_same_player(answered):
    answered.save()
    page = answered.ada.page
    asked = stand_in(page.context)
    page.locator(".embed--recording").get_by_role("button").click()
    expect_player_at(page, EMBED)

    page.get_by_role("link", name=NAME).focus()
    page.keyboard.press("Enter")

    expect_player_at(page, PLAYS)
    assert asked == [EMBED, PLAYS]


def test_without_scripts_the_link_opens_the_player_at_the_second(answered, arrive):
    answered.save()
    bob = arrive(answered.ada.talk, java_script_enabled=False)
    stand_in(bob.page.context)

    bob.page.get_by_role("link", name=NAME).click()

    assert bob.page.url == AT


def test_axe_finds_nothing_and_nothing_is_too_wide(answered, chromium):
    answered.save()
    for size in (PHONE, {"viewport": {"width": 320, "height": 640}}, {}):
        page = open_link(chromium, answered.links["moderator"], **size)
        for path in ("/recording", "/recording?by=clock&clock=noon", ""):
            page.goto(answered.url + path)
            assert violations(page) == []
            width = page.viewport_size["width"]
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()


def test_chapters_are_copied(answered):
    answered.save()
    answered.grace.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answered.grace.goto(f"{answered.url}/recording")

    answered.grace.get_by_role("button", name="Copy").click()

    expect(answered.grace.locator(".toast")).to_have_text("Copied.")
    copied = answered.grace.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[1:] == [f"41:20 {BUGS}"]


def test_an_answer_in_writing_reaches_the_asker_s_open_page(answered, chromium):
    ada = answered.ada
    speaker = open_link(chromium, answered.links["speaker"])
    answered.post(speaker, "speaker/answers", question=str(answered.other), answer="By **hand**.")

    expect(ada.card(NAMES)).to_contain_text("By hand.")
    mine = ada.page.locator(f"#mine-{answered.other}")
    expect(mine).to_contain_text("Answered in writing")
    answered.save()
    expect(ada.card(BUGS)).to_contain_text("41:20")
    expect(ada.card(NAMES).get_by_role("link")).to_have_count(0)
    speaker.context.close()
