"""The wall in two browsers: what one puts down the other sees at once, by pointer and by keys."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import violations
from tests.support.wall import WHERE, Finger, arrange, note, open_wall

BEES, WASPS = "How do bees find their way home?", "Why do wasps come back for jam?"
HEIGHT = "note => getComputedStyle(note).zIndex"
COVERS = "note => note.contains(document.elementFromPoint(note.getBoundingClientRect().x + 9, 9))"


@pytest.fixture
def grace(begin, enter):
    """Return a moderator's page on the wall of a talk with two questions."""
    talk = begin(BEES, WASPS)
    return open_wall(enter(talk["moderator"]), talk["slug"]), talk


def test_what_a_moderator_arranges_everybody_sees(grace, arrive):
    desk, talk = grace
    ada = arrive(talk["slug"])
    wall = open_wall(ada.page, talk["slug"])
    expect(wall.locator("#wall-inbox .note")).to_have_count(2)
    expect(wall.locator(".note__arrange")).to_have_count(0)

    by_pointer(desk, BEES, 300, 120)
    expect(desk.locator("#announcer")).to_have_text("Put down.")  # else it is said over the next
    by_keys(desk, WASPS)

    for page in (wall, desk):
        expect(page.locator("#wall-notes .note")).to_have_count(2)
        expect(page.locator("#wall-waiting")).to_have_text("0")
    expect(desk.locator("[data-x='']")).to_have_count(0)
    there = {text: note(desk, text).evaluate(WHERE) for text in (BEES, WASPS)}
    assert there[WASPS] == "168,48,yellow"
    for page in (wall, desk):
        expect(page.locator("#wall-notes .note__text")).to_have_text([WASPS, BEES])
    assert {text: note(wall, text).evaluate(WHERE) for text in there} == there
    box, frame = note(wall, BEES).bounding_box(), wall.locator("#wall-notes").bounding_box()
    assert abs(box["x"] - frame["x"] - float(there[BEES].split(",")[0])) < 2
    assert violations(wall) == violations(desk) == []
    desk.keyboard.press("z")
    expect(note(wall, WASPS)).to_have_attribute("data-colour", "")
    refused_and_back(desk, wall)


def by_pointer(page, text: str, across: int, down: int) -> None:
    """Drag a note from the inbox onto the map."""
    box = note(page, text).bounding_box()
    to = page.locator("#wall-scroll").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(to["x"] + across, to["y"] + down, steps=5)
    page.mouse.up()


def by_keys(page, text: str) -> None:
    """Lift a note, move it, put it down, and colour it."""
    note(page, text).get_by_role("link", name="Arrange").focus()
    for key in ("Space", "Shift+ArrowRight", "ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#announcer")).to_have_text("Put down at 168 across, 48 down.")
    page.keyboard.press("c")
    expect(page.locator("#announcer")).to_have_text("Colour: yellow.")
    expect(note(page, text).get_by_role("link", name="Arrange")).to_be_focused()


def refused_and_back(desk, wall) -> None:
    """What cannot be sent is said, and the note is where it was."""
    before = note(desk, BEES).bounding_box()
    desk.route("**/wall/notes/*", lambda route: route.abort())
    desk.mouse.move(before["x"] + 20, before["y"] + 12)
    desk.mouse.down()
    desk.mouse.move(before["x"] + 220, before["y"] + 112, steps=5)
    desk.mouse.up()
    expect(desk.locator("#toasts")).to_contain_text("It could not be saved.")
    assert note(desk, BEES).bounding_box() == before


def test_a_phone_reads_the_outline_and_a_resting_finger_moves_a_note(begin, enter, phone):
    talk = begin(BEES, WASPS)
    page = open_wall(enter(talk["moderator"], **phone), talk["slug"])
    expect(page.locator("body")).to_have_attribute("data-shows", "outline")
    assert page.evaluate("document.documentElement.scrollWidth") <= phone["viewport"]["width"]
    page.get_by_role("button", name="Map").click()
    finger = Finger(page)

    swipe(finger, page, rests=False)
    assert note(page, BEES).evaluate(WHERE) == ",,"
    swipe(finger, page, rests=True)

    expect(page.locator("#wall-notes .note")).to_contain_text([BEES])
    expect(page.locator("#wall-waiting")).to_have_text("1")


def swipe(finger: Finger, page, *, rests: bool) -> None:
    """Press a note, wait or not, and go up onto the map with the finger."""
    note(page, BEES).scroll_into_view_if_needed()
    box, map_ = note(page, BEES).bounding_box(), page.locator("#wall-scroll").bounding_box()
    x, y = box["x"] + 40 - map_["x"], box["y"] + 20 - map_["y"]
    finger.put((x, y))
    if rests:
        finger.rest()
    by = (map_["height"] / 2 - y) / 11
    for step in range(1, 12):
        finger.go((x + 4 * step, y + by * step))
    finger.leave()


