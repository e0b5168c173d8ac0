"""One poll in a frame of slides: at an address that stays, with what everybody may know."""

import re

import pytest
from flask import Flask

from companion.board.poll_addresses import address_of
from companion.store.models import Role
from companion.talks.polls import key_of
from tests.support.pages import Browser, Page, read_page
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

PARENT = "https://slides.example.org"
ASK, OTHER = "Which scheduler do you use?", "What would you learn?"
POLL = "{ask: Which scheduler do you use?, options: [Slurm, PBS], right: Slurm}"
SECOND = "{ask: What would you learn?, options: [Rust, Zig]}"
URL = f"/embed/talk/polls/{address_of(key_of(ASK))}"
NOT_YET = "This poll is not open yet."


def becomes(folder, app: Flask, *polls: str, **facts: str) -> None:
    """Write the talk's page anew, with polls."""
    more = "".join(f"{name}: {value}\n" for name, value in facts.items())
    write_talk(folder, extra=more + "polls:\n" + "".join(f"  - {poll}\n" for poll in polls))
    app.extensions["boards"].programme.refresh()


@pytest.fixture
def app(folder, make_app) -> Flask:
    """Return the application with two polls in the usual talk's page, which a site may show."""
    app = make_app(embed_parents=PARENT)
    becomes(folder, app, POLL, SECOND)
    return app


@pytest.fixture
def grace(app) -> Browser:
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


@pytest.fixture
def slides(app) -> Browser:
    """Return the browser that shows the slides, which knows nobody."""
    return Browser(app, known=False)


def run(grace, do: str, ask: str = ASK) -> None:
    answer = grace.post_part("/talks/talk/desk/polls", {"poll": key_of(ask), "do": do})
    assert answer.status_code == 200


def answer(browser, text: str) -> None:
    html = browser.get("/talks/talk/polls").text
    poll = re.search(r'action="/talks/talk/polls/(\d+)"', html)
    option = re.search(rf'value="(\d+)"[^>]*>\s*<bdi>{text}<', html)
    assert poll
    assert option
    sent = browser.post_part(f"/talks/talk/polls/{poll[1]}", {"option": option[1]})
    assert sent.status_code == 200


def shown(browser, url: str = URL) -> str:
    """Return what the frame and its part say, which is the same."""
    page, part = browser.page(url).text("screen"), browser.get(f"{url}/part").text
    assert Page(part, whole=False).text("screen") == page
    return page


def test_before_it_is_open_it_says_so_and_where_to_answer_and_nothing_else(slides):
    answer = slides.get(URL)

    assert NOT_YET in read_page(answer, 200).text("screen")
    assert re.search(r"Answer at 127.0.0.1:8000/j/\w+", shown(slides))
    for hidden in (ASK, "Slurm", "PBS"):
        assert hidden not in answer.text
        assert hidden not in slides.get(f"{URL}/part").text
    assert f"frame-ancestors {PARENT}" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers


def test_it_shows_what_everybody_may_know(slides, grace, ada, bob):
    run(grace, "open")
    answer(ada, "Slurm")
    answer(bob, "Slurm")
    page = shown(slides)
    assert ASK in page
    assert "2 people have answered" in page
    assert "2 of 2" not in page
    assert "Answer at" in page

    run(grace, "close")
    page = shown(slides)
    assert "2 of 2" in page
    assert "Answer at" not in page
    assert "data-right" not in slides.get(URL).text

    run(grace, "right")
    assert "data-right" in slides.get(URL).text


def test_the_desk_shows_it_early_and_puts_it_away(slides, grace, ada):
    run(grace, "open")
    answer(ada, "PBS")
    run(grace, "show")
    assert "1 of 1" in shown(slides)

    run(grace, "close")
    run(grace, "away")

    assert NOT_YET in shown(slides)


def test_it_stays_on_its_poll_whichever_is_open(slides, grace):
    run(grace, "open")
    run(grace, "open", OTHER)

    assert "Closed" in shown(slides)
    assert OTHER not in shown(slides)


