"""What one did oneself on the wall goes back: moves and marks, the last first, each by one Z."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_wall_marks import ARC, choose, marks, stroke
from tests.support.wall import note, open_wall, press, says

BEES = "How do bees find their way home?"
RISEN = "node => Promise.all(node.closest('toast-note').getAnimations().map((one) => one.finished))"


@pytest.fixture
def desk(begin, enter):
    """Return a moderator's page on the wall of a talk with one question."""
    talk = begin(BEES)
    return open_wall(enter(talk["moderator"]), talk["slug"])


def colour(page, *names: str) -> None:
    """Give the note its next colours, one after the other."""
    note(page, BEES).focus()
    for name in names:
        press(page, "c")
        says(page, f"Colour: {name}.")


def draw(page) -> None:
    choose(page, "Pen")
    stroke(page, *ARC)
    expect(marks(page)).to_have_count(1)


def test_one_z_puts_one_thing_back_the_last_first(desk):
    draw(desk)
    colour(desk, "yellow")

    press(desk, "z")
    says(desk, "Back where it was.")
    expect(note(desk, BEES)).to_have_attribute("data-colour", "")
    expect(marks(desk)).to_have_count(1)

    press(desk, "Z")  # with caps lock on it is this that is typed
    says(desk, "Your last mark is as it was before.")
    expect(marks(desk)).to_have_count(0)
    press(desk, "z")
    says(desk, "There is nothing of yours to put back.")


def test_two_quick_ones_put_two_things_back_and_no_more(desk):
    colour(desk, "yellow", "orange", "red")

    press(desk, "z", "z")
    expect(note(desk, BEES)).to_have_attribute("data-colour", "yellow")
    press(desk, "z")
    expect(note(desk, BEES)).to_have_attribute("data-colour", "")


def test_without_single_letters_z_is_no_shortcut_but_the_button_is(desk):
    desk.get_by_text("Keys and announcements").click()
    desk.get_by_label("Single letters are shortcuts").uncheck()
    draw(desk)

    press(desk, "z")
    note(desk, BEES).focus()
    press(desk, "z")
    desk.wait_for_timeout(300)
    expect(marks(desk)).to_have_count(1)

    desk.get_by_role("button", name="Undo mine").click()
    expect(marks(desk)).to_have_count(0)


def test_a_server_that_fails_takes_nothing_of_it_away(desk):
    colour(desk, "yellow")
    desk.route("**/wall/put-back", lambda route: route.fulfill(status=503, body="x"))

    press(desk, "z")
    expect(desk.locator("#toasts")).to_contain_text("It could not be saved")
    expect(note(desk, BEES)).to_have_attribute("data-colour", "yellow")

    desk.unroute("**/wall/put-back")
    press(desk, "z")
    says(desk, "Back where it was.")
    expect(note(desk, BEES)).to_have_attribute("data-colour", "")


@pytest.mark.parametrize("half", ["lower", "upper"])
def test_the_button_that_puts_back_is_not_on_what_was_put_down(desk, half):
    desk.locator("#wall-scroll").evaluate("map => map.scrollIntoView({ block: 'end' })")
    box = note(desk, BEES).bounding_box()
    width, height = desk.evaluate("[innerWidth, innerHeight]")

    desk.mouse.move(box["x"] + 20, box["y"] + 12)
    desk.mouse.down()
    desk.mouse.move(width / 2 - 60, height - 80 if half == "lower" else height / 2 - 120, steps=5)
    desk.mouse.up()

    button = desk.get_by_role("button", name="Put back")
    expect(button).to_be_visible()
    button.evaluate(RISEN)
    toast, placed = desk.locator(".toast--act").bounding_box(), note(desk, BEES).bounding_box()
    assert (toast["y"] < height / 2) is (half == "lower")
    assert (
        toast["y"] + toast["height"] <= placed["y"] or toast["y"] >= placed["y"] + placed["height"]
    )
    button.click()
    says(desk, "Back where it was.")
