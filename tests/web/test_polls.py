"""Polls: prepared in a page, opened at the desk, answered once a person, shown when it is time."""

import re

import pytest

from companion.board.polls import OptionRecord, PollRecord, view
from companion.store.models import Role
from companion.store.polls import Ballot, PollState, Reveal
from tests.support.factories import count_rows
from tests.support.pages import read_page, read_part
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

DO = "/talks/talk/desk/polls"
DELETE = "Delete what is mine here"
ASK = "Which scheduler do you use?"
OTHER = "What would you learn next?"
OTHER_POLL = "{ask: What would you learn next?, options: [Rust, Zig]}"
SCHEDULER = "{ask: Which scheduler do you use?, options: [Slurm, Kubernetes, none], right: Slurm}"


def with_polls(folder, *polls: str) -> None:
    """Write the usual talk with some polls in its page."""
    write_talk(folder, extra="polls:\n" + "".join(f"  - {poll}\n" for poll in polls))


@pytest.fixture
def app(folder, make_app):
    """Return the application with a poll in the usual talk's page."""
    with_polls(folder, SCHEDULER)
    return make_app()


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def key(grace, ask: str = ASK) -> str:
    """Return what the desk knows a poll by."""
    found = re.search(
        rf'id="desk-poll-(\w+)"[^>]*>\s*<p[^>]*><bdi>{re.escape(ask)}',
        grace.get("/talks/talk/desk").text,
    )
    assert found
    return found[1]


def run(grace, do: str, ask: str = ASK) -> str:
    """Do something with a poll; return what the desk says of it."""
    answer = grace.post_part(DO, {"poll": key(grace, ask), "do": do})
    return read_part(answer, 200).text("desk-flash")


def polls(browser) -> str:
    return browser.get("/talks/talk/polls").text


def option(browser, text: str) -> tuple[int, int]:
    """Return the numbers of a poll that is open and of one of its answers."""
    html = polls(browser)
    poll = re.search(r'action="/talks/talk/polls/(\d+)"', html)
    found = re.search(rf'value="(\d+)"[^>]*>\s*<bdi>{text}<', html)
    assert poll
    assert found
    return int(poll[1]), int(found[1])


def answer(browser, text: str):
    poll, chosen = option(browser, text)
    return browser.post_part(f"/talks/talk/polls/{poll}", {"option": chosen})


def said(browser, text: str) -> str:
    """Return what a page says of an answer's results, "" where it says nothing."""
    found = re.search(rf"<bdi>{text}</bdi>.*?</li>", polls(browser), re.DOTALL)
    words = re.search(r'poll__said">([^<]*)', found[0]) if found else None
    return words[1] if words else ""


def test_the_whole_path(grace, ada, bob, stranger, engine):
    assert ASK not in ada.page("/talks/talk").html
    assert run(grace, "open") == "The poll is open."

    page = ada.page("/talks/talk")
    assert ASK in page.text("polls")
    assert answer(ada, "Slurm").status_code == 200
    assert answer(ada, "Kubernetes").status_code == 200
    assert answer(bob, "Slurm").status_code == 200
    assert count_rows(engine, Ballot) == 2
    assert said(bob, "Slurm") == said(stranger, "Slurm") == ""
    assert "1 of 2" in grace.page("/talks/talk/moderate").text("desk-polls")

    assert run(grace, "close") == "The poll is closed."
    assert said(stranger, "Slurm") == "1 of 2"
    assert "your answer" in polls(bob)
    assert "your answer" not in polls(stranger)
    assert "right" not in polls(bob)
    assert run(grace, "right") == "Everybody sees the right answer."
    assert "poll__mark--right" in polls(stranger)


def test_one_that_is_put_away_goes_from_pages_that_have_it(grace, ada):
    run(grace, "open")
    assert ASK in ada.get("/talks/talk/board").text

    run(grace, "close")
    run(grace, "away")

    part = ada.get("/talks/talk/board").text
    assert 'hx-target="#polls"' in part
    assert ASK not in part


@pytest.mark.parametrize(("votes", "people", "percent"), [(5, 40, 13), (13, 40, 33), (4, 12, 33)])
def test_a_page_rounds_halves_up_as_scripts_do(votes, people, percent):
    options = OptionRecord(1, "Slurm", votes), OptionRecord(2, "none", people - votes)
    shown = {"is_shown": False, "is_right_shown": False, "on_screen": False}
    asked = {"id": 1, "key": "key", "text": ASK, "several": False, "reveal": Reveal.CLOSING}
    poll = PollRecord(**asked, **shown, state=PollState.CLOSED, people=people, options=options)

    assert view(poll, (), results=True, right=False).options[0].percent == percent


def test_it_works_without_scripts(grace, ada):
    run(grace, "open")
    poll, chosen = option(ada, "Slurm")

    sent = ada.post(f"/talks/talk/polls/{poll}", {"option": chosen})

    assert sent.location == f"/talks/talk#poll-{poll}"
    assert "Your answer is saved." in ada.page("/talks/talk").text("polls")


def refused(browser, poll: int, *options: int):
    """Send an answer without scripts that is refused; return the page that says so."""
    sent = browser.post(f"/talks/talk/polls/{poll}", {"option": list(options)})
    page = read_page(sent, 422)
    assert page.text("ask-problem") == ""
    return page