@pytest.mark.parametrize(
    "polls",
    [
        ("{ask: which  scheduler DO you use?, options: [Slurm, PBS, none], reveal: live}",),
        ("{ask: Was it clear?, options: yes/no}", SECOND, POLL),
        (POLL,),
    ],
    ids=["case, options and reveal", "others before it", "others gone"],
)
def test_its_address_is_right_when_the_page_is_edited(folder, app, slides, grace, polls):
    becomes(folder, app, *polls)
    assert NOT_YET in shown(slides)

    run(grace, "open")

    assert ASK.casefold() in " ".join(shown(slides).casefold().split())


def test_other_words_are_another_poll_and_the_frame_says_what_to_do(folder, app, slides):
    becomes(folder, app, "{ask: Which scheduler do you like?, options: [Slurm, PBS]}")

    answer = slides.get(URL)

    assert "copy its new address from the desk" in read_page(answer, 404).html
    assert f"frame-ancestors {PARENT}" in answer.headers["Content-Security-Policy"]
    assert slides.get(f"{URL}/part").status_code == 404


def test_where_it_cannot_be_answered_nobody_is_led_there(folder, app, slides, grace):
    run(grace, "open")
    becomes(folder, app, POLL, board="closed")

    assert "Answer at" not in shown(slides)
    assert "Closed" in shown(slides)


def test_a_part_is_sent_only_when_something_has_changed(slides, grace):
    run(grace, "open")
    since = slides.page(URL).element("screen").get("data-revision")
    assert slides.get(f"{URL}/part?since={since}&phase=talk").status_code == 204

    run(grace, "close")

    assert slides.get(f"{URL}/part?since={since}&phase=talk").status_code == 200


@pytest.mark.parametrize(
    ("asked", "scheme"), [("", "light dark"), ("?scheme=dark", "dark"), ("?scheme=x", "light dark")]
)
def test_it_is_as_light_or_dark_as_the_slides(slides, asked, scheme):
    [said] = [
        m for m in slides.page(URL + asked).elements("meta") if m.get("name") == "color-scheme"
    ]
    assert said.get("content") == scheme


def test_the_desk_has_its_address_to_copy(grace):
    page = grace.page("/talks/talk/moderate")

    assert f"http://127.0.0.1:8000{URL}" in page.html
    assert "COMPANION_EMBED_PARENTS" not in page.text("desk-polls")


def test_the_desk_says_what_is_missing_where_no_site_may_show_it(folder, make_app):
    app = make_app()
    becomes(folder, app, POLL)
    grace = signed_in(app, Role.MODERATOR)

    assert "COMPANION_EMBED_PARENTS" in grace.page("/talks/talk/moderate").text("desk-polls")


def test_in_a_boards_frame_polls_are_answered(app, grace):
    run(grace, "open")
    ada, stranger = Browser(app), Browser(app, known=False)
    page = ada.page("/embed/talk")
    assert ASK in page.text("polls")

    answer(ada, "Slurm")

    assert "Your answer is saved." in ada.page("/embed/talk").text("polls")
    assert "Your answer is saved." not in stranger.page("/embed/talk").text("polls")


def test_out_of_a_frame_without_cookies_one_is_asked_to_answer_once_more(app, grace, ada):
    run(grace, "open")
    html = ada.get("/talks/talk/polls").text
    poll, option = re.search(r"polls/(\d+)\"", html)[1], re.search(r'value="(\d+)"', html)[1]
    bob, from_frame = Browser(app, known=False), {"Referer": "http://localhost:8000/embed/talk"}

    refused = bob.post(f"/talks/talk/polls/{poll}", {"option": option}, headers=from_frame)

    page = read_page(refused, 422)
    assert "Do it once more here, please." in page.html
    assert bob.submit(page.form_to(f"/polls/{poll}"), option=option).status_code == 303
