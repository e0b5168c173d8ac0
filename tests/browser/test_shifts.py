"""Nothing moves under a reader: not by the clock, not by what others do."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import PHONE
from tests.support.live import Attendee

pytestmark = pytest.mark.browser
LAPTOP = {"viewport": {"width": 1280, "height": 800}}
MEASURE = """() => {
  window.shifts = [];
  const at = ({ x, y, width, height }) => [x, y, width, height];
  const told = ({ node, previousRect, currentRect }) =>
    `${node?.className ?? node?.data ?? node} (${at(previousRect)} to ${at(currentRect)})`;
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, value, sources } of list.getEntries())
      if (!hadRecentInput) window.shifts.push([value, ...sources.map(told)]);
  }).observe({ type: "layout-shift" });
}"""
POINTS = """() => [0.3, 0.45, 0.6, 0.75].map((part) => {
  const pane = document.getElementById("board").getBoundingClientRect();
  // The pill stands before whatever is there, and moves nothing of it.
  const seen = document.elementsFromPoint(pane.left + pane.width / 3, innerHeight * part);
  return seen.find((each) => !each.closest(".pill-rail"))?.closest("[id]").id;
})"""
PHASES = (("doors", "doors"), ("starts", "talk"), ("qa", "qa"), ("ends", "over"))
REACH = """(moment) => {
  const { dataset } = document.getElementById("stage");
  const by = Date.now() - 5 - dataset[moment];
  for (const each of ["doors", "starts", "qa", "ends"]) dataset[each] = Number(dataset[each]) + by;
}"""
RUN = """async ([what, fields]) => {
  const body = new URLSearchParams(fields);
  const address = location.pathname.replace(/moderate$/, `desk/${what}`);
  const { ok, status } = await fetch(address, { method: "POST", body });
  if (!ok) throw new Error(`${what}: ${status}`);
}"""
SCROLL = "document.getElementById('board').scrollIntoView({behavior: 'instant'})"
IDS = "() => [...document.querySelectorAll('#questions > .question')].map((it) => it.dataset.id)"


def questions(count):
    return [f"Question number {number} of a long list?" for number in range(count)]


class Reader:
    """Somebody who has scrolled to the board and now only reads."""

    def __init__(self, person):
        """Scroll, rest the mouse on a question if there is one, and look at what stands where."""
        self.page = person.page
        self.page.evaluate(SCROLL)
        self.page.wait_for_timeout(700)
        if self.page.evaluate("matchMedia('(hover: hover)').matches"):
            self.page.locator("#questions > .question").nth(2).hover()
        self.page.evaluate(MEASURE)
        self.before = self.page.evaluate(POINTS)

    def has_seen_nothing_move(self, what):
        """Make sure of it, once the page had time to move."""
        self.page.wait_for_timeout(300)
        assert self.page.evaluate("window.shifts") == [], what
        assert self.page.evaluate(POINTS) == self.before, what


def by_the_clock(page, moment):
    """Let the page's clock reach a moment of the talk."""
    page.evaluate(REACH, moment)


def run(desk, what, **fields):
    """Have the chair do something, wherever the desk shows it."""
    desk.evaluate(RUN, [what, fields])


@pytest.fixture(params=["phone", "laptop"])
def size(request, phone):
    return phone if request.param == "phone" else LAPTOP


def test_nothing_moves_by_the_clock(arrive, begin, size):
    talk = begin(*questions(6), starts_in=40)
    ada = arrive(talk["slug"], **size).is_live()
    reader = Reader(ada)

    # The server, whose time has not jumped, would set this clock right again.
    ada.page.route("**/board?**", lambda route: route.fulfill(status=204))
    for moment, phase in PHASES:
        by_the_clock(ada.page, moment)
        expect(ada.page.locator("#stage")).to_have_attribute("data-phase", phase)
        reader.has_seen_nothing_move(phase)


