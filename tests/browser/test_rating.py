"""A rating in a phone, a laptop without scripts and the speaker's browser, as the talk ends."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import violations
from tests.support.live import eventually

LINE = "More about compilers, please."


@pytest.fixture
def talk(begin):
    """Return the links of a talk that will be over in half an hour."""
    return begin()


def end(desk) -> None:
    """Have the desk end the talk."""
    desk.locator("#end summary").click()
    desk.get_by_role("button", name="Yes, end it").click()


def pick(page, words: str):
    return page.get_by_role("button", name=words, exact=True)


def rated(server, talk) -> list[tuple[object, ...]]:
    """Return what the database holds, in some order."""
    asked = "SELECT worth, depth, line FROM rating JOIN talk ON talk.id = talk_id"
    return sorted(server.query(f"{asked} WHERE slug = '{talk['slug']}'"))


def test_two_taps_and_a_line_in_three_browsers(talk, server, arrive, enter, phone):
    desk = enter(talk["moderator"])
    ada = arrive(talk["slug"], **phone).is_live()
    eve = arrive(talk["slug"], java_script_enabled=False)
    expect(ada.page.locator("#rating-form")).to_have_count(0)

    end(desk)

    expect(ada.page.locator("#rating-title")).to_have_text("Was it worth your hour?")
    assert violations(ada.page) == []
    pick(ada.page, "Mostly").click()
    pick(ada.page, "Just right").click()
    ada.page.locator("#rating-line").fill(LINE)
    pick(ada.page, "Very much").click()
    expect(pick(ada.page, "Very much")).to_have_attribute("aria-pressed", "true")
    expect(ada.page.locator("#rating-note")).to_have_text("Your line is not saved yet.")
    assert eventually(lambda: rated(server, talk) == [(5, 2, "")])
    expect(ada.page.locator("#rating-line")).to_have_value(LINE)
    ada.page.locator("#rating-line").press("Enter")
    assert eventually(lambda: rated(server, talk) == [(5, 2, LINE)])
    expect(ada.page.locator("#rating-note")).to_contain_text("Your rating is saved.")

    eve.page.reload()
    eve.page.locator("#rating-line").fill("Too slow.")
    pick(eve.page, "Hardly").click()
    expect(eve.page.locator("#rating-note")).to_contain_text("Your rating is saved.")
    expect(eve.page.locator("#rating-line")).to_have_value("Too slow.")
    assert rated(server, talk) == [(2, None, "Too slow."), (5, 2, LINE)]

    sam = enter(talk["speaker"])
    sam.goto(f"{talk['attendee']}/report")
    expect(sam.locator("#rating")).to_contain_text("once five people have rated the talk")
    for name in ("Bob", "Cleo", "Dora"):
        server.write(
            "INSERT INTO rating (talk_id, author, worth, depth, line)"
            " SELECT id, :name, 4, 2, '' FROM talk WHERE slug = :slug",
            name=name,
            slug=talk["slug"],
        )
    sam.reload()
    expect(sam.locator("#rating")).to_contain_text("5 people rated this talk")
    expect(sam.locator("#rating")).to_contain_text("Mostly 3 of 5")
    expect(sam.locator("#rating")).to_contain_text(LINE)
    assert violations(sam) == []
    desk.goto(f"{talk['attendee']}/report")
    expect(desk.locator("h1")).to_be_visible()
    expect(desk.locator("#rating")).to_have_count(0)


def test_it_waits_while_somebody_types_and_moves_nothing(begin, arrive, enter, phone):
    talk = begin(starts_in=-57, more="rating: false")
    desk = enter(talk["moderator"])
    ada = arrive(talk["slug"], **phone).is_live()
    ada.type("How do you test a compiler that")
    before = ada.page.locator("#ask-text").bounding_box()

    desk.get_by_role("switch", name="Rating").click()

    expect(ada.page.locator("#now-strip")).to_contain_text("Was it worth your hour?")
    assert ada.page.locator("#ask-text").bounding_box() == before
    expect(ada.page.locator("#rating-form")).to_have_count(0)
    ada.page.locator("#now-strip a").click()
    expect(pick(ada.page, "Mostly")).to_be_visible()
    expect(ada.page.locator("#ask-text")).to_have_value("How do you test a compiler that")
    expect(ada.page.locator("#now-strip a")).to_have_count(0)


def test_a_line_outlasts_a_reload_and_is_not_said_to_be_saved_before_it_is(
    talk, server, arrive, enter, phone
):
    end(enter(talk["moderator"]))
    ada = arrive(talk["slug"], **phone).is_live()
    line, note = ada.page.locator("#rating-line"), ada.page.locator("#rating-note")
    line.press_sequentially(f"{LINE} ")
    expect(note).to_have_text("Your line is not saved yet.")
    pick(ada.page, "Mostly").click()
    assert eventually(lambda: rated(server, talk) == [(4, None, "")])
    expect(note).to_have_text("Your line is not saved yet.")

    ada.page.reload()
    expect(line).to_have_value(f"{LINE} ")
    expect(note).to_have_text("Your line is not saved yet.")
    line.press("Enter")
    expect(note).to_contain_text("Your rating is saved.")
    assert rated(server, talk) == [(4, None, LINE)]
    line.fill("Too")
    expect(note).to_have_text("Your line is not saved yet.")
    line.fill(LINE)
    expect(note).to_contain_text("Your rating is saved.")
    line.fill("Too slow.")
    pick(ada.page, "Take it back").press("Enter")
    expect(note).to_have_text("Each tap is saved at once.")
    expect(pick(ada.page, "Not at all")).to_be_focused()
    expect(ada.page.locator("#announcer")).to_have_text("Taken back.")
    ada.page.reload()
    expect(line).to_have_value("")


def test_a_tap_without_a_connection_is_kept_and_sent_once(talk, server, arrive, enter, phone):
    end(enter(talk["moderator"]))
    ada = arrive(talk["slug"], **phone).is_live()
    expect(pick(ada.page, "Mostly")).to_be_visible()

    ada.go_offline()
    pick(ada.page, "Mostly").click()
    expect(ada.page.locator("#rating-note")).to_contain_text("Kept on this device")
    pick(ada.page, "Hardly").click()
    pick(ada.page, "Too hard").click()
    expect(pick(ada.page, "Mostly")).to_have_attribute("aria-pressed", "false")
    expect(pick(ada.page, "Too hard")).to_have_attribute("aria-pressed", "true")
    ada.come_back()

    expect(ada.page.locator("#rating-note")).to_contain_text("Your rating is saved.")
    assert eventually(lambda: rated(server, talk) == [(2, 3, "")])


def test_a_tap_that_the_server_cannot_save_now_is_sent_again_by_itself(
    talk, server, arrive, enter, phone
):
    end(enter(talk["moderator"]))
    ada = arrive(talk["slug"], **phone).is_live()
    expect(pick(ada.page, "Mostly")).to_be_visible()
    # The tap, and the look at what stands there afterwards.
    ada.page.route("**/rating", lambda route: route.fulfill(status=503), times=2)

    pick(ada.page, "Mostly").click()

    expect(ada.page.locator("#rating-note")).to_contain_text("Kept on this device")
    expect(ada.page.locator("#rating-note")).to_contain_text("Your rating is saved.")
    assert eventually(lambda: rated(server, talk) == [(4, None, "")])
    ada.complaints.clear()  # the browser itself says that a form was refused
