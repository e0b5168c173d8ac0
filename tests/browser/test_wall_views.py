"""How the wall is looked at: near and far, before a background, and on the big screen."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_wall import by_pointer
from tests.browser.test_wall_marks import choose, marks, stroke
from tests.support.browser import violations
from tests.support.wall import Finger, arrange, at_desk, note, open_wall, press, tell

BEES, WASPS = "How do bees find their way home?", "Why do wasps come back for jam?"
TAKEN = """() => {
  window.taken = [];
  window.seen = [];
  for (const type of ["touchmove", "wheel", "keydown"])
    addEventListener(type, (event) => {
      seen.push(type);
      if (event.defaultPrevented) taken.push(type);
    });
}"""
LEFT = "document.getElementById('wall-map').getBoundingClientRect().left"


@pytest.fixture
def grace(begin, enter):
    """Return a moderator's page on the wall of a talk with two questions."""
    talk = begin(BEES, WASPS)
    desk = enter(talk["moderator"], viewport={"width": 1280, "height": 900})  # toasts cover no note
    return open_wall(desk, talk["slug"]), talk


def figure(page) -> str:
    return page.locator("#wall-zoom-figure").inner_text()


def width(page, text: str) -> float:
    return note(page, text).bounding_box()["width"]


def test_the_map_is_made_smaller_and_larger_by_buttons_keys_and_the_wheel(grace):
    desk, _ = grace
    by_pointer(desk, BEES, 300, 120)
    expect(desk.locator("#announcer")).to_have_text("Put down.")
    full = width(desk, BEES)

    desk.get_by_role("button", name="Smaller").click()
    assert (figure(desk), round(width(desk, BEES) / full, 2)) == ("80 %", 0.8)
    desk.locator("#wall-scroll").focus()
    desk.keyboard.press("0")
    assert figure(desk) == "100 %"
    for _ in range(5):
        desk.keyboard.press("-")
    assert figure(desk) == "33 %"
    expect(desk.locator("body[data-far]")).to_be_attached()
    expect(note(desk, BEES).get_by_role("link", name="Arrange")).to_be_attached()
    assert violations(desk) == []
    desk.keyboard.press("+")
    expect(desk.locator("body[data-far]")).to_have_count(0)
    desk.get_by_role("button", name="own size").click()

    at = desk.locator("#wall-scroll").bounding_box()
    desk.mouse.move(at["x"] + 300, at["y"] + 120)
    before = note(desk, BEES).bounding_box()
    desk.keyboard.down("Control")
    desk.mouse.wheel(0, -40)
    desk.keyboard.up("Control")
    assert width(desk, BEES) > before["width"]
    seen = note(desk, BEES).bounding_box()
    assert abs(seen["x"] - before["x"]) < before["width"] / 4  # what the pointer is on stays there


def test_on_a_smaller_map_a_note_is_put_down_under_the_pointer(grace, arrive):
    desk, talk = grace
    wall = open_wall(arrive(talk["slug"]).page, talk["slug"])
    for _ in range(3):
        desk.get_by_role("button", name="Smaller").click()

    by_pointer(desk, BEES, 60, 120)  # "Put back" will stand in the middle of the window's foot
    expect(desk.locator("#announcer")).to_have_text("Put down.")
    frame, box = desk.locator("#wall-scroll").bounding_box(), note(desk, BEES).bounding_box()
    assert 0 <= frame["x"] + 60 - box["x"] <= 20
    scale = 1.25**-3
    x = int(note(desk, BEES).get_attribute("data-x"))
    assert abs(x - (box["x"] - desk.evaluate(LEFT)) / scale) < 2
    expect(note(wall, BEES)).to_have_attribute("data-x", str(x))

    start = note(desk, BEES).bounding_box()
    desk.mouse.move(start["x"] + 20, start["y"] + 12)
    desk.mouse.down()
    desk.mouse.move(start["x"] + 120, start["y"] + 62, steps=4)
    moved = note(desk, BEES).bounding_box()
    desk.mouse.up()
    assert abs(moved["x"] - start["x"] - 100) < 2
    assert abs(moved["y"] - start["y"] - 50) < 2


def test_all_that_is_on_the_map_is_shown_at_once(grace):
    desk, _ = grace
    arrange(desk, BEES, x=3_000, y=40)
    arrange(desk, WASPS, x=40, y=2_600)

    desk.get_by_role("button", name="Fit").click()

    frame = desk.locator("#wall-scroll").bounding_box()
    for text in (BEES, WASPS):
        box = note(desk, text).bounding_box()
        assert frame["x"] <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]
        assert frame["y"] <= box["y"]
        assert box["y"] + box["height"] <= frame["y"] + frame["height"]
    room = "s => [s.scrollWidth - s.clientWidth, s.scrollHeight - s.clientHeight]"
    assert max(desk.locator("#wall-scroll").evaluate(room)) < 60


def test_marks_are_shown_with_the_rest(grace, page_of):
    desk, talk = grace
    tell(desk, BEES, x=40, y=40)
    screen = page_of(talk["slug"])
    screen.goto(f"{desk.url.removesuffix('/wall')}/present?view=wall")
    expect(screen.locator("body[data-live=on]")).to_be_attached()
    choose(desk, "Pen")
    stroke(desk, (300, 160), (700, 230))
    expect(marks(desk)).to_have_count(1)
    desk.keyboard.press("Escape")
    desk.set_viewport_size({"width": 700, "height": 600})

    desk.get_by_role("button", name="Fit").click()

    expect(marks(screen)).to_have_count(1)
    for page in (desk, screen):
        frame, mark = (each.bounding_box() for each in (page.locator("#wall-scroll"), marks(page)))
        assert frame["x"] <= mark["x"]
        assert mark["x"] + mark["width"] <= frame["x"] + frame["width"]
        assert mark["y"] + mark["height"] <= frame["y"] + frame["height"]


