"""Notes in others' hands: seen while they are moved, and where they belong afterwards."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.wall import arrange, at_desk, make_cluster, note, open_wall

BEES, WASPS = "How do bees find their way home?", "Why do wasps come back for jam?"
WHERE = "note => ['--x', '--y'].map((name) => note.style.getPropertyValue(name)).join()"
GLIDE = 300
STILL = {"reduced_motion": "reduce"}


@pytest.fixture
def walls(begin, enter, arrive):
    """Return a moderator's page and an attendee's, on the wall of a talk with two questions."""
    talk = begin(BEES, WASPS)
    desk = open_wall(enter(talk["moderator"]), talk["slug"])
    return desk, open_wall(arrive(talk["slug"]).page, talk["slug"])


def hold(page, text: str, across: int, down: int) -> str:
    """Take a note by the mouse, hold it somewhere on the map, and return where that is."""
    note(page, text).hover(position={"x": 20, "y": 12})  # once it stands still
    to = page.locator("#wall-scroll").bounding_box()
    page.mouse.down()
    page.mouse.move(to["x"] + across, to["y"] + down, steps=8)
    return note(page, text).evaluate(WHERE)


def is_at(page, text: str, place: str) -> None:
    """Wait until a note is shown at a place."""
    at, id = [part.strip() for part in place.split(",")], note(page, text).get_attribute("id")
    page.wait_for_function(
        """([id, x, y]) => {
          const { style } = document.getElementById(id);
          return style.getPropertyValue("--x") === x && style.getPropertyValue("--y") === y;
        }""",
        arg=[id, *at],
    )


def test_a_note_is_seen_in_the_hand_and_stays_where_it_is_put(walls):
    desk, ada = walls

    held = hold(desk, BEES, 300, 120)

    is_at(ada, BEES, held)
    expect(ada.locator("#wall-notes .note")).to_contain_text([BEES])
    expect(note(ada, BEES)).to_have_attribute("data-aloft", "held")
    expect(note(ada, BEES)).to_have_attribute("data-x", "")
    desk.mouse.up()
    expect(note(ada, BEES)).to_have_attribute("data-x", held.split("px")[0])
    expect(note(ada, BEES)).not_to_have_attribute("data-aloft", "held")
    assert note(ada, BEES).evaluate(WHERE) == held
    assert note(ada, BEES).evaluate("note => note.style.getPropertyValue('--lifted')") == ""
    expect(note(ada, BEES)).not_to_have_attribute("data-aloft", "landing")


def test_what_is_let_fall_goes_back_and_so_does_what_somebody_held_who_is_gone(walls):
    desk, ada = walls
    is_at(ada, BEES, hold(desk, BEES, 300, 120))
    desk.keyboard.press("Escape")
    expect(ada.locator("#wall-inbox .note")).to_have_count(2)
    desk.mouse.up()
    is_at(ada, WASPS, hold(desk, WASPS, 200, 90))

    desk.close()

    expect(ada.locator("#wall-inbox .note")).to_have_count(2)


def test_whoever_stays_silent_is_not_waited_for(walls):
    desk, ada = walls
    is_at(ada, BEES, hold(desk, BEES, 300, 120))
    desk.evaluate("() => { for (let id = 0; id < 99_999; id++) clearTimeout(id); }")

    expect(ada.locator("#wall-inbox .note")).to_have_count(2)


def test_a_note_that_was_held_as_the_wall_went_away_is_where_it_belongs_once_it_is_back(walls):
    desk, ada = walls
    arrange(desk, BEES, x=200, y=100)
    is_at(ada, BEES, hold(desk, BEES, 400, 140))
    at_desk(desk, "switches", wall="off")
    expect(note(ada, BEES)).to_have_count(0)
    desk.keyboard.press("Escape")
    desk.mouse.up()
    ada.wait_for_timeout(2_600)  # longer than anybody's silence is waited for

    at_desk(desk, "switches", wall="shown")

    is_at(ada, BEES, "200px,100px")


def test_a_hand_that_rests_still_holds(walls):
    desk, ada = walls
    held = hold(desk, BEES, 300, 120)
    is_at(ada, BEES, held)

    ada.wait_for_timeout(2_600)

    expect(note(ada, BEES)).to_have_attribute("data-aloft", "held")
    desk.keyboard.press("Escape")


def test_ones_own_hand_is_not_pulled_by_anothers_and_the_last_to_put_down_decides(
    begin, enter, arrive
):
    talk = begin(BEES, WASPS)
    desk, other = (open_wall(enter(talk["moderator"]), talk["slug"]) for _ in range(2))
    theirs = hold(other, BEES, 500, 300)
    is_at(desk, BEES, theirs)

    mine = hold(desk, BEES, 200, 90)

    desk.wait_for_timeout(300)
    assert note(desk, BEES).evaluate(WHERE) == mine != theirs
    desk.mouse.up()
    expect(note(desk, BEES)).to_have_attribute("data-x", mine.split("px")[0])
    other.mouse.up()
    for page in (desk, other):
        expect(note(page, BEES)).to_have_attribute("data-x", theirs.split("px")[0])
        is_at(page, BEES, theirs)


def test_another_colour_leaves_a_note_in_the_hand(walls):
    desk, ada = walls
    held = hold(desk, BEES, 300, 120)
    is_at(ada, BEES, held)

    arrange(desk, BEES, colour="red")

    expect(note(ada, BEES)).to_have_attribute("data-colour", "red")
    assert note(ada, BEES).evaluate(WHERE) == held
    assert note(ada, BEES).evaluate("note => note.parentElement.id") == "wall-notes"
    desk.keyboard.press("Escape")


def test_keys_are_seen_as_well_and_nothing_glides_where_that_is_unwanted(begin, enter, arrive):
    talk = begin(BEES, WASPS)
    desk = open_wall(enter(talk["moderator"]), talk["slug"])
    ada = open_wall(arrive(talk["slug"], **STILL).page, talk["slug"])
    note(desk, BEES).get_by_role("link", name="Arrange").focus()

    for key in ("Space", "Shift+ArrowRight", "ArrowDown"):
        desk.keyboard.press(key)

    is_at(ada, BEES, "144px,48px")
    assert note(ada, BEES).evaluate("note => getComputedStyle(note).transitionDuration") == "0s"
    desk.keyboard.press("Escape")
    expect(ada.locator("#wall-inbox .note")).to_have_count(2)


def cluster(page):
    return page.locator(".cluster")


def hold_cluster(page, across: int, down: int) -> str:
    """Take the cluster by the mouse, hold it elsewhere, and return where that is."""
    box = cluster(page).bounding_box()
    x, y = box["x"] + box["width"] - 12, box["y"] + 14
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + across, y + down, steps=8)
    return cluster(page).evaluate(WHERE)


def cluster_is_at(page, place: str) -> None:
    """Wait until the cluster is shown at a place."""
    x, y = place.split("px,")
    expect(cluster(page)).to_have_attribute("style", re.compile(rf"--x: {x}px; --y: {y}"))


def box_of(page, text: str) -> tuple[float, float]:
    box = note(page, text).bounding_box()
    return box["x"], box["y"]


def test_a_cluster_is_seen_in_the_hand_with_its_notes_and_goes_back_when_it_is_let_go(walls):
    grace, ada = walls
    make_cluster(grace, "Flight", BEES)
    expect(cluster(ada).locator(".note")).to_contain_text([BEES])
    (left, top), home = box_of(ada, BEES), cluster(ada).evaluate(WHERE)

    held = hold_cluster(grace, 120, 60)

    assert held == "144px,84px"
    cluster_is_at(ada, held)
    expect(cluster(ada)).to_have_attribute("data-aloft", "held")
    expect(cluster(ada)).to_have_attribute("data-x", "24")
    ada.wait_for_timeout(GLIDE)
    assert box_of(ada, BEES) == (left + 120, top + 60)
    grace.keyboard.press("Escape")
    cluster_is_at(ada, home)
    expect(cluster(ada)).not_to_have_attribute("data-aloft", re.compile(""))
    assert box_of(ada, BEES) == (left, top)
    grace.mouse.up()


def test_a_note_that_is_moved_in_a_cluster_in_the_hand_lands_where_it_belongs(walls):
    grace, ada = walls
    make_cluster(grace, "Flight", BEES, WASPS)
    id = cluster(grace).get_attribute("data-id")
    held = hold_cluster(grace, 120, 60)
    cluster_is_at(ada, held)

    arrange(grace, BEES, x=20, y=300, cluster=id)

    for page in (grace, ada):
        is_at(page, BEES, "20px,300px")
        cluster_is_at(page, held)
        expect(cluster(page).locator(".note")).to_contain_text([WASPS, BEES])
    grace.mouse.up()
    expect(cluster(ada)).to_have_attribute("data-x", "144")
    expect(cluster(ada)).not_to_have_attribute("data-aloft", re.compile(""))
    corner = cluster(ada).bounding_box()
    assert box_of(ada, BEES) == (corner["x"] + 20, corner["y"] + 300)


def test_what_is_in_a_hand_stays_there_when_the_wall_is_fetched(walls):
    grace, ada = walls
    held = hold(grace, BEES, 300, 120)
    is_at(ada, BEES, held)

    at_desk(grace, "room", text="What do wasps eat in autumn?")

    expect(note(ada, "in autumn")).to_be_attached()
    assert note(ada, BEES).evaluate(WHERE) == held
    assert note(ada, BEES).evaluate("note => note.parentElement.id") == "wall-notes"
    grace.keyboard.press("Escape")


def test_a_cluster_that_goes_out_of_a_hand_and_comes_back_is_in_no_hand(walls):
    grace, ada = walls
    make_cluster(grace, "Flight", BEES)
    home = cluster(ada).evaluate(WHERE)
    cluster_is_at(ada, hold_cluster(grace, 120, 60))

    change = post(grace, f"clusters/{cluster(grace).get_attribute('data-id')}", do="dissolve")

    for page in (grace, ada):
        expect(cluster(page)).to_have_count(0)
        expect(page.locator("#wall-notes .note")).to_contain_text([BEES])
    grace.mouse.up()
    ada.wait_for_timeout(2_300)
    post(grace, "put-back", change=change)
    for page in (grace, ada):
        cluster_is_at(page, home)
        expect(cluster(page).locator(".note")).to_contain_text([BEES])


def test_a_cluster_that_is_dissolved_in_the_hand_of_keys_is_let_go(walls):
    grace, _ = walls
    make_cluster(grace, "Flight", BEES)
    grace.locator(".cluster__arrange").focus()
    grace.keyboard.press("Space")
    grace.keyboard.press("ArrowDown")
    change = post(grace, f"clusters/{cluster(grace).get_attribute('data-id')}", do="dissolve")
    expect(cluster(grace)).to_have_count(0)

    post(grace, "put-back", change=change)

    cluster_is_at(grace, "24px,24px")


def post(desk, what: str, **fields) -> int:
    """Have another hand of a moderator's do something on the wall; return which change it is."""
    headers = {"HX-Request": "true", "Origin": desk.url.split("/talks/")[0]}
    answer = desk.context.request.post(f"{desk.url}/{what}", form=fields, headers=headers)
    assert answer.ok
    return answer.json()["change"]
