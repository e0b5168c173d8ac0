"""The wall: what it shows to whom, and who may arrange it."""

import re

import pytest

from companion.store.models import Kind, Role, Status
from companion.store.wall import WallChange, WallPlace
from tests.support.factories import count_rows, make_question, make_questions, set_status
from tests.support.sign_in import signed_in

WALL = "/talks/talk/wall"
TEXT = "How do bees find home?"


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def put(browser, note: int, **wish):
    return browser.post_part(f"{WALL}/notes/{note}", wish)


def switch(browser, mode: str) -> None:
    assert browser.post_part("/talks/talk/desk/switches", {"wall": mode}).status_code == 200


def places(page) -> dict[int, tuple[str, str, str]]:
    """Return where a page has each note, and of which colour, in the page's order."""
    found = (note for note in page.classed("note"))
    return {
        int(note.get("data-id")): (note.get("data-x"), note.get("data-y"), note.get("data-colour"))
        for note in found
    }


def test_what_is_on_the_list_is_on_the_wall_and_is_not_placed_yet(stranger, engine):
    question = make_question(engine, TEXT, votes=3)
    comment = make_question(engine, "Bees are lovely.", kind=Kind.COMMENT, name="Ada")
    for status in (Status.WAITING, Status.DECLINED, Status.WITHDRAWN, Status.MERGED):
        make_question(engine, f"Nobody sees {status} ones.", status=status)

    page = stranger.page(WALL)

    assert places(page) == {question: ("", "", ""), comment: ("", "", "")}
    assert page.text("wall-inbox-title") == "Not placed yet, 2"
    assert "3 votes" in page.text(f"note-{question}")
    assert "Ada" in page.text(f"note-{comment}")
    assert "Nobody sees" not in page.html
    assert not page.classed("note__arrange")


def test_the_talks_page_leads_to_the_wall_and_back(stranger, grace, engine):
    make_question(engine)

    assert WALL in stranger.page("/talks/talk").links()
    assert "/talks/talk#board" in stranger.page(WALL).links()
    switch(grace, "off")
    assert WALL not in stranger.page("/talks/talk").links()


def test_a_moderator_moves_a_note_and_everybody_finds_it_there(grace, stranger, engine):
    question = make_question(engine, TEXT)

    answer = put(grace, question, x=240, y=96, colour="blue")

    assert answer.json == {"id": question, "change": 1, "revision": 1}
    assert places(stranger.page(WALL)) == {question: ("240", "96", "blue")}
    assert "Grace placed “How do bees find home?” Put back" in grace.page(WALL).text("wall-log")
    assert "Grace" not in stranger.page(WALL).html


def test_the_same_wish_twice_is_one_change(grace, engine):
    question = make_question(engine)

    answers = [put(grace, question, x=1, y=2).json for _ in range(2)]

    assert answers == [{"id": question, "change": n, "revision": 1} for n in (1, 0)]
    assert count_rows(engine, WallChange) == 1


def test_notes_are_read_from_the_top_and_from_the_left(grace, stranger, engine):
    low, right, left = (make_question(engine) for _ in range(3))
    for note, x, y in ((low, 10, 400), (right, 500, 10), (left, 5, 30)):
        put(grace, note, x=x, y=y)

    assert list(places(stranger.page(WALL))) == [left, right, low]


def test_a_note_is_moved_without_scripts(grace, stranger, engine):
    question = make_question(engine, TEXT)
    page = grace.page(f"{WALL}?note={question}")
    form = next(form for form in page.forms() if form.fields == {"x": "24", "y": "24"})

    grace.post(form.action, form.fields)
    page = grace.page(f"{WALL}?note={question}")
    right = next(form for form in page.forms() if form.fields == {"dx": "120", "dy": "0"})
    answer = grace.post(right.action, right.fields, follow_redirects=True)

    assert "The note is where you wanted it." in answer.text
    assert places(stranger.page(WALL)) == {question: ("144", "24", "")}
    grace.post(right.action, {"off": "1"})
    assert places(stranger.page(WALL)) == {question: ("", "", "")}


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"x": "1"},
        {"y": "1"},
        {"x": "-1", "y": "1"},
        {"x": "1", "y": "20001"},
        {"x": "1e3", "y": "1"},
        {"x": "\u0663", "y": "1"},
        {"colour": "mauve"},
        {"x": "1", "y": "1", "colour": "mauve"},
    ],
)
def test_what_makes_no_sense_is_refused(grace, stranger, engine, wish):
    question = make_question(engine)

    assert put(grace, question, **wish).status_code == 422
    assert places(stranger.page(WALL)) == {question: ("", "", "")}