def test_nothing_moves_by_what_others_do(arrive, begin, enter, size):
    talk = begin(*questions(6))
    ada = arrive(talk["slug"], **size).is_live()
    bob = Attendee(ada.server, talk["slug"])
    desk = enter(talk["moderator"])
    reader = Reader(ada)

    assert bob.ask("Is this one new among the others?")["ok"]
    ids = [int(id) for id in ada.page.evaluate(IDS)]
    for number in (ids[3], ids[4], ids[3]):
        assert bob.vote(number)["ok"]
    reader.has_seen_nothing_move("asked and voted")
    for number in ids[:3]:
        run(desk, "questions", do="now", ids=number)
        reader.has_seen_nothing_move("answered, next")
    expect(ada.page.locator("#now-strip")).to_contain_text("Question number")
    run(desk, "questions", do="decline", ids=ids[5], reason="unkind")
    expect(ada.card("Question number 5 of")).to_have_count(0)
    reader.has_seen_nothing_move("declined")
    run(desk, "switches", slow="1")
    expect(ada.page.locator("#board-state")).to_contain_text("wait")
    reader.has_seen_nothing_move("slow mode")
    run(desk, "time", do="extend")
    reader.has_seen_nothing_move("more time")
    run(desk, "time", do="end")
    if "ask-text" in reader.before:  # the form goes, its room stays
        reader.before[reader.before.index("ask-text")] = "board"
    expect(ada.page.locator("#stage")).to_have_attribute("data-phase", "over")
    expect(ada.page.locator("#board-state")).to_contain_text("Closed")
    reader.has_seen_nothing_move("ended early")


def test_nothing_moves_for_whom_the_board_closes_upon_something_unsent(arrive, begin, enter, phone):
    talk = begin(*questions(9))
    ada = arrive(talk["slug"], **phone).is_live()
    desk = enter(talk["moderator"])
    ada.page.locator("#ask-text").fill("Can this still be asked?")
    ada.page.locator("#ask-text").blur()
    ada.page.locator("#questions > .question").nth(4).scroll_into_view_if_needed()
    ada.page.wait_for_timeout(700)
    ada.page.evaluate(MEASURE)
    card = ada.page.locator("#questions > .question").nth(4)
    top = card.bounding_box()["y"]

    run(desk, "time", do="end")
    expect(ada.page.locator("#unsent-text")).to_have_text("Can this still be asked?")
    ada.page.wait_for_timeout(300)
    # The article that holds all is told of when it takes its other shape, out of sight.
    moved = [what for _, *sources in ada.page.evaluate("window.shifts") for what in sources]
    assert [what for what in moved if not what.startswith("talk ")] == []
    assert card.bounding_box()["y"] == pytest.approx(top, abs=1)


def test_a_phone_put_away_comes_back_to_what_was_read(arrive, begin, phone):
    talk = begin(*questions(6), starts_in=40)
    page = arrive(talk["slug"], **phone).is_live().page
    page.route("**/board?**", lambda route: route.fulfill(status=204))
    about = page.locator(".talk__about")
    about.evaluate("it => it.append('A long abstract. '.repeat(300))")
    about.evaluate("it => scrollTo({top: it.offsetTop + innerHeight / 4, behavior: 'instant'})")
    top = about.bounding_box()["y"]

    page.evaluate("""() => {
      Object.defineProperty(document, 'hidden', { get: () => window.isAway, configurable: true });
      window.isAway = true;
    }""")
    by_the_clock(page, "starts")
    expect(page.locator("#stage")).to_have_attribute("data-phase", "talk")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".talk")).to_have_attribute("data-phase", "talk")
    assert about.bounding_box()["y"] == pytest.approx(top, abs=1)


