"""Clusters in two browsers: notes go into them and out, by pointer, by keys and by forms."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import violations
from tests.support.wall import (
    arrange,
    at_desk,
    fetch_anew,
    make_cluster,
    note,
    open_wall,
    press,
    says,
)

BEES, WASPS, ANTS = (
    "How do bees find their way home?",
    "Why do wasps come back for jam?",
    "Which way do ants go round?",
)
INTO_VIEW = "area => area.scrollIntoView({ block: 'nearest', inline: 'nearest' })"


def cluster(page, title):
    return page.locator(".cluster").filter(has=page.get_by_role("heading", name=title))


def make(page, title: str) -> None:
    page.get_by_text("New cluster", exact=True).click()
    page.get_by_label("Its title").fill(title)
    page.locator("#wall-new-cluster").get_by_role("button").click()
    expect(cluster(page, title)).to_be_visible()
    expect(page.locator("body[data-live=on]")).to_be_attached()


def drag(page, what, to_x: float, to_y: float, *, at=(20, 12), drops: bool = True) -> None:
    box = what.bounding_box()
    page.mouse.move(box["x"] + at[0], box["y"] + at[1])
    page.mouse.down()
    page.mouse.move(to_x, to_y, steps=5)
    if drops:
        page.mouse.up()


def into(page, text: str, title: str, **more) -> None:
    cluster(page, title).evaluate(INTO_VIEW)
    area = cluster(page, title).bounding_box()
    drag(page, note(page, text), area["x"] + 40, area["y"] + 130, **more)


@pytest.fixture
def grace(begin, enter):
    """Return a moderator's page on the wall of a talk with three questions."""
    talk = begin(BEES, WASPS, ANTS)
    return open_wall(
        enter(talk["moderator"], viewport={"width": 1280, "height": 900}), talk["slug"]
    ), talk


def test_what_is_put_into_a_cluster_goes_with_it_and_everybody_sees_it(grace, arrive):
    desk, talk = grace
    ada = open_wall(arrive(talk["slug"]).page, talk["slug"])
    for title in ("Flight", "Food"):
        make(desk, title)
        expect(cluster(ada, title)).to_be_attached()

    into(desk, BEES, "Flight", drops=False)
    expect(cluster(desk, "Flight")).to_have_attribute("data-lit", "")
    desk.mouse.up()

    expect(desk.locator("#announcer")).to_have_text("Put down in Flight, 1 of 1.")
    for page in (desk, ada):
        expect(cluster(page, "Flight").locator(".note")).to_contain_text([BEES])
        expect(cluster(page, "Flight").locator(".cluster__meta")).to_contain_text("1 note, 0 votes")
    before = note(ada, BEES).bounding_box()
    drag(desk, cluster(desk, "Flight"), *right_of(cluster(desk, "Flight"), 120), at=(300, 14))
    expect(cluster(ada, "Flight")).to_have_attribute("data-x", "144")
    after = note(ada, BEES).bounding_box()
    assert (after["x"] - before["x"], after["y"]) == (120, before["y"])
    by_keys_and_out(desk, ada)
    assert violations(ada) == violations(desk) == []


def right_of(area, by: int) -> tuple[float, float]:
    box = area.bounding_box()
    return box["x"] + 300 + by, box["y"] + 14


def by_keys_and_out(desk, ada) -> None:
    """Keys take a note from one cluster to the next, and out after the last."""
    note(desk, WASPS).get_by_role("link", name="Arrange").focus()
    for said in ("Put down in Flight, 2 of 2.", "Put down in Food, 1 of 1."):
        desk.keyboard.press("]")
        expect(desk.locator("#announcer")).to_have_text(said)
    expect(cluster(ada, "Food").locator(".note")).to_contain_text([WASPS])
    desk.keyboard.press("]")
    expect(desk.locator("#announcer")).to_have_text("Taken out of its cluster.")
    expect(note(desk, WASPS).get_by_role("link", name="Arrange")).to_be_focused()
    expect(ada.locator("#wall-notes .note")).to_contain_text([WASPS])
    desk.keyboard.press("z")
    expect(cluster(ada, "Food").locator(".note")).to_contain_text([WASPS])


def test_a_cluster_is_lifted_and_put_down_by_keys(grace, arrive):
    desk, talk = grace
    ada = open_wall(arrive(talk["slug"]).page, talk["slug"])
    make(desk, "Flight")
    cluster(desk, "Flight").get_by_role("link", name="Arrange").focus()

    for key in ("Space", "ArrowDown", "Escape", "Space", "Shift+ArrowRight", "ArrowDown", "Enter"):
        desk.keyboard.press(key)

    expect(desk.locator("#announcer")).to_have_text("Put down “Flight”.")
    expect(cluster(ada, "Flight")).to_have_attribute("data-x", "144")
    expect(cluster(ada, "Flight")).to_have_attribute("data-y", "48")
    desk.keyboard.press("Space")
    desk.keyboard.press("ArrowDown")
    desk.locator("#wall-scroll").focus()
    expect(desk.locator("#announcer")).to_have_text("Left where it was.")
    expect(cluster(desk, "Flight")).to_have_attribute("style", re.compile("--y: 48px"))