# Who may arrange, by the desk's switch; all are answered the same whatever they send.
MAY = {
    ("moderator", "off"): True,
    ("moderator", "shown"): True,
    ("moderator", "open"): True,
    ("organiser", "off"): True,
    ("organiser", "shown"): True,
    ("organiser", "open"): True,
    ("speaker", "off"): False,
    ("speaker", "shown"): False,
    ("speaker", "open"): True,
    ("attendee", "off"): False,
    ("attendee", "shown"): False,
    ("attendee", "open"): True,
}


def as_(who: str, app, ada):
    return ada if who == "attendee" else signed_in(app, Role(who))


@pytest.mark.parametrize(("who", "mode"), MAY)
def test_who_may_arrange_and_who_may_not(app, ada, grace, stranger, engine, who, mode):
    question = make_question(engine)
    other = make_question(engine)
    put(grace, other, x=7, y=7)
    switch(grace, mode)
    browser, is_let = as_(who, app, ada), MAY[who, mode]

    page = browser.page(WALL)
    codes = [
        put(browser, question, x=5, y=6).status_code,
        put(browser, question, colour="red").status_code,
        put(browser, other, off=1).status_code,
    ]

    assert codes == [200 if is_let else 422] * 3
    assert bool(page.classed("note__arrange")) is is_let
    found = places(grace.page(WALL))
    placed = {question: ("5", "6", "red"), other: ("", "", "")}
    assert found == (placed if is_let else {other: ("7", "7", ""), question: ("", "", "")})


@pytest.mark.parametrize(("who", "mode"), MAY)
def test_who_may_put_back_what(app, ada, grace, engine, who, mode):
    question = make_question(engine)
    graces = put(grace, question, x=5, y=6).json["change"]
    switch(grace, mode)
    browser = as_(who, app, ada)

    answer = browser.post_part(f"{WALL}/put-back", {"change": graces})

    is_at_desk = who in ("moderator", "organiser")
    assert answer.status_code == (200 if is_at_desk else 422)
    where = ("", "", "") if is_at_desk else ("5", "6", "")
    assert places(grace.page(WALL)) == {question: where}


@pytest.mark.parametrize("path", ["", "/notes", "/places?since=0"])
def test_a_wall_that_is_put_away_is_the_moderators_alone(app, grace, stranger, engine, path):
    question = make_question(engine, TEXT)
    put(grace, question, x=4_321, y=6)
    switch(grace, "off")

    for browser in (stranger, signed_in(app, Role.SPEAKER)):
        answer = browser.get(f"{WALL}{path}")
        assert answer.status_code == (403 if "places" in path else 200)
        assert TEXT not in answer.text
        assert "4321" not in answer.text
    assert "4321" in grace.get(f"{WALL}{path}").text


def test_where_notes_are_is_told_since_a_revision(grace, stranger, engine):
    first, second, third = (make_question(engine) for _ in range(3))
    put(grace, first, x=1, y=1)
    put(grace, second, x=2, y=2, colour="green")
    put(grace, third, x=3, y=3)
    set_status(engine, third, Status.DECLINED)

    told = stranger.get(f"{WALL}/places?since=1")

    assert told.json == {"revision": 3, "after": 1, "places": [[second, 2, 2, 2, "green"]]}
    assert stranger.get(f"{WALL}/places?since=3").status_code == 204


def test_a_wall_that_is_as_it_was_is_not_sent_again(grace, stranger, engine):
    question = make_question(engine)
    put(grace, question, x=1, y=1)
    wall = stranger.page(WALL).element("wall")
    known = f"since={wall.get('data-revision')}&arranged={wall.get('data-arranged')}"

    assert stranger.get(f"{WALL}/notes?{known}").status_code == 204
    put(grace, question, x=2, y=1)
    assert stranger.get(f"{WALL}/notes?{known}").status_code == 200