def test_a_late_answer_undoes_nothing_that_came_after_it_and_lets_go_of_its_own_note(grace):
    desk, _ = grace
    late = []
    desk.route("**/wall/notes/*", lambda route: late.append((route, route.fetch())))
    by_pointer(desk, BEES, 300, 120)
    arrange(desk, BEES, x="900", y="100")
    note(desk, WASPS).get_by_role("link", name="Arrange").focus()
    desk.keyboard.press("Space")

    route, response = late.pop()
    route.fulfill(response=response)

    expect(desk.locator("#announcer")).to_have_text("Put down.")
    assert note(desk, BEES).evaluate(WHERE) == "900,100,"
    assert note(desk, BEES).evaluate("note => note.style.getPropertyValue('--x')") == "900px"
    heights = [note(desk, text).evaluate(HEIGHT) for text in (WASPS, BEES)]
    assert int(heights[0]) > int(heights[1])
    arrange(desk, WASPS, colour="red")
    assert note(desk, WASPS).evaluate("note => note.parentElement.id") == "wall-notes"
    desk.keyboard.press("c")  # says nothing while a note is lifted
    desk.keyboard.press("Escape")
    expect(desk.locator("#wall-inbox .note")).to_contain_text([WASPS])


def carry(page, text: str, x: float, y: float) -> None:
    """Take a note up with the mouse, and hold it somewhere."""
    box = note(page, text).bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(x, y, steps=5)


def test_a_hand_that_changes_its_mind_moves_nothing(grace):
    desk, _ = grace
    sent = []
    desk.on("request", lambda request: request.post_data and sent.append(request.post_data))
    to = desk.locator("#wall-scroll").bounding_box()
    x, y = to["x"] + 200, to["y"] + 100

    carry(desk, BEES, x, y)
    desk.keyboard.press("Escape")
    desk.mouse.up()
    carry(desk, BEES, x, to["y"] - 60)
    desk.mouse.up()
    box = note(desk, BEES).bounding_box()
    carry(desk, BEES, x, y)
    desk.mouse.move(box["x"] + 20, box["y"] + 12, steps=3)
    desk.mouse.up()

    expect(desk.locator("#wall-inbox .note")).to_have_count(2)
    assert sent == []
    by_pointer(desk, WASPS, 300, 120)
    by_pointer(desk, BEES, 600, 300)
    expect(desk.locator("#wall-notes .note")).to_have_count(2)
    expect(desk.locator("[data-x='']")).to_have_count(0)
    assert sent[0].startswith("x=")
    inbox = desk.locator("#wall-inbox").bounding_box()
    carry(desk, WASPS, inbox["x"] + 20, inbox["y"] + 12)
    desk.mouse.up()
    expect(desk.locator("#wall-inbox .note")).to_contain_text([WASPS])
    assert sent[2:] == ["off=1"]
    desk.set_viewport_size({"width": 1280, "height": 300})
    to_top = "note => scrollBy(0, note.getBoundingClientRect().y)"
    note(desk, BEES).evaluate(to_top)
    assert not note(desk, BEES).evaluate(COVERS)


def test_who_has_missed_something_asks_until_it_is_told(grace, arrive):
    desk, talk = grace
    ada = open_wall(arrive(talk["slug"]).page, talk["slug"])
    asked = []
    ada.route(
        "**/wall/places*",
        lambda route: asked.append(route.request.url) or route.abort("internetdisconnected"),
    )
    arrange(desk, BEES, x="20", y="30")
    expect(note(ada, BEES)).to_have_attribute("data-x", "20")
    ada.locator("#wall").evaluate("wall => (wall.dataset.arranged = 0)")

    arrange(desk, WASPS, x="40", y="50")

    expect(note(ada, WASPS)).to_have_attribute("data-x", "40")
    assert asked
    desk.get_by_text("What was moved").click()
    fetched = []
    desk.on("response", lambda response: fetched.append(response.url.partition("?")[2]))
    arrange(desk, BEES, colour="red")
    expect(desk.locator("#wall-log")).to_contain_text("coloured")
    for colour in ("blue", "green", "pink"):
        arrange(desk, BEES, colour=colour)
    expect(desk.locator("#wall-log")).to_contain_text("pink")
    expect(desk.locator("#wall-log")).to_have_attribute("open", "")
    assert [url for url in fetched if "since" in url] == []
    assert 0 < fetched.count("part=log") <= 3


def test_what_is_told_while_places_are_on_their_way_is_asked_for_again(grace, arrive):
    desk, talk = grace
    ada = open_wall(arrive(talk["slug"]).page, talk["slug"])
    waiting = []
    ada.route("**/wall/places*", lambda route: waiting.append((route, route.fetch())))
    arrange(desk, BEES, x="20", y="30")
    expect(note(ada, BEES)).to_have_attribute("data-x", "20")
    ada.locator("#wall").evaluate("wall => (wall.dataset.arranged = 0)")
    for text, x in ((BEES, "40"), (WASPS, "60")):
        with ada.expect_request("**/wall/places*"):
            arrange(desk, text, x=x, y="50")

    for route, response in waiting[:2]:
        route.fulfill(response=response)
    ada.unroute("**/wall/places*")

    expect(note(ada, BEES)).to_have_attribute("data-x", "40")
    expect(note(ada, WASPS)).to_have_attribute("data-x", "60")
