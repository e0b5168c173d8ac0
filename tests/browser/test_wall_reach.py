"""The wall for those who have no mouse, no sight, no drag, no scripts or no network."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.wall import (
    WHERE,
    arrange,
    at_desk,
    fetch_anew,
    focused,
    make_cluster,
    note,
    open_wall,
    press,
    room_code,
    says,
    vote_button,
    votes_of,
)

BEES, WASPS = "How do bees find their way home?", "Why do wasps come back for jam?"
ANTS = "Do ants ever sleep at all?"
PRESSED = re.compile("true")
# One note is sent, and the next begun, within one turn: nothing can have been acknowledged.
SENT_AND_BEGUN = """
([note, begun]) => {
  const form = document.getElementById("note-form");
  const type = (words) => {
    form.elements.text.value = words;
    form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  type(note);
  form.requestSubmit();
  type(begun);
}
"""


@pytest.fixture
def hall(begin, enter, arrive):
    """Return a moderator's and an attendee's wall of a talk with three questions."""
    talk = begin(BEES, WASPS, ANTS)
    grace = open_wall(enter(talk["moderator"]), talk["slug"])
    ada = arrive(talk["slug"])
    open_wall(ada.page, talk["slug"])
    return grace, ada, talk["slug"]


def test_a_vote_on_the_wall_is_counted_for_everybody_at_once(hall, arrive):
    grace, ada, slug = hall
    bob = arrive(slug).is_live()
    wall = ada.page

    vote_button(wall, BEES).click()

    expect(vote_button(wall, BEES)).to_have_attribute("aria-pressed", "true")
    says(wall, f"Voted for “{BEES}”.")
    bob.sees(BEES, votes=1)
    expect(votes_of(grace, BEES)).to_have_text("1")
    expect(vote_button(grace, BEES)).to_have_attribute("aria-pressed", "false")
    note(wall, BEES).focus()
    press(wall, "v")
    says(wall, f"Took your vote for “{BEES}” back.")
    for page in (wall, grace):
        expect(votes_of(page, BEES)).to_have_text("0")
    press(wall, "v")
    bob.sees(BEES, votes=1)
    wall.reload()
    expect(vote_button(wall, BEES)).to_have_attribute("aria-pressed", "true")


def test_a_vote_without_a_network_is_kept_and_counts_once_back(hall, arrive):
    _, ada, slug = hall
    bob = arrive(slug).is_live()
    ada.go_offline()

    vote_button(ada.page, WASPS).click()

    expect(ada.page.locator("#toasts")).to_contain_text("Your vote is kept on this device")
    expect(votes_of(ada.page, WASPS)).to_have_text("1")
    bob.sees(WASPS, votes=0)
    ada.come_back()
    bob.sees(WASPS, votes=1)
    expect(votes_of(ada.page, WASPS)).to_have_text("1")
    expect(vote_button(ada.page, WASPS)).to_have_attribute("aria-pressed", "true")


def test_a_vote_waits_for_the_room_code_and_then_counts(hall):
    grace, ada, _ = hall
    at_desk(grace, "switches", requires_code="1")
    expect(ada.page.locator("#wall-entry #code")).to_be_visible()

    vote_button(ada.page, BEES).click()

    expect(ada.page.locator("#toasts")).to_contain_text("It counts once you have given the code")
    expect(ada.page.locator("#code")).to_be_focused()
    expect(votes_of(grace, BEES)).to_have_text("0")
    ada.page.locator("#code").fill(room_code(grace))
    ada.page.keyboard.press("Enter")
    expect(votes_of(grace, BEES)).to_have_text("1")
    expect(vote_button(ada.page, BEES)).to_have_attribute("aria-pressed", "true")
    assert ["status of 422" in said for said in ada.complaints] == [True]
    ada.complaints.clear()


def test_tab_reaches_one_note_and_arrow_keys_the_others(hall):
    grace, ada, _ = hall
    wall = ada.page
    make_cluster(grace, "Flying", BEES)
    arrange(grace, ANTS, x=700, y=10)
    expect(note(wall, ANTS)).to_have_attribute("data-x", "700")
    wall.reload()
    expect(wall.locator("body[data-live=on]")).to_be_attached()
    wall.locator("#wall-scroll").focus()

    press(wall, "Tab")
    walk = [focused(wall)]
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowRight"):
        press(wall, key)
        walk.append(focused(wall))
    assert walk == [BEES, ANTS, WASPS, WASPS, ANTS, BEES, ANTS]
    press(wall, "End")
    assert focused(wall) == WASPS
    press(wall, "Home")
    assert focused(wall) == BEES
    reached = []
    for _ in range(10):
        press(wall, "Tab")
        reached.append(focused(wall))
    assert {*reached} == {BEES, ""}  # no other note is on the way, and this one does not hold it


def test_the_focus_stays_on_a_note_that_moves_and_goes_on_where_it_goes(hall):
    grace, ada, _ = hall
    wall = ada.page
    note(wall, WASPS).focus()

    arrange(grace, WASPS, x=40, y=40)
    arrange(grace, BEES, x=10, y=400)
    expect(note(wall, BEES)).to_have_attribute("data-x", "10")
    assert focused(wall) == WASPS
    fetch_anew(wall)
    assert focused(wall) == WASPS
    at_desk(
        grace,
        "questions",
        ids=note(grace, WASPS).get_attribute("data-id"),
        do="decline",
        reason="off_topic",
    )
    expect(note(wall, WASPS)).to_have_count(0)
    says(wall, "That note is not on the wall any more.")
    assert focused(wall) == BEES


def test_keys_alone_lift_move_colour_vote_and_put_back(hall):
    grace, ada, _ = hall
    note(grace, BEES).focus()

    press(grace, "Space", "Shift+ArrowRight", "ArrowDown", "Enter")
    says(grace, "Put down at 144 across, 48 down.")
    assert focused(grace) == BEES
    press(grace, "c")
    says(grace, "Colour: yellow.")
    expect(note(ada.page, BEES)).to_have_attribute("data-colour", "yellow")
    press(grace, "z")
    says(grace, "Back where it was.")
    expect(note(ada.page, BEES)).to_have_attribute("data-colour", "")
    press(grace, "Space", "ArrowRight", "Escape")
    says(grace, "Left where it was.")
    assert note(grace, BEES).evaluate(WHERE) == "144,48,"
    grace.get_by_text("Keys and announcements").click()
    grace.get_by_label("Single letters are shortcuts").uncheck()
    grace.reload()
    expect(grace.locator("body[data-live=on]")).to_be_attached()
    note(grace, BEES).focus()
    press(grace, "c", "v")
    press(grace, "Space", "Enter")
    says(grace, "Put down at 144 across, 48 down.")
    assert note(grace, BEES).evaluate(WHERE) == "144,48,"
    expect(votes_of(grace, BEES)).to_have_text("0")


def test_what_others_move_is_said_as_a_sum_to_whoever_wants_to_hear_it(hall):
    grace, ada, slug = hall
    wall = ada.page
    wall.clock.install()
    open_wall(wall, slug)
    for number, text in enumerate((BEES, WASPS, BEES)):
        arrange(grace, text, x=10 + number, y=10)
    expect(note(wall, BEES)).to_have_attribute("data-x", "12")
    expect(wall.locator("#announcer")).to_have_text("")

    wall.clock.run_for(10_500)

    says(wall, "2 notes were moved.")
    wall.locator("#announcer").evaluate("line => (line.textContent = '')")
    wall.get_by_text("Keys and announcements").click()
    wall.get_by_label("Say every now and then").uncheck()
    arrange(grace, ANTS, x=99, y=10)
    expect(note(wall, ANTS)).to_have_attribute("data-x", "99")
    wall.clock.run_for(10_500)
    expect(wall.locator("#announcer")).to_have_text("")


def test_who_moved_something_oneself_hears_of_no_other_and_puts_it_back_by_a_button(hall):
    grace, ada, _ = hall
    note(grace, BEES).focus()
    press(grace, "Space", "Enter")
    expect(note(ada.page, BEES)).to_have_attribute("data-x", "24")

    grace.get_by_role("button", name="Put back").click()

    says(grace, "Back where it was.")
    expect(ada.page.locator("#wall-inbox").get_by_text(BEES)).to_be_visible()
    expect(grace.locator("#toasts")).to_be_empty()


def test_a_note_is_written_without_leaving_the_wall(hall):
    grace, ada, _ = hall
    wall = ada.page
    wall.evaluate("window.isHere = true")

    wall.get_by_text("Write a note").click()
    expect(wall.get_by_label("Your note")).to_be_focused()
    wall.keyboard.type("Bees do dance, and how!")
    wall.reload()
    expect(wall.locator("body[data-live=on]")).to_be_attached()
    wall.evaluate("window.isHere = true")
    expect(wall.get_by_label("Your note")).to_have_value("Bees do dance, and how!")
    wall.get_by_role("button", name="Send").click()

    expect(wall.locator("#toasts")).to_have_text("Your note is on the wall.")
    for page in (wall, grace):
        expect(page.locator("#wall-inbox").get_by_text("Bees do dance")).to_be_visible()
    expect(wall.get_by_label("Your note")).to_have_value("")
    expect(note(wall, "Bees do dance")).to_contain_text("Yours")
    expect(note(wall, "Bees do dance")).to_contain_text("Comment")
    assert wall.evaluate("window.isHere")
    wall.reload()
    expect(wall.get_by_label("Your note")).to_have_value("")


def test_what_is_begun_while_a_note_is_on_its_way_stays(hall):
    grace, ada, _ = hall
    wall = ada.page

    wall.evaluate(SENT_AND_BEGUN, ["Bees do dance, and how!", "And wasps"])

    expect(wall.locator("#toasts")).to_have_text("Your note is on the wall.")
    expect(note(grace, "Bees do dance")).to_have_count(1)
    expect(wall.locator("#note-form [name=text]")).to_have_value("And wasps")
    wall.reload()
    expect(wall.locator("#note-form [name=text]")).to_have_value("And wasps")


def test_a_note_that_cannot_be_sent_is_lost_to_nobody(hall):
    grace, ada, _ = hall
    wall = ada.page
    wall.get_by_text("Write a note").click()
    wall.get_by_label("Your note").fill("Bees do dance, and how!")
    ada.go_offline()

    wall.get_by_role("button", name="Send").click()

    expect(wall.locator("#outbox")).to_contain_text("Bees do dance")
    expect(wall.locator("#toasts")).to_contain_text("Your note is kept on this device")
    ada.come_back()
    expect(wall.locator("#outbox")).to_be_hidden()
    expect(note(grace, "Bees do dance")).to_have_count(1)
    wall.get_by_label("Your note").fill("Came a moment too late.")
    at_desk(grace, "switches", board="closed")
    expect(wall.locator("#wall[data-writable]")).to_have_count(0)
    ada.complaints.clear()
    wall.get_by_role("button", name="Send").click()
    expect(wall.locator("#note-problem")).to_contain_text("closed")
    expect(wall.get_by_label("Your note")).to_have_value("Came a moment too late.")
    assert ["status of 422" in said for said in ada.complaints] == [True]
    ada.complaints.clear()


def test_what_stands_around_the_notes_comes_and_goes_with_them(hall):
    grace, ada, _ = hall
    form, choices = ada.page.get_by_text("Write a note"), ada.page.locator("#wall-choices")
    expect(form).to_be_visible()

    at_desk(grace, "switches", board="closed")
    expect(form).to_be_hidden()
    expect(choices).to_be_visible()
    at_desk(grace, "switches", wall="off")
    expect(choices).to_be_hidden()
    ada.page.reload()
    expect(ada.page.locator("body[data-live=on]")).to_be_attached()
    expect(form).to_be_hidden()
    at_desk(grace, "switches", board="open", wall="shown")

    expect(form).to_be_visible()
    expect(choices).to_be_visible()
    form.click()
    expect(ada.page.get_by_label("Your note")).to_be_focused()