def test_a_wall_that_is_put_away_is_fetched_again_by_those_alone_who_see_it(
    grace, stranger, engine
):
    question = make_question(engine)
    switch(grace, "off")
    fetches = []
    for browser in (stranger, grace):
        wall = browser.page(WALL).element("wall")
        known = f"since={wall.get('data-revision')}&arranged={wall.get('data-arranged')}"
        fetches.append(lambda to=browser, known=known: to.get(f"{WALL}/notes?{known}").status_code)

    put(grace, question, x=1, y=1)

    assert [fetch() for fetch in fetches] == [204, 200]


def test_nobody_moves_what_is_not_public(grace, ada, engine):
    waiting = make_question(engine, TEXT, status=Status.WAITING, author=ada.id)

    for browser in (grace, ada):
        answer = put(browser, waiting, x=1, y=1)
        assert answer.status_code == 422
        assert TEXT not in answer.text
    assert count_rows(engine, WallPlace) == 0


def test_a_note_of_another_talk_is_not_moved(app, grace, folder, engine):
    elsewhere = make_question(engine, talk="elsewhere")

    assert put(grace, elsewhere, x=1, y=1).status_code == 422


@pytest.mark.parametrize("state", ["closed", "votes", "open"])
def test_attendees_arrange_while_the_board_is_not_closed(grace, ada, engine, state):
    question = make_question(engine)
    switch(grace, "open")
    grace.post_part("/talks/talk/desk/switches", {"board": state})

    assert put(ada, question, x=1, y=1).status_code == (422 if state == "closed" else 200)
    assert put(grace, question, x=2, y=1).status_code == 200


def test_who_is_muted_or_has_not_given_the_room_code_arranges_nothing(grace, ada, bob, engine):
    question = make_question(engine, author=ada.id)
    switch(grace, "open")
    grace.post_part("/talks/talk/desk/mute", {"question": question, "wanted": "1"})

    assert "A moderator reads what you write first" in put(ada, question, x=1, y=1).text
    assert put(bob, question, x=1, y=1).status_code == 200
    grace.post_part("/talks/talk/desk/switches", {"requires_code": "1"})
    refused = put(bob, question, x=2, y=1)
    assert (refused.status_code, refused.headers["Companion-Field"]) == (422, "code")


def test_who_may_not_arrange_is_told_why_and_what_to_do(grace, ada, bob, engine):
    question = make_question(engine, author=ada.id)
    switch(grace, "open")
    grace.post_part("/talks/talk/desk/mute", {"question": question, "wanted": "1"})

    pages = [browser.page(WALL) for browser in (bob, ada, bob)]

    assert [len(page.classed("note__arrange")) for page in pages] == [1, 0, 1]
    assert "A moderator reads what you write first" in pages[1].text("wall-state")
    grace.post_part("/talks/talk/desk/switches", {"requires_code": "1"})
    page = bob.page(WALL)
    assert not page.classed("note__arrange")
    form = page.form_to("/room-code")
    wrong = bob.post(form.action, {**form.fields, "code": "22222"}, follow_redirects=True)
    assert (wrong.request.path, "This is not the room code." in wrong.text) == (WALL, True)
    code = re.search(r'id="room-code">(\w+)<', grace.get("/talks/talk/moderate").text)[1]
    bob.post(form.action, {**form.fields, "code": code})
    assert bob.page(WALL).classed("note__arrange")
    assert grace.page(WALL).classed("note__arrange")


def test_an_attendee_puts_back_their_own_move_alone(grace, ada, bob, engine):
    question = make_question(engine)
    switch(grace, "open")
    put(bob, question, x=9, y=9)
    adas = put(ada, question, x=1, y=1).json["change"]

    assert bob.post_part(f"{WALL}/put-back", {"change": adas}).status_code == 422
    assert ada.post_part(f"{WALL}/put-back", {"change": adas}).status_code == 200
    assert places(grace.page(WALL)) == {question: ("9", "9", "")}


