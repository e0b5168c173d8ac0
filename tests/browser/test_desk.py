"""The desk in the hand: nothing slides under a finger, nothing is covered, the list comes first."""

import re
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from tests.support.live import Attendee

FLOOD, MOST, SHOWN = 26, 20, 16
HONEST = [f"How do wasps number {number} find their nest again?" for number in range(3)]
RUDE = "Buy my honey now, it is the best honey of all"
UNDER = """([x, y]) => {
  const button = document.elementFromPoint(x, y)?.closest('button, summary, a');
  return [button?.closest('.desk-card')?.dataset.id ?? null, button?.textContent.trim() ?? null];
}"""
MIDDLES = """cards => cards.map(card => {
  const { x, y, width, height } = card.querySelector('[value=approve]').getBoundingClientRect();
  return [card.dataset.id, [x + width / 2, y + height / 2]];
})"""
COVERED = """() => [...document.querySelectorAll(
    '.dock button, .desk__strip button, .reasons[open] button')]
  .filter((each) => each.checkVisibility({ visibilityProperty: true }))
  .filter((each) => {
    const { x, y, width, height } = each.getBoundingClientRect();
    const isInView = x >= 0 && x + width <= innerWidth && y >= 0 && y + height <= innerHeight - 60;
    const isHere = isInView || each.closest('.dock');
    return isHere && !each.contains(document.elementFromPoint(x + width / 2, y + height / 2));
  }).map((each) => each.outerHTML)"""


def waiting(desk):
    """Return the number that the tab says."""
    return desk.locator("#desk-tabs a").first.locator(".tabs__count")


def test_reasons_unfolded_low_on_the_screen_come_into_view(enter, begin, phone):
    talk = begin(*HONEST)
    desk = enter(talk["moderator"], **phone)
    desk.set_viewport_size({"width": 390, "height": 640})
    card = desk.locator(".desk-card").nth(1)
    decline = card.locator(".reasons > summary")
    decline.evaluate("it => scrollBy(0, it.getBoundingClientRect().bottom - innerHeight + 70)")

    decline.tap()

    dock = desk.locator(".dock").bounding_box()["y"]
    for reason in card.locator(".reasons__list button:visible").all():
        expect(reason).to_be_in_viewport(ratio=1)
        box = reason.bounding_box()
        assert box["y"] + box["height"] <= dock


def test_in_a_flood_every_tap_does_what_it_was_meant_for(server, enter, begin, phone):
    talk = begin(*HONEST, more="moderated: true")
    desk = enter(talk["moderator"], **phone)
    done: list[tuple[str, str]] = []
    desk.on("request", lambda asked: asked.method == "POST" and done.append(meant(asked)))
    middles = dict(desk.locator(".desk-card").evaluate_all(MIDDLES))
    points = {id: at for id, at in middles.items() if desk.evaluate(UNDER, at) == [id, "Approve"]}
    assert len(points) >= 2
    eve = Attendee(server, talk["slug"])
    heard, tapped = len(HONEST), []
    for number in range(FLOOD):
        assert eve.ask(f"{RUDE}, offer {number}")["ok"]
        heard += 1
        if number % 13 == 12:
            id = next(iter(points))
            point = points.pop(id)
            desk.touchscreen.tap(*point)
            expect(desk.locator(f"#question-{id}")).to_have_count(0)
            desk.touchscreen.tap(*point)
            tapped.append(id)
            heard -= 1
        expect(waiting(desk)).to_have_text(str(heard))
        under = {id: desk.evaluate(UNDER, point) for id, point in points.items()}
        assert under == {id: [id, "Approve"] for id in points}
    eve.leave()

    assert done == [(id, "approve") for id in tapped]
    assert desk.locator(".desk-card").count() <= MOST
    tallest = max(card.bounding_box()["height"] for card in desk.locator(".desk-card").all())
    assert desk.locator("#desk-cards").bounding_box()["height"] <= (MOST + 2) * tallest
    assert desk.evaluate(COVERED) == []

    pill = desk.locator("#desk-pill")
    expect(pill).to_have_text(re.compile(r"\d+ new|Close the gaps"))
    pill.tap()
    expect(desk.locator(".desk-card")).to_have_count(SHOWN)
    expect(pill).to_be_hidden()
    desk.get_by_role("link", name=f"Show more: {heard - SHOWN} are left").click()
    expect(desk.locator(".desk-card")).to_have_count(min(heard, 2 * SHOWN))


def meant(asked):
    """Return which question a form was sent for, and what to do with it."""
    fields = parse_qs(asked.post_data or "")
    return fields.get("ids", [""])[0], fields.get("do", [""])[0]


def test_decline_and_mute_takes_two_taps(enter, begin, phone):
    talk = begin(RUDE, *HONEST, more="moderated: true")
    desk = enter(talk["moderator"], **phone)
    first = desk.locator(".desk-card").first
    assert first.bounding_box()["y"] < 844 / 2

    first.get_by_text("Decline…").tap()
    assert desk.evaluate(COVERED) == []
    first.get_by_role("button", name="Decline and mute").tap()

    expect(desk.locator("#muted > summary")).to_have_text(
        f"From people who are muted: {len(HONEST)}"
    )
    expect(desk.locator("#desk-cards .desk-card")).to_have_count(0)
    expect(desk.locator("#undo").get_by_role("button", name="Undo")).to_be_visible()
    assert desk.evaluate(COVERED) == []


@pytest.mark.parametrize("size", [(390, 844), (320, 800), (1440, 900)])
def test_reasons_cover_nothing_and_close_by_a_press_beside_them(enter, begin, size):
    view = {"width": size[0], "height": size[1]}
    desk = enter(begin(*HONEST)["moderator"], viewport=view, has_touch=True)
    card = desk.locator(".desk-card").last
    decline, reasons = card.locator(".reasons > summary"), card.locator(".reasons__list")
    decline.evaluate("it => scrollBy(0, it.getBoundingClientRect().bottom - innerHeight + 250)")
    box = decline.bounding_box()

    desk.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(desk.locator(".desk-card")).to_have_count(len(HONEST))
    if not reasons.is_visible():
        decline.tap()
    top = reasons.bounding_box()["y"]
    for each in card.locator(".acts").locator("> a, > form > button, summary").all():
        beside = each.bounding_box()
        assert beside["y"] + beside["height"] <= top
    expect(desk.locator("#undo").get_by_role("button")).to_have_count(0)

    card.locator(".desk-card__text").tap()
    expect(reasons).to_be_hidden()
    decline.tap()
    card.get_by_placeholder("One sentence, optional").press("Escape")
    expect(reasons).to_be_hidden()
    expect(decline).to_be_focused()


def test_what_was_taken_from_the_room_folds_away(enter, begin, phone):
    desk = enter(begin()["moderator"], **phone)
    desk.locator("#room-fold > summary").tap()
    desk.get_by_label("What was asked aloud").fill(HONEST[0])

    desk.get_by_role("button", name="Add").tap()

    expect(desk.locator("#now")).to_contain_text(HONEST[0])
    expect(desk.locator("#room-fold")).not_to_have_attribute("open", "")
