"""The room code: over the socket and by forms, given once, and never told to whoever lacks it."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from companion.board import room_code
from companion.board.rate_limits import LIMITS
from companion.moderation.retention import forget_visitors
from companion.store.models import Action, Admission, Role
from tests.support.exported import exported
from tests.support.factories import count_rows, make_question, question_row, talk_row
from tests.support.pages import Browser
from tests.support.people import ADA
from tests.support.seat import Seat
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

TALK, DESK = "/talks/talk", "/talks/talk/desk"
CODE = f"{TALK}/room-code"
WORDS = "How do bees find home?"
HALL = {"REMOTE_ADDR": "203.0.113.7"}
NEEDED, WRONG = room_code.NEEDED, room_code.WRONG


@pytest.fixture
def app(make_app, folder) -> Flask:
    """Return an application with another talk beside the usual one."""
    write_talk(folder, "elsewhere")
    return make_app()


@pytest.fixture
def grace(app) -> Browser:
    """Return the desk's browser, which has asked for the room code."""
    browser = signed_in(app, Role.MODERATOR, name="Grace")
    browser.post(f"{DESK}/switches", {"requires_code": "1"})
    return browser


@pytest.fixture
def code(grace, engine) -> str:
    """Return the code that the room sees."""
    return room_code.code_of(talk_row(engine))


def test_it_is_off_until_the_desk_says_so(app, ada, engine):
    assert not ada.page(TALK).has("code")
    assert Seat(app, ada, "talk").ask(WORDS)["ok"]

    grace = signed_in(app, Role.MODERATOR)
    page = grace.page(f"{TALK}/moderate")
    [switch] = [one for one in page.elements("button") if one.get("name") == "requires_code"]
    assert switch.get("aria-checked") == "false"


def test_who_runs_the_talk_sees_at_once_what_they_asked_without_it(grace, code):
    part = grace.post_part(f"{TALK}/questions", {"text": WORDS})

    assert part.status_code == 200
    assert WORDS in part.text


def test_over_the_socket_it_is_refused_in_words_until_the_code_is_given(app, ada, code):
    seat = Seat(app, ada, "talk")

    refused = seat.ask(WORDS)
    assert refused == {"ok": False, "error": NEEDED, "field": "code"}

    assert ada.post_part(CODE, {"code": code}).status_code == 200
    assert seat.ask(WORDS)["ok"]


def test_voting_asking_and_editing_need_it_and_taking_back_does_not(app, ada, bob, engine):
    theirs, mine = make_question(engine, author=ADA), make_question(engine, author=bob.id)
    seat = Seat(app, bob, "talk")
    assert seat.vote(theirs)["ok"]
    signed_in(app, Role.MODERATOR).post(f"{DESK}/switches", {"requires_code": "1"})

    other = make_question(engine, author=ADA)
    assert seat.vote(other) == {"ok": False, "error": NEEDED, "field": "code"}
    assert seat.vote(theirs, wanted=False) == {"ok": True, "votes": 0}
    for path, fields in (("vote", {"wanted": "1"}), ("edit", {"text": "Other words than before?"})):
        number = other if path == "vote" else mine
        answer = bob.post_part(f"{TALK}/questions/{number}/{path}", fields)
        assert (answer.status_code, answer.headers["Companion-Field"]) == (422, "code")
        assert NEEDED in answer.text
    assert bob.post_part(f"{TALK}/questions/{mine}/withdraw").status_code == 200
    assert question_row(engine, other).votes == 0


def test_without_scripts_what_was_typed_comes_back_at_each_step(ada, code):
    page = ada.page(TALK)
    typed = {"text": WORDS, "detail": "In the rain."}

    refused = ada.submit(page.form_to("/questions"), **typed)
    assert refused.status_code == 422
    assert NEEDED in refused.text
    assert refused.text.count(WORDS) == 1

    # The field stands outside of the form that it belongs to, as its `form` says.
    assert page.element("code").get("form") == page.form_to("/questions").id
    assert page.element("code-go").get("formaction") == CODE
    wrong = ada.post(CODE, {**typed, "code": "22222"})
    assert (wrong.status_code, WRONG in wrong.text, WORDS in wrong.text) == (422, True, True)
    given = ada.post(CODE, {**typed, "code": code})
    assert (given.status_code, WORDS in given.text, 'id="code"' in given.text) == (200, True, False)
    assert ada.post(f"{TALK}/questions", typed).status_code == 303


def test_without_scripts_the_code_and_the_question_can_go_together(ada, code, engine):
    answer = ada.post(f"{TALK}/questions", {"text": WORDS, "code": code})

    assert answer.status_code == 303
    assert question_row(engine, 1).text == WORDS


