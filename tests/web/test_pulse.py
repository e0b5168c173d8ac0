"""Saying how one follows by a form, with scripts or without."""

import pytest

from companion.board.newcomers import PER_ADDRESS
from companion.store.models import Role
from tests.support.pages import Browser
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

PRESS = "/talks/talk/pulse"


@pytest.fixture
def app(make_app, folder):
    write_talk(folder, extra="pulse: true\n")
    return make_app()


@pytest.fixture
def ada(app) -> Browser:
    browser = Browser(app)
    browser.get("/talks/talk")
    return browser


def seen(app, path: str = "moderate") -> str:
    return signed_in(app, Role.MODERATOR, "talk", "Grace").get(f"/talks/talk/{path}").text


def test_a_press_without_scripts_leads_back_and_says_that_it_is_heard(app, ada):
    answer = ada.post(PRESS, {"kind": "lost"})

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/talks/talk?flash=pulse#pulse")
    page = ada.get("/talks/talk?flash=pulse").text
    assert "The speaker and the desk see how many press, and never who." in page
    assert "1 of 1 is lost" in seen(app)


def test_with_scripts_there_is_nothing_to_read(ada):
    answer = ada.post_part(PRESS, {"kind": "clear"})

    assert (answer.status_code, answer.text) == (204, "")


def test_each_kind_can_be_pressed_again_after_ten_seconds(ada):
    assert ada.post_part(PRESS, {"kind": "lost"}).status_code == 204
    assert ada.post_part(PRESS, {"kind": "clear"}).status_code == 204

    again = ada.post_part(PRESS, {"kind": "lost"})

    assert again.status_code == 429
    assert 0 < int(again.headers["Retry-After"]) <= 10
    assert "That was 1 press in a short time." in again.text


def test_a_press_sent_once_more_for_want_of_an_answer_is_taken(ada):
    for _ in range(2):
        assert ada.post_part(PRESS, {"kind": "lost"}).status_code == 204


def test_a_refusal_without_scripts_is_said_on_the_page(ada):
    ada.post(PRESS, {"kind": "lost"})
    ada.post(PRESS, {"kind": "clear"})

    again = ada.post(PRESS, {"kind": "lost"})

    assert again.status_code == 429
    assert "That was 1 press in a short time." in again.text


@pytest.mark.parametrize(
    ("minutes", "kind", "said"),
    [
        (-5, "clear", "The talk is not on."),
        (20, "clap", "The talk is still on."),
        (50, "louder", ""),
        (60, "clap", ""),
        (61, "lost", "The talk is not on."),
        (75, "clap", "The talk ended a while ago"),
    ],
)
def test_it_is_pressed_while_the_talk_is_on_and_clapped_after(ada, clock, minutes, kind, said):
    clock.set_to(minutes)

    answer = ada.post_part(PRESS, {"kind": kind})

    assert answer.status_code == (422 if said else 204)
    assert said in answer.text


@pytest.mark.parametrize(
    ("minutes", "is_there"), [(-20, True), (20, True), (74, True), (75, False)]
)
def test_a_page_has_what_it_needs_until_a_while_after_the_end(ada, clock, minutes, is_there):
    clock.set_to(minutes)

    assert ('value="lost"' in ada.get("/talks/talk").text) is is_there


def test_it_is_off_unless_somebody_wants_it(make_app, folder):
    write_talk(folder)
    app = make_app()
    browser = Browser(app)
    browser.get("/talks/talk")

    assert "pulse" not in browser.get("/talks/talk").text
    answer = browser.post_part(PRESS, {"kind": "lost"})
    assert (answer.status_code, "Nobody asks" in answer.text) == (422, True)
    assert "pulse-seen" not in seen(app)


@pytest.mark.parametrize(
    ("series", "page", "desk", "is_on"),
    [
        ("off", "pulse: true\n", None, True),
        ("off", "pulse: true\n", "0", False),
        ("on", "", None, True),
        ("on", "pulse: false\n", None, False),
        ("on", "pulse: false\n", "1", True),
    ],
)
def test_the_desk_decides_over_the_page_and_the_page_over_the_series(
    make_app, folder, series, page, desk, is_on
):
    write_talk(folder, extra=page)
    app = make_app(pulse=series)
    if desk:
        grace = signed_in(app, Role.MODERATOR, "talk", "Grace")
        assert grace.post("/talks/talk/desk/switches", {"pulse": desk}).status_code == 303

    assert ("Lost me" in Browser(app).get("/talks/talk").text) is is_on


def test_organisers_see_what_the_series_says(make_app, folder):
    write_talk(folder)
    app = make_app(pulse="on")

    page = signed_in(app, Role.ORGANISER).get("/talks/talk/organise").text

    assert "People say how they follow" in page
    assert "Default: on" in page


def test_a_talk_without_a_board_has_none(make_app, folder):
    write_talk(folder, extra="pulse: true\nboard: false\n")
    browser = Browser(make_app())

    assert "Lost me" not in browser.get("/talks/talk").text
    assert browser.post_part(PRESS, {"kind": "lost"}).status_code == 404


def test_views_fetch_anew_what_has_changed_and_nothing_else(app, ada):
    speaker = signed_in(app, Role.SPEAKER)
    url = "/talks/talk/speaker/queue?since=0&phase=talk&pulse="
    assert speaker.get(f"{url}0.0.0.0.0.0").status_code == 204

    ada.post_part(PRESS, {"kind": "lost"})

    assert "1 of 1 is lost" in speaker.get(f"{url}0.0.0.0.0.0").text
    assert speaker.get(f"{url}0.1.0.0.1.0").status_code == 204


def test_past_the_budget_of_new_people_nobody_counts_before_the_desk_lets_them_in(app):
    def come() -> Browser:
        browser = Browser(app)
        browser.get("/talks/talk")
        return browser

    newcomers = app.extensions["boards"]._newcomers
    for number in range(PER_ADDRESS):
        newcomers.standing("talk", f"somebody {number}", "127.0.0.1")
    eve = come()

    answer = eve.post_part(PRESS, {"kind": "lost"})

    assert (answer.status_code, "Many people came at once" in answer.text) == (422, True)
    assert "0 of" in seen(app)
    grace = signed_in(app, Role.MODERATOR, "talk", "Grace")
    desk = grace.get("/talks/talk/desk").text
    assert "newcomers" in desk
