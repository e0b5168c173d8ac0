"""Marks on the wall in two browsers: drawn, seen by all, erased, captioned, and pointed at."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import violations
from tests.support.wall import Finger, at_desk, open_wall

BEES = "How do bees find their way home?"


@pytest.fixture
def grace(begin, enter):
    """Return a moderator's page on the wall of a talk, and the talk."""
    talk = begin(BEES)
    return open_wall(enter(talk["moderator"]), talk["slug"]), talk


def choose(page, name: str) -> None:
    page.locator("#pens").get_by_text(name, exact=True).click()
    expect(page.locator("body[data-parts~=drawing]")).to_be_attached()


def stroke(page, *points: tuple[int, int]) -> None:
    """Draw through some points of the map."""
    box = page.locator("#wall-scroll").bounding_box()
    (x, y), *others = points
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.down()
    for x, y in others:
        page.mouse.move(box["x"] + x, box["y"] + y, steps=4)
    page.mouse.up()


def marks(page):
    return page.locator("#wall-shapes .mark:not([data-waits])")


def lines(page) -> list[str]:
    return marks(page).evaluate_all("marks => marks.map((mark) => mark.getAttribute('d'))")


ARC = ((80, 80), (200, 60), (320, 160), (240, 260))


def test_what_a_moderator_draws_everybody_sees(grace, arrive):
    desk, talk = grace
    ada = open_wall(arrive(talk["slug"]).page, talk["slug"])
    expect(ada.locator("#pens")).to_have_count(0)

    choose(desk, "Highlighter")
    choose(desk, "red")
    choose(desk, "thick")
    stroke(desk, *ARC)

    expect(marks(ada)).to_have_count(1)
    expect(marks(desk)).to_have_count(1)
    expect(marks(ada)).to_have_attribute("stroke-width", "36")
    expect(marks(ada)).to_have_attribute("data-colour", "red")
    assert lines(ada) == lines(desk)
    by_hand = lines(desk)
    desk.get_by_label("What is it? Optional").fill("A path home")
    desk.keyboard.press("Enter")
    expect(ada.locator("#wall-marks")).to_contain_text("A path home")
    expect(desk.locator("#mark-caption")).to_be_hidden()
    assert violations(desk) == violations(ada) == []
    for page in (desk, ada):
        page.reload()
        expect(marks(page)).to_have_count(1)
        assert lines(page) == by_hand


def test_ones_own_goes_back_by_key_and_by_the_eraser(grace):
    desk, _ = grace
    choose(desk, "Pen")
    stroke(desk, *ARC)
    expect(marks(desk)).to_have_count(1)

    desk.keyboard.press("z")
    expect(marks(desk)).to_have_count(0)
    desk.get_by_role("button", name="Undo mine").click()
    expect(desk.locator("#announcer")).to_have_text("There is nothing of yours to put back.")
    stroke(desk, *ARC)
    expect(marks(desk)).to_have_count(1)
    choose(desk, "Eraser")
    stroke(desk, (300, 40), (220, 280))
    expect(marks(desk)).to_have_count(0)
    desk.get_by_role("button", name="Undo mine").click()
    expect(marks(desk)).to_have_count(1)


def test_while_a_tool_is_chosen_no_note_is_moved_and_no_link_followed(grace):
    desk, _ = grace
    note = desk.locator(".note")
    box, to = note.bounding_box(), desk.locator("#wall-scroll").bounding_box()
    desk.mouse.move(box["x"] + 20, box["y"] + 12)
    desk.mouse.down()
    desk.mouse.move(to["x"] + 120, to["y"] + 120, steps=5)
    desk.mouse.up()
    expect(desk.locator("#wall-notes .note")).to_have_count(1)
    expect(desk.locator("#announcer")).to_have_text("Put down.")
    choose(desk, "Pen")
    before = note.bounding_box()

    stroke(desk, (130, 130), (260, 200))

    expect(marks(desk)).to_have_count(1)
    assert note.bounding_box() == before
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("radio", name="Move")).to_be_checked()


def test_what_cannot_be_sent_is_kept_and_sent_once_it_can_be(grace, arrive):
    desk, talk = grace
    ada = open_wall(arrive(talk["slug"]).page, talk["slug"])
    choose(desk, "Pen")
    desk.route("**/wall/marks", lambda route: route.abort())

    stroke(desk, *ARC)

    expect(desk.locator("#toasts")).to_contain_text("What you drew is kept here")
    expect(desk.locator(".mark[data-unsent]")).to_have_count(1)
    desk.unroute("**/wall/marks")
    expect(marks(ada)).to_have_count(1)
    expect(marks(desk)).to_have_count(1)
    expect(desk.locator(".mark")).to_have_count(1)


def test_what_is_refused_goes_and_says_why(grace, arrive):
    desk, talk = grace
    allow(desk)
    visitor = arrive(talk["slug"])
    ada = open_wall(visitor.page, talk["slug"])
    choose(ada, "Pen")
    ada.route("**/wall/notes*", lambda route: route.abort())  # it has not heard of it yet
    allow(desk, "staff")

    stroke(ada, *ARC)

    expect(ada.locator("#toasts")).to_contain_text("Only those who run the talk draw")
    expect(ada.locator(".mark")).to_have_count(0)
    visitor.complaints.clear()  # the browser itself says that a form was refused


def allow(desk, who: str = "all") -> None:
    """Have everybody draw, or staff alone, as the desk's switch does."""
    at_desk(desk, "switches", wall_pen=who)


def test_an_attendee_draws_with_a_finger_and_two_fingers_move_the_map(grace, arrive, phone):
    desk, talk = grace
    ada = open_wall(arrive(talk["slug"], **phone).page, talk["slug"])
    ada.get_by_role("button", name="Map").click()
    expect(ada.locator("#pens")).to_have_count(0)
    allow(desk)
    choose(ada, "Highlighter")
    ada.locator("#wall-scroll").evaluate("map => map.scrollIntoView({ block: 'end' })")
    ada.locator("#wall-notes").evaluate("map => map.style.setProperty('--height', '3000px')")
    finger = Finger(ada)

    finger.put((60, 60))
    for step in range(1, 9):
        finger.go((60 + 20 * step, 60 + 15 * step))
    finger.leave()
    expect(marks(ada)).to_have_count(1)
    expect(marks(desk)).to_have_count(1)
    assert ada.locator("#wall-scroll").evaluate("map => map.scrollTop") == 0

    finger.put((60, 200))
    finger.put((60, 200), (160, 200))
    for step in range(1, 9):
        finger.go((60, 200 - 10 * step), (160, 200 - 10 * step))
    finger.leave()
    way = ada.locator("#wall-scroll").evaluate("map => map.scrollTop")
    assert 60 <= way <= 90, "the map goes as far as the fingers do"
    expect(ada.locator(".mark")).to_have_count(1)
    assert ada.evaluate("document.documentElement.scrollWidth") <= phone["viewport"]["width"]


def test_where_staff_point_everybody_sees_for_a_moment(grace, arrive, page_of):
    desk, talk = grace
    ada = open_wall(arrive(talk["slug"]).page, talk["slug"])
    screen = page_of(talk["slug"])
    screen.goto(f"{desk.url.removesuffix('/wall')}/present?view=wall")
    expect(screen.locator("body[data-live=on]")).to_be_attached()
    choose(desk, "Laser")

    stroke(desk, *ARC)

    for page in (ada, screen):
        expect(page.locator(".laser").first).to_be_attached()
    for page in (ada, screen):
        expect(page.locator(".laser")).to_have_count(0)
    expect(desk.locator(".mark, .laser")).to_have_count(0)