def test_alone_it_leads_back_and_says_so(ada, code):
    page = ada.follow(ada.post(CODE, {"code": code}))

    assert "You can ask and vote now." in page.html
    assert not page.has("code")


def test_where_only_votes_are_taken_the_field_has_a_form_of_its_own(ada, grace, code):
    grace.post(f"{DESK}/switches", {"board": "votes"})

    form = ada.page(TALK).form_to("/room-code")
    assert ada.submit(form, code=code).status_code == 303
    grace.post(f"{DESK}/switches", {"board": "closed"})
    assert not Browser(ada.app).page(TALK).has("code")


@pytest.mark.parametrize("spell", [str.lower, " ".join, "-".join, lambda code: f" {code}\n"])
def test_it_is_read_as_it_was_meant(ada, code, spell):
    assert ada.post(CODE, {"code": spell(code)}).status_code == 303


def test_what_looks_like_something_else_is_not_in_it():
    assert room_code.read("bsz g") == "8526"
    assert set(room_code.ALPHABET).isdisjoint("01OILBSZGUAEIY")


@pytest.mark.parametrize("typed", ["", "   ", "!?"])
def test_nothing_typed_is_no_guess(ada, grace, typed):
    for _ in range(20):
        answer = ada.post_part(CODE, {"code": typed})

    assert (answer.status_code, room_code.MISSING in answer.text) == (422, True)


def test_those_who_run_the_talk_never_need_it(app, grace, engine):
    other = make_question(engine, author=ADA)
    speaker = signed_in(app, Role.SPEAKER)
    for browser in (grace, speaker, signed_in(app, Role.ORGANISER)):
        assert not browser.page(TALK).has("code")
        seat = Seat(app, browser, "talk")
        assert seat.ask(f"{WORDS} Number {browser.id}")["ok"]
        assert seat.vote(other)["ok"]
    elsewhere = signed_in(app, Role.SPEAKER, "elsewhere")
    assert Seat(app, elsewhere, "talk").ask(WORDS)["error"] == NEEDED


def test_it_is_shown_at_the_desk_and_on_their_screen_and_to_nobody_else(
    app, ada, bob, grace, code, engine, caplog
):
    caplog.set_level("DEBUG")
    seat, screen = Seat(app, ada, "talk"), Seat(app, bob, "talk", "present")
    bob.post(CODE, {"code": code})
    bob.post(f"{TALK}/questions", {"text": WORDS})
    grace.post(f"{DESK}/switches", {"new_code": "1"})
    new = room_code.code_of(talk_row(engine))
    assert new != code

    for path in ("present", "present/screen"):
        assert new in grace.get(f"{TALK}/{path}").text
        public = bob.get(f"{TALK}/{path}").text
        assert (new in public, "sign in on this screen" in public) == (False, True)
    assert new in grace.page(f"{TALK}/moderate").text("desk")
    seen = [ada.get(f"{TALK}{path}").text for path in ("", "/board", "/alike?text=bees")]
    seen += [seat.raw(), screen.raw(), str(caplog.records), caplog.text]
    seen += [grace.get(f"{TALK}/{path}").text for path in ("report", "runsheet", "export")]
    seen.append(exported(app))
    for word in (code, new):
        assert not any(word in text for text in seen)
    with engine.connect() as connection:
        for table in sa.inspect(engine).get_table_names():
            rows = connection.execute(sa.select(sa.text("*")).select_from(sa.table(table))).all()
            assert not re.search(f"{code}|{new}", repr(rows)), table


def test_a_new_code_keeps_those_in_who_are_in(app, ada, bob, grace, code, engine):
    ada.post(CODE, {"code": code})

    grace.post(f"{DESK}/switches", {"new_code": "1"})

    assert Seat(app, ada, "talk").ask(WORDS)["ok"]
    assert bob.post(CODE, {"code": code}).status_code == 422
    assert bob.post(CODE, {"code": room_code.code_of(talk_row(engine))}).status_code == 303


def test_it_ends_as_it_began_and_can_be_taken_back(app, ada, bob, grace, code, engine):
    ada.post(CODE, {"code": code})
    grace.post(f"{DESK}/switches", {"requires_code": "0"})
    assert Seat(app, bob, "talk").ask(WORDS)["ok"]

    with Session(engine) as session:
        last = session.scalar(sa.select(sa.func.max(Action.id)))
    grace.post(f"{DESK}/undo", {"action_id": last})

    assert room_code.code_of(talk_row(engine)) == code
    assert Seat(app, ada, "talk").ask("Why do bees dance at all?")["ok"]
    assert Seat(app, bob, "talk").ask("Why do bees dance at all?")["error"] == NEEDED