def test_a_note_in_a_hand_is_seen_on_the_big_screen(grace, page_of):
    desk, talk = grace
    tell(desk, BEES, x=40, y=40)
    screen = page_of(talk["slug"])
    screen.goto(f"{desk.url.removesuffix('/wall')}/present?view=wall")
    expect(screen.locator("body[data-live=on]")).to_be_attached()
    cursor = "map => getComputedStyle(map).cursor"
    assert screen.locator("#wall-scroll").evaluate(cursor) == "auto"
    box, to = note(desk, BEES).bounding_box(), desk.locator("#wall-scroll").bounding_box()
    desk.mouse.move(box["x"] + 20, box["y"] + 12)
    desk.mouse.down()

    desk.mouse.move(to["x"] + 300, to["y"] + 120, steps=5)

    expect(note(screen, BEES)).to_have_attribute("data-aloft", "held")
    expect(note(screen, BEES)).to_have_attribute("data-x", "40")
    desk.mouse.up()
    expect(note(screen, BEES)).not_to_have_attribute("data-x", "40")


@pytest.fixture
def on_phone(begin, enter, phone):
    """Return a moderator's phone, on the map of a wall with one note, and their fingers."""
    talk = begin(BEES)
    page = open_wall(enter(talk["moderator"], **phone), talk["slug"])
    page.get_by_role("button", name="Map").click()
    arrange(page, BEES, x=24, y=24)
    return page, Finger(page)


def pinch(finger: Finger, *, y: float = 60) -> None:
    """Put two fingers on the map, one after the other, wait, and bring them together."""
    finger.put((70, y))
    finger.put((70, y), (230, y))
    finger.rest()
    for step in range(1, 7):
        finger.go((70 + 7 * step, y), (230 - 7 * step, y))
    finger.leave()


def test_two_fingers_zoom_and_lift_nothing(on_phone):
    page, finger = on_phone

    pinch(finger)

    assert 40 <= int(figure(page).removesuffix(" %")) <= 60
    assert note(page, BEES).get_attribute("data-x") == "24"
    assert page.evaluate("visualViewport.scale") == 1


def test_a_second_finger_on_a_note_lifts_nothing_either(on_phone):
    page, finger = on_phone
    arrange(page, BEES, x=150, y=24)
    finger.put((40, 60))
    finger.put((40, 60), (200, 60))
    finger.rest()

    assert note(page, BEES).evaluate("note => note.style.getPropertyValue('--lifted')") == ""
    for step in range(1, 7):
        finger.go((40, 60 + 8 * step), (200, 60 + 14 * step))
    finger.leave()
    arrange(page, BEES, colour="red")
    assert note(page, BEES).get_attribute("data-x") == "150"


def test_in_the_outline_the_browser_zooms(on_phone):
    page, finger = on_phone
    page.get_by_role("button", name="Outline").click()
    page.evaluate(TAKEN)
    pinch(finger, y=20)
    note(page, BEES).hover()
    page.keyboard.down("Control")
    page.mouse.wheel(0, -40)
    page.keyboard.up("Control")
    note(page, BEES).focus()
    press(page, "-", "+", "0")

    page.wait_for_function("() => seen.includes('wheel') && seen.includes('touchmove')")
    assert page.evaluate("taken") == []
    assert page.locator("#wall-zoom-figure").text_content() == "100 %"


def test_the_big_screen_shows_all_of_the_wall_live(grace, enter, page_of):
    desk, talk = grace
    tell(desk, BEES, x=40, y=40)
    screen = page_of(talk["slug"], viewport={"width": 1920, "height": 1080})
    screen.goto(f"{desk.url.removesuffix('/wall')}/present?view=wall")
    expect(screen.locator("body[data-live=on]")).to_be_attached()
    expect(screen.locator("#wall-waiting")).to_have_text("1")

    tell(desk, WASPS, x=4_000, y=3_000)

    expect(screen.locator("#wall-waiting")).to_have_text("0")
    for text in (WASPS, BEES):  # all of it, but for what the map's scale is rounded by
        expect(note(screen, text)).to_be_in_viewport(ratio=0.99)
    assert screen.locator(".note a:visible, .note button:visible").count() == 0
    expect(screen.locator(".screen__foot svg.qr")).to_be_in_viewport(ratio=0.99)
    assert violations(screen) == []
    at_desk(desk, "switches", wall="off")
    expect(screen.locator("#screen")).not_to_have_attribute("data-shows", "wall")
    expect(screen.locator(".note")).to_have_count(0)
    screen.keyboard.press("w")
    expect(screen).not_to_have_url("view=wall")


def test_a_background_that_is_chosen_is_seen_at_once(grace, arrive):
    desk, talk = grace
    wall = open_wall(arrive(talk["slug"]).page, talk["slug"])

    desk.get_by_text("Background", exact=True).click()
    desk.get_by_label("Four fields between two axes").check()
    desk.get_by_label("The axis from the bottom up").fill("Worth it")
    expect(desk.get_by_label("The picture, if it is one")).to_be_hidden()
    desk.get_by_role("button", name="Change the background").click()

    expect(desk.locator(".notice")).to_have_text("The background is changed.")
    expect(wall.locator(".backdrop__up")).to_contain_text("Worth it")
    box = wall.locator("#wall-backdrop").bounding_box()
    assert (round(box["width"]), round(box["height"])) == (2400, 1600)
    assert violations(wall) == []