def test_without_scripts_a_refusal_stands_at_its_poll_with_what_was_chosen(folder, app, grace, ada):
    with_polls(folder, SCHEDULER.replace("right:", "several: true, right:"))
    app.extensions["boards"].programme.refresh()
    run(grace, "open")
    poll, slurm = option(ada, "Slurm")
    answer(ada, "Kubernetes")

    page = refused(ada, poll, slurm, 999)

    assert "There is no such poll any more" in page.text(f"poll-{poll}")
    assert "checked" in page.element(f"pick-{slurm}").attrib
    assert "Choose at least one" in refused(ada, poll).text(f"poll-{poll}")

    run(grace, "close")
    assert "This poll is closed." in refused(ada, poll, slurm).text(f"poll-{poll}")
    assert "There is no such poll" in refused(ada, 999, slurm).text("polls")
    run(grace, "away")
    assert "There is no such poll" in refused(ada, poll, slurm).text("polls")


def test_a_refusal_about_an_earlier_poll_is_not_folded_away(folder, app, grace, ada):
    with_polls(folder, SCHEDULER, OTHER_POLL)
    app.extensions["boards"].programme.refresh()
    run(grace, "open")
    poll, slurm = option(ada, "Slurm")
    run(grace, "open", OTHER)

    page = refused(ada, poll, slurm)

    assert "This poll is closed." in page.text(f"poll-{poll}")
    assert "open" in page.element("earlier-polls").attrib


def test_whoever_has_only_answered_polls_can_delete_that(grace, ada, bob, stranger, engine):
    run(grace, "open")
    shown = read_part(answer(ada, "Slurm"), 200)
    answer(bob, "Slurm")
    assert DELETE in shown.text("delete-mine")
    assert DELETE not in stranger.page("/talks/talk").text("delete-mine")
    for path in ("/talks/talk", "/talks/talk/board"):
        assert DELETE in ada.get(path).text

    gone = read_part(ada.post_part("/talks/talk/questions/delete"), 200)

    assert DELETE not in gone.text("delete-mine")
    assert 'aria-pressed="true"' not in gone.html
    assert count_rows(engine, Ballot) == 1
    run(grace, "close")
    assert said(bob, "Slurm") == "1 of 1"


def test_what_was_answered_in_a_poll_that_is_away_can_be_deleted_too(grace, ada, engine):
    run(grace, "open")
    answer(ada, "Slurm")
    run(grace, "close")
    run(grace, "away")
    assert DELETE in ada.page("/talks/talk").text("delete-mine")

    sent = ada.post("/talks/talk/questions/delete")

    assert "What was yours here is deleted." in ada.page(sent.location).html
    assert count_rows(engine, Ballot) == 0


def test_a_page_says_how_often_one_has_answered_and_what_comes_late_is_none(grace, ada, stranger):
    run(grace, "open")
    poll, slurm = option(ada, "Slurm")
    answer(ada, "none")
    answer(ada, "Kubernetes")
    assert ada.page("/talks/talk").element(f"poll-{poll}-form").get("data-turn") == "2"
    assert stranger.page("/talks/talk").element(f"poll-{poll}-form").get("data-turn") == "0"

    late = ada.post_part(f"/talks/talk/polls/{poll}", {"option": slurm, "turn": "2"})

    assert late.status_code == 422
    assert late.headers["Companion-Field"] == "turn"
    assert "You have answered otherwise since, and" in late.text
    newest = ada.post_part(f"/talks/talk/polls/{poll}", {"option": slurm, "turn": "3"})
    assert newest.status_code == 200


def test_the_desk_says_that_what_was_answered_keeps_how_many_can_be_chosen(folder, app, grace, ada):
    run(grace, "open")
    answer(ada, "Slurm")
    assert "several can be chosen" not in grace.page("/talks/talk/moderate").text("desk-polls")

    with_polls(folder, SCHEDULER.replace("right:", "several: true, right:"))
    app.extensions["boards"].programme.refresh()

    desk = grace.page("/talks/talk/moderate").text("desk-polls")
    assert "The page says now that several can be chosen" in desk
    assert answer(ada, "Kubernetes").status_code == 200


@pytest.mark.parametrize("several", [{}, {"several": "1"}])
def test_a_poll_that_is_refused_at_the_desk_keeps_all_that_was_given(grace, several):
    sent = grace.post(f"{DO}/new", {"ask": "Tea?", "options": "Yes", "open": "1"} | several)

    page = read_page(sent, 422)
    assert page.element("poll-ask").get("value") == "Tea?"
    assert page.text("poll-options") == "Yes"
    assert ("checked" in page.element("poll-several").attrib) is bool(several)


def test_while_the_board_is_closed_a_poll_that_is_open_cannot_be_answered(folder, app, grace, ada):
    run(grace, "open")
    poll, chosen = option(ada, "Slurm")
    assert "Open: answer on" in grace.page("/talks/talk/present").html
    write_talk(folder, extra=f"board: closed\npolls:\n  - {SCHEDULER}\n")
    app.extensions["boards"].programme.refresh()

    assert ASK in polls(ada)
    assert "<form" not in polls(ada)
    assert "Open: answer on" not in grace.page("/talks/talk/present").html
    refused = ada.post_part(f"/talks/talk/polls/{poll}", {"option": chosen})
    assert refused.status_code == 422