def test_a_cluster_that_is_dissolved_leaves_its_notes_where_they_are_seen(grace, arrive):
    desk, talk = grace
    make(desk, "Flight")
    into(desk, BEES, "Flight")
    expect(cluster(desk, "Flight").locator(".note")).to_contain_text([BEES])
    paper = desk.locator("#wall-scroll").bounding_box()
    drag(desk, note(desk, BEES), paper["x"] + 650, paper["y"] + 300)
    expect(desk.locator("#announcer")).to_have_text("Put down.")
    expect(desk.locator("#wall-notes .note")).to_contain_text([BEES])
    assert note(desk, BEES).bounding_box()["x"] == paper["x"] + 630
    into(desk, BEES, "Flight")
    expect(desk.locator("#announcer")).to_have_text("Put down in Flight, 1 of 1.")
    ada = open_wall(arrive(talk["slug"]).page, talk["slug"])
    before = note(ada, BEES).bounding_box()

    cluster(desk, "Flight").get_by_role("link", name="Arrange").first.click()
    desk.get_by_role("button", name="Dissolve it").click()

    expect(ada.locator(".cluster")).to_have_count(0)
    expect(ada.locator("#wall-notes .note")).to_contain_text([BEES])
    assert note(ada, BEES).bounding_box() == before


def test_a_cluster_in_a_hand_is_where_the_pointer_has_it_wherever_the_map_scrolls(grace):
    desk, _ = grace
    make_cluster(desk, "Flight", BEES)
    arrange(desk, ANTS, x=40, y=2_600)
    area, map_ = cluster(desk, "Flight"), desk.locator("#wall-scroll")
    box, frame = area.bounding_box(), map_.bounding_box()
    x, y = box["x"] + 150, box["y"] + 10
    desk.mouse.move(x, y)
    desk.mouse.down()
    desk.mouse.move(x + 20, y + 60, steps=3)
    desk.mouse.wheel(0, 150)
    desk.wait_for_function("() => document.getElementById('wall-scroll').scrollTop > 100")
    desk.mouse.move(x + 30, y + 60, steps=2)

    now = area.bounding_box()
    assert (x + 30 - now["x"], y + 60 - now["y"]) == pytest.approx((150, 10), abs=2)
    at = map_.evaluate("map => map.scrollTop")
    desk.mouse.move(x + 30, frame["y"] + frame["height"] - 10, steps=3)
    assert map_.evaluate("map => map.scrollTop") > at
    desk.keyboard.press("Escape")
    says(desk, "Left where it was.")
    desk.mouse.up()
    expect(area).to_have_attribute("style", re.compile(f"--y: {area.get_attribute('data-y')}px"))
    title = area.locator(".cluster__title")
    expect(title).to_have_css("user-select", "none")


def test_a_long_title_ends_above_the_first_note(grace):
    desk, _ = grace
    title = "Fairness, priorities and accounting across all departments"
    make_cluster(desk, title, BEES)

    first = note(desk, BEES).bounding_box()["y"]
    for part in ("title", "meta"):
        box = cluster(desk, title).locator(f".cluster__{part}").bounding_box()
        assert box["y"] + box["height"] <= first
    expect(cluster(desk, title).locator(".cluster__title")).to_have_attribute("title", title)


def test_a_cluster_that_is_dissolved_in_a_hand_holds_nothing_up(grace, enter):
    desk, talk = grace
    other = open_wall(enter(talk["moderator"]), talk["slug"])
    for title, text in (("Flight", BEES), ("Food", WASPS)):
        make_cluster(desk, title, text)
    cluster(desk, "Flight").get_by_role("link", name="Arrange").first.focus()
    press(desk, "Space", "ArrowDown")

    cluster(other, "Flight").get_by_role("link", name="Arrange").first.click()
    other.get_by_role("button", name="Dissolve it").click()

    expect(cluster(desk, "Flight")).to_have_count(0)
    says(desk, "The cluster is no more; its notes are where they were.")
    fetch_anew(desk)
    press(desk, "Space")
    says(desk, "Lifted “Food”. Arrow keys move it.")


def test_an_answer_that_is_no_answer_holds_nothing_up(grace, arrive):
    desk, talk = grace
    at_desk(desk, "switches", wall="open")
    make_cluster(desk, "Flight", BEES)
    visitor = arrive(talk["slug"], viewport={"width": 1280, "height": 900})
    ada = open_wall(visitor.page, talk["slug"])
    sent = []
    ada.route(
        re.compile("/wall/(notes|clusters)/"),
        lambda route: (
            sent.append(route.request.url)
            or route.fulfill(content_type="text/html", body="<h1>Please sign in to the hotel</h1>")
        ),
    )

    into(ada, WASPS, "Flight")
    expect(ada.locator("#wall-inbox .note")).to_have_count(2)
    area = cluster(ada, "Flight").bounding_box()
    drag(ada, cluster(ada, "Flight"), area["x"] + 250, area["y"] + 34, at=(150, 10))

    expect(cluster(ada, "Flight")).to_have_attribute("style", re.compile("--x: 24px"))
    fetch_anew(ada)
    assert len(sent) == 2
    expect(ada.locator("#toasts")).to_have_text(re.compile("It could not be saved."))
    assert visitor.complaints == []