def test_the_form_of_a_note_puts_back_what_one_did_last_oneself(grace, ada, bob, engine):
    question = make_question(engine)
    switch(grace, "open")
    put(ada, question, x=1, y=1)
    put(ada, question, x=2, y=2)

    form = ada.page(f"{WALL}?note={question}").form_to("/put-back")

    assert form.fields == {"change": "2"}
    assert "Put back what you did last" not in bob.get(f"{WALL}?note={question}").text
    answer = ada.post(form.action, form.fields, follow_redirects=True)
    assert "It is as it was." in answer.text
    assert places(grace.page(WALL)) == {question: ("1", "1", "")}


def test_moderators_put_back_all_that_one_attendee_did(grace, ada, bob, engine):
    first, second, bobs = (make_question(engine) for _ in range(3))
    switch(grace, "open")
    for browser, note in ((ada, first), (bob, bobs), (ada, second)):
        put(browser, note, x=1, y=1)
    forms = [form for form in grace.page(WALL).forms() if form.fields.get("all") == "1"]
    assert len(forms) == 3

    assert bob.post_part(f"{WALL}/put-back", forms[0].fields).status_code in (401, 403)
    answer = grace.post(forms[0].action, forms[0].fields, follow_redirects=True)

    assert "2 things are as they were before." in answer.text
    assert places(grace.page(WALL))[bobs] == ("1", "1", "")
    assert places(grace.page(WALL))[first] == places(grace.page(WALL))[second] == ("", "", "")


def test_putting_back_takes_nothing_away_that_another_did_since(grace, ada, engine):
    question = make_question(engine)
    switch(grace, "open")
    both = put(ada, question, x=1, y=1, colour="red").json["change"]
    put(grace, question, x=50, y=50)

    refused = ada.post_part(f"{WALL}/put-back", {"change": both})

    assert refused.status_code == 200  # the colour is as it was; the place is Grace's
    assert places(grace.page(WALL)) == {question: ("50", "50", "")}
    again = ada.post_part(f"{WALL}/put-back", {"change": both})
    assert again.status_code == 422
    assert "Somebody has moved it since" in again.text


def test_what_was_moved_an_hour_ago_is_not_put_back(grace, engine, clock):
    question = make_question(engine)
    change = put(grace, question, x=1, y=1).json["change"]
    clock.set_to(20 + 61)

    assert grace.post_part(f"{WALL}/put-back", {"change": change}).status_code == 422


def test_a_note_written_on_the_wall_is_a_comment_on_the_list(ada, stranger):
    form = ada.page(WALL).form_to("/questions")

    answer = ada.post(form.action, {**form.fields, "text": TEXT}, follow_redirects=True)

    assert answer.request.path == WALL
    assert "Your note is on the wall." in answer.text
    assert TEXT in stranger.page("/talks/talk").text("board")
    assert re.search(r'data-kind="comment"', stranger.get(f"{WALL}/notes").text)


def test_how_a_question_stands_shows_on_the_wall(grace, stranger, engine):
    now, next_, answered, twin = (make_question(engine, f"How do bees do {n}?") for n in range(4))
    for verb, question in (("answered", answered), ("now", now), ("next", next_)):
        grace.post_part("/talks/talk/desk/questions", {"ids": [question], "do": verb})
    put(grace, twin, x=1, y=1)
    grace.post_part(f"/talks/talk/desk/questions/{twin}/merge", {"into": next_})

    page = stranger.page(WALL)

    assert "Being answered now" in page.text(f"note-{now}")
    assert "Answered" in page.text(f"note-{answered}")
    assert "Next asked by 2 people" in page.text(f"note-{next_}")
    assert page.element(f"note-{next_}").get("data-stack") is not None
    assert twin not in places(page)
    grace.post_part(f"/talks/talk/desk/questions/{twin}/unmerge")
    assert places(stranger.page(WALL))[twin] == ("1", "1", "")


def test_of_very_many_that_are_not_placed_the_most_wanted_are_shown(stranger, engine):
    ids = make_questions(engine, 60)

    page = stranger.page(WALL)

    assert list(places(page)) == ids[:50]
    assert page.text("wall-inbox-title") == "Not placed yet, 60"
    assert "10 more come here as these are placed. All are on the list." in page.text("wall")