@pytest.mark.parametrize("screen", [(390, 844), (320, 568)])
def test_who_asks_sees_the_whole_form_above_the_keyboard(arrive, begin, phone, screen):
    width, height = screen
    talk = begin(*questions(6))
    held = phone | {"viewport": {"width": width, "height": height}}
    for way in (".masthead__jump", "#ask-text"):
        page = arrive(talk["slug"], **held).is_live().page
        page.locator(way).tap()
        expect(page.locator("#ask-text")).to_be_focused()
        page.set_viewport_size({"width": width, "height": round(height * 0.55)})
        for part in ("#ask-text", ".ask__send"):
            expect(page.locator(part)).to_be_in_viewport(ratio=1)
        top = page.locator(".ask").bounding_box()["y"]
        assert top >= 0, (way, top)


def test_the_board_begins_in_the_first_third_while_the_talk_goes_on(arrive, begin, phone):
    talk = begin(*questions(6))
    page = arrive(talk["slug"], **phone).is_live().page
    assert page.locator("#board").bounding_box()["y"] <= 844 / 3


@pytest.mark.parametrize("is_held_back", [False, True], ids=["at once", "after a touch"])
def test_a_poll_of_a_page_that_had_none_moves_nothing_when_its_styles_come_late(
    arrive, begin, enter, size, is_held_back
):
    talk = begin(*questions(9))
    ada, desk = arrive(talk["slug"], **size).is_live(), enter(talk["moderator"])
    held = []
    ada.page.route("**/*polls*.css*", lambda route: held.append(route))
    reader = Reader(ada)
    ada.page.mouse.move(1, 1)
    ada.page.wait_for_timeout(1_200)
    if is_held_back:
        ada.page.evaluate("dispatchEvent(new PointerEvent('pointerdown'))")

    with ada.page.expect_request("**/*polls*.css*"):
        run(desk, "polls/new", ask="Is the sound good?", options="Yes\nNo", open="1")
        if is_held_back:
            expect(ada.page.locator("#now-strip")).to_contain_text("Is the sound good?")
            ada.page.evaluate("dispatchEvent(new PointerEvent('pointerup'))")
    reader.has_seen_nothing_move("made")
    expect(ada.page.locator(".poll")).to_have_count(0)
    held[0].continue_()

    expect(ada.page.locator(".poll")).to_be_attached()
    rows = [row.bounding_box() for row in ada.page.locator(".poll__option").all()]
    ada.page.wait_for_timeout(700)
    assert [row.bounding_box() for row in ada.page.locator(".poll__option").all()] == rows
    assert [sources for value, *sources in ada.page.evaluate("window.shifts") if value > 0.1] == []


IS_LOADED = """() => [...document.fonts].some(({ family, status }) =>
  family.includes("Bricolage Grotesque") && status === "loaded")"""
HEADINGS = """() => [...document.querySelectorAll("h1, h2, h3")].map((heading) => {
  const range = document.createRange();
  range.selectNodeContents(heading);
  return range.getBoundingClientRect().width;
})"""


@pytest.mark.parametrize("path", ["/", "/talks/{slug}"])
@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_the_typeface_moves_nothing_when_it_comes_late(arrive, server, begin, path, size):
    talk = begin(starts_in=30)
    ada = arrive(talk["slug"], **size)
    held = []
    ada.page.route("**/*.woff2", lambda route: held.append(route))
    ada.page.goto(server.url + path.format(**talk), wait_until="commit")
    ada.page.locator("h1").wait_for()
    ada.page.wait_for_timeout(1_000)
    assert held
    assert not ada.page.evaluate(IS_LOADED)
    ada.page.evaluate(MEASURE)
    without = ada.page.evaluate(HEADINGS)

    for route in held:
        route.continue_()
    ada.page.wait_for_timeout(700)

    assert ada.page.evaluate("window.shifts") == []
    assert ada.page.evaluate(HEADINGS) == without
    ada.page.unroute("**/*.woff2")
    ada.page.reload()
    ada.page.wait_for_function(IS_LOADED)
    assert ada.page.evaluate(HEADINGS) != without