def test_who_is_refused_hears_of_the_switch_at_once(app, ada, grace):
    seat, elsewhere = Seat(app, ada, "talk"), Seat(app, Browser(app), "elsewhere")
    seat.heard()

    grace.post(f"{DESK}/switches", {"requires_code": "0"})
    assert ("refetch", {}) in seat.heard()
    grace.post(f"{DESK}/switches", {"new_code": "1"})
    assert seat.heard() == elsewhere.heard() == []


def test_one_visitor_guesses_ten_times_and_then_even_the_right_one_has_to_wait(ada, bob, code):
    wrong = [ada.post_part(CODE, {"code": "22222"}).status_code for _ in range(12)]

    assert wrong == [422] * LIMITS["code"][0][0] + [429] * 2
    late = ada.post_part(CODE, {"code": code})
    assert late.status_code == 429
    assert "That was 10 wrong codes in a short time. Try again in 10 minutes" in late.text
    assert bob.post(CODE, {"code": code}).status_code == 303


def test_a_script_that_throws_its_cookies_away_is_stopped_and_a_new_code_begins_anew(
    app, grace, code, engine, monkeypatch
):
    most = 30
    monkeypatch.setitem(LIMITS, "codes", ((most, 600),))

    def tries(typed: str) -> int:
        answer = Browser(app).post_part(CODE, {"code": typed}, environ_overrides=HALL)
        return answer.status_code

    assert {tries("22222") for _ in range(most)} == {422}
    assert tries("22222") == tries(code) == 429
    assert Browser(app).post(CODE, {"code": code}).status_code == 303  # from elsewhere
    grace.post(f"{DESK}/switches", {"new_code": "1"})
    assert tries(room_code.code_of(talk_row(engine))) == 200


def test_in_a_hall_behind_one_address_everybody_may_mistype(app, code):
    for number in range(24):
        person = Browser(app)
        for typed in (code[:-1], code[::-1] + "2")[: 1 + number % 2]:
            assert (
                person.post_part(CODE, {"code": typed}, environ_overrides=HALL).status_code == 422
            )
        given = person.post_part(CODE, {"code": code}, environ_overrides=HALL)
        assert given.status_code == 200, number
    assert LIMITS["codes"][0] == (2 * 500, 600)  # two by each of 500


def test_guessing_all_day_finds_nothing():
    """From one network; of the likes of IPv6 all that one provider gives a customer is one."""
    a_day = LIMITS["codes"][0][0] * 6 * 24

    assert a_day / len(room_code.ALPHABET) ** room_code.LENGTH < 0.03


def test_who_is_outside_takes_no_newcomers_place(app, ada, code, monkeypatch):
    monkeypatch.setattr("companion.board.newcomers.MOST", (2, 2))
    question = Seat(app, signed_in(app, Role.MODERATOR), "talk").ask(WORDS)["id"]
    for _ in range(5):
        refused = Seat(app, Browser(app), "talk").ask(f"{WORDS} And when?")
        assert refused["error"] == NEEDED

    ada.post(CODE, {"code": code})
    assert Seat(app, ada, "talk").vote(question) == {"ok": True, "votes": 1}


def test_who_came_before_the_code_was_needed_keeps_their_place(
    app, ada, grace, engine, monkeypatch
):
    monkeypatch.setattr("companion.board.newcomers.MOST", (1, 1))
    question = make_question(engine)
    grace.post(f"{DESK}/switches", {"requires_code": "0"})
    seat = Seat(app, ada, "talk")
    assert seat.vote(question)["votes"] == 1
    grace.post(f"{DESK}/switches", {"requires_code": "1"})
    assert seat.ask(WORDS)["error"] == NEEDED

    for browser in (bob := Browser(app), ada):
        browser.post(CODE, {"code": room_code.code_of(talk_row(engine))})
    assert Seat(app, bob, "talk").ask(WORDS)["status"] == "waiting"

    assert seat.ask(WORDS)["status"] == "open"


def test_who_was_in_is_forgotten_with_everybody_else(ada, code, engine, clock):
    ada.post(CODE, {"code": code})
    assert count_rows(engine, Admission) == 1

    with Session(engine) as session:
        row = session.merge(talk_row(engine))
        forget_visitors(session, row, clock())
        session.commit()

    assert count_rows(engine, Admission) == 0
    assert room_code.code_of(talk_row(engine)) != code


def test_who_has_lost_the_cookie_gets_another_with_the_refusal(app, code):
    answer = app.test_client().post(
        CODE, data={"code": code}, headers={"HX-Request": "true", "Origin": "http://localhost"}
    )

    assert answer.status_code == 422
    assert "visitor=" in answer.headers.get("Set-Cookie", "")