def test_the_desk_says_who_arranges_and_logs_it(grace, engine):
    make_question(engine)

    switch(grace, "open")

    assert "let everybody arrange the wall" in grace.page("/talks/talk/moderate").text("log")
    assert grace.post_part("/talks/talk/desk/switches", {"wall": "sideways"}).status_code == 422


def test_of_many_who_fetch_the_wall_each_gets_it_in_their_turn(grace, ada, bob, engine):
    question = make_question(engine, TEXT)
    first = [browser.get(f"{WALL}/notes").text for browser in (ada, bob)]

    put(grace, question, x=5, y=6)
    second = [browser.get(f"{WALL}/notes").text for browser in (ada, bob)]
    switch(grace, "open")
    third = [browser.get(f"{WALL}/notes").text for browser in (ada, bob)]

    assert len({*first, *second, *third}) == 3
    assert ['data-x="5"' in text for text in (first[0], second[0])] == [False, True]
    assert ["note__arrange" in text for text in (second[0], third[0])] == [False, True]
    assert "wall-log" in grace.get(f"{WALL}/notes").text


def test_the_log_alone_is_read_by_moderators(grace, ada, engine):
    question = make_question(engine, TEXT)
    put(grace, question, x=5, y=6)

    log = grace.get(f"{WALL}/notes?part=log")

    assert "placed “How do bees find home?”" in log.text
    assert "wall-notes" not in log.text
    assert (ada.get(f"{WALL}/notes?part=log").status_code, log.status_code) == (204, 200)


def test_who_moves_very_much_at_once_has_to_wait(grace, ada, engine):
    question = make_question(engine)
    switch(grace, "open")

    answers = [put(ada, question, x=number, y=1) for number in range(31)]

    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert "30 moves of notes" in answers[-1].text
    assert put(grace, question, x=1, y=2).status_code == 200


def test_an_empty_wall_says_what_to_do_and_one_with_notes_how_many_wait(stranger, grace, engine):
    assert stranger.page(WALL).text("wall-scroll").startswith("No notes yet. Write the first one.")
    question = make_question(engine)
    make_question(engine, "Do ants sleep?")
    assert "2 notes wait to be placed." in stranger.page(WALL).text("wall-scroll")
    assert "Drag them here" not in stranger.get(WALL).text
    assert "Drag them here" in grace.page(WALL).text("wall-scroll")

    put(grace, question, x=1, y=1)

    assert "to be placed" not in stranger.get(WALL).text


@pytest.mark.parametrize("mode", ["shown", "open"])
def test_a_closed_wall_says_so(stranger, grace, mode):
    switch(grace, mode)
    assert "closed" not in stranger.page(WALL).text("wall-state")

    grace.post_part("/talks/talk/desk/switches", {"board": "closed"})

    assert "closed" in stranger.page(WALL).text("wall-state")
    assert "attendees only read" in grace.page(WALL).text("wall-state")
    assert stranger.page(WALL).text("wall-scroll").startswith("No notes yet.")


def test_moderators_alone_are_told_how_many_notes_wait_at_the_desk(stranger, grace, engine):
    assert "at the desk" not in grace.page(WALL).text("wall-state")
    make_question(engine, status=Status.WAITING)

    assert "1 note waits for you at the desk." in grace.page(WALL).text("wall-state")
    assert "at the desk" not in stranger.page(WALL).text("wall-state")


def test_nobody_who_has_not_given_the_room_code_is_told_that_they_may_move(stranger, grace):
    switch(grace, "open")
    assert "Everybody may move" in stranger.page(WALL).text("wall-state")

    grace.post_part("/talks/talk/desk/switches", {"requires_code": "1"})

    assert "Everybody may move" not in stranger.get(WALL).text


def test_who_waits_for_a_moderator_is_told_where_the_note_is(stranger, grace):
    grace.post_part("/talks/talk/desk/switches", {"approve_first": "1"})

    assert "until then you alone see it" in stranger.page(WALL).text("note-form")
