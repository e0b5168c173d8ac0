"""Tools on the wall: when they are put away, by whom, and what becomes of a line meanwhile."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_wall_marks import ARC, choose, marks, stroke
from tests.support.wall import arrange, at_desk, note, open_wall, press

BEES = "How do bees find their way home?"
CAPTION = "What is it? Optional"


@pytest.fixture
def grace(begin, enter):
    """Return a moderator's page on the wall of a talk, and the talk."""
    talk = begin(BEES)
    return open_wall(enter(talk["moderator"]), talk["slug"]), talk


def begin_line(page) -> None:
    box = page.locator("#wall-scroll").bounding_box()
    page.mouse.move(box["x"] + 80, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 100, steps=4)


def end_line(page) -> None:
    box = page.locator("#wall-scroll").bounding_box()
    page.mouse.move(box["x"] + 300, box["y"] + 200, steps=4)
    page.mouse.up()


def chosen(page, name: str):
    return page.get_by_role("radio", name=name, exact=True)


def test_a_line_goes_with_the_pens(grace, arrive):
    desk, talk = grace
    at_desk(desk, "switches", wall_pen="all")
    ada = open_wall(arrive(talk["slug"]).page, talk["slug"])
    choose(ada, "Pen")
    begin_line(ada)
    expect(ada.locator(".mark")).to_have_count(1)

    at_desk(desk, "switches", wall_pen="staff")
    expect(ada.locator("#pens")).to_have_count(0)
    end_line(ada)

    ada.wait_for_timeout(300)
    expect(ada.locator(".mark")).to_have_count(0)


def test_escape_in_the_midst_of_a_line_drops_it_and_no_more(grace):
    desk, _ = grace
    choose(desk, "Pen")
    begin_line(desk)

    press(desk, "Escape")
    expect(desk.locator(".mark")).to_have_count(0)
    expect(chosen(desk, "Pen")).to_be_checked()
    end_line(desk)
    desk.wait_for_timeout(300)
    expect(desk.locator(".mark")).to_have_count(0)

    press(desk, "Escape")
    expect(chosen(desk, "Move")).to_be_checked()


def test_escape_leaves_a_held_note_then_a_caption_then_the_tool(grace):
    desk, _ = grace
    choose(desk, "Pen")
    stroke(desk, *ARC)
    desk.get_by_label(CAPTION).fill("A path home")
    box = note(desk, BEES).bounding_box()  # not placed yet: there are no pens
    desk.mouse.move(box["x"] + 20, box["y"] + 12)
    desk.mouse.down()
    desk.mouse.move(box["x"] + 60, box["y"] + 60, steps=4)

    press(desk, "Escape")
    desk.mouse.up()
    expect(desk.locator("#announcer")).to_have_text("Left where it was.")
    expect(desk.get_by_label(CAPTION)).to_have_value("A path home")

    desk.get_by_label(CAPTION).focus()
    press(desk, "Escape")
    expect(desk.get_by_label(CAPTION)).to_be_hidden()
    expect(chosen(desk, "Pen")).to_be_checked()
    expect(chosen(desk, "Pen")).to_be_focused()

    press(desk, "Escape")
    expect(chosen(desk, "Move")).to_be_checked()


def test_a_caption_half_typed_stays_while_one_draws_on(grace):
    desk, _ = grace
    choose(desk, "Pen")
    stroke(desk, *ARC)
    desk.get_by_label(CAPTION).fill("A path home")

    stroke(desk, (400, 40), (460, 200))
    expect(marks(desk)).to_have_count(2)
    expect(desk.get_by_label(CAPTION)).to_have_value("A path home")

    desk.get_by_label(CAPTION).press("Enter")
    expect(desk.locator("#wall-marks")).to_contain_text("A path home")
    expect(chosen(desk, "Pen")).to_be_focused()


def test_a_tool_is_there_again_with_the_map(grace):
    desk, _ = grace
    arrange(desk, BEES, x=40, y=40)
    choose(desk, "Pen")
    desk.get_by_role("button", name="Outline").click()
    expect(desk.locator("body")).to_have_attribute("data-tool", "move")

    note(desk, BEES).focus()
    press(desk, "Space", "Enter")

    expect(desk.locator("body")).to_have_attribute("data-shows", "map")
    expect(desk.locator("body")).to_have_attribute("data-tool", "pen")
