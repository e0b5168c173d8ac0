"""Voting and writing on the wall without scripts: the list's rules, and back to the wall."""

import pytest

from companion.store.models import Role, Status, Vote
from tests.support.factories import count_rows, make_question
from tests.support.pages import Browser
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

WALL = "/talks/talk/wall"
TEXT = "How do bees find home?"


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def switch(browser, **wanted: str) -> None:
    assert browser.post_part("/talks/talk/desk/switches", wanted).status_code == 200


def vote_on(browser, question: int):
    form = browser.page(WALL).form_to(f"/questions/{question}/vote")
    return browser.post(form.action, form.fields, follow_redirects=True)


def pressed(browser, question: int) -> bool:
    page = browser.page(WALL)
    return page.form_to(f"/questions/{question}/vote").fields["wanted"] == "0"


def test_a_vote_on_the_wall_is_a_vote_on_the_list_and_is_taken_back_there(ada, bob, engine):
    question = make_question(engine, TEXT, votes=0)

    answer = vote_on(ada, question)

    assert answer.request.path == WALL
    assert pressed(ada, question)
    assert not pressed(bob, question)
    assert "1 vote" in bob.page(WALL).text(f"note-{question}")
    assert count_rows(engine, Vote) == 1
    vote_on(ada, question)
    assert not pressed(ada, question)
    assert count_rows(engine, Vote) == 0


def test_what_is_ones_own_on_a_wall_is_nobody_elses(grace, ada, bob, stranger, engine):
    mine = make_question(engine, TEXT, author=ada.id)
    other = make_question(engine, "Why do wasps come for jam?")
    grace.post_part(f"{WALL}/notes/{mine}", {"x": 5, "y": 6})
    vote_on(bob, mine)

    assert "Yours" in ada.page(WALL).text(f"note-{mine}")
    assert "Yours" not in ada.page(WALL).text(f"note-{other}")
    assert "Yours" not in bob.get(WALL).text + stranger.get(WALL).text
    assert [pressed(bob, each) for each in (mine, other)] == [True, False]
    assert 'aria-pressed="true"' not in ada.get(WALL).text + stranger.get(WALL).text
    assert 'aria-pressed="true"' in bob.get(f"{WALL}/notes").text


def test_who_asked_what_was_merged_has_asked_it_all(grace, ada, engine):
    first = make_question(engine, TEXT)
    second = make_question(engine, "How do bees get home?", author=ada.id)
    grace.post_part(f"/talks/talk/desk/questions/{second}/merge", {"into": first})

    assert "Yours" in ada.page(WALL).text(f"note-{first}")


@pytest.mark.parametrize("state", ["closed", "votes"])
def test_votes_are_given_as_long_as_on_the_list(grace, ada, engine, state):
    question = make_question(engine, TEXT, votes=2)
    answered = make_question(engine, "Who dances?", status=Status.ANSWERED)
    switch(grace, board=state)

    page = ada.page(WALL)

    forms = [form.action for form in page.forms() if form.action.endswith("/vote")]
    assert len(forms) == (0 if state == "closed" else 1)
    assert "2 votes" in page.text(f"note-{question}")
    assert page.has(f"note-{answered}")
    late = {"wanted": "1", "from": "wall"}
    answer = ada.post(f"/talks/talk/questions/{question}/vote", late, follow_redirects=True)
    assert answer.request.path == WALL
    assert ("closed" in answer.text) is (state == "closed")


@pytest.mark.parametrize("mode", ["shown", "open"])
def test_where_a_code_is_wanted_the_wall_asks_for_it_before_a_vote(grace, ada, engine, mode):
    question = make_question(engine, TEXT)
    switch(grace, requires_code="1")
    switch(grace, wall=mode)

    refused = vote_on(ada, question)

    assert "Type the code from the screen" in refused.text
    page = ada.page(WALL)
    assert page.form_to("/room-code").fields["from"] == "wall"
    assert not pressed(ada, question)
    assert "room-code" not in grace.get(WALL).text


def test_scripts_are_told_the_count(ada, engine):
    question = make_question(engine, TEXT, votes=4)

    answer = ada.post_part(
        f"/talks/talk/questions/{question}/vote", {"wanted": "1", "from": "wall"}
    )

    assert answer.json == {"votes": 5}


@pytest.mark.parametrize("as_part", [True, False])
def test_a_note_that_is_refused_comes_back_to_the_wall_with_what_was_typed(ada, as_part):
    form = ada.page(WALL).form_to("/questions")
    typed = {**form.fields, "text": "Bees!", "name": "Ada L.", "kind": "question"}

    answer = (ada.post_part if as_part else ada.post)(form.action, typed)

    assert answer.status_code == 422
    if as_part:
        assert "ask-problem" in answer.text
        return
    for kept in ("wall-notes", "Bees!", "Ada L.", "10 characters", form.fields["key"]):
        assert kept in answer.text
    assert 'value="question" checked' in answer.text


def test_a_note_that_comes_too_late_is_lost_to_nobody(grace, ada):
    form = ada.page(WALL).form_to("/questions")
    switch(grace, board="closed")

    answer = ada.post(form.action, {**form.fields, "text": TEXT})

    assert answer.status_code == 422
    assert TEXT in answer.text
    assert "wall-notes" in answer.text


def test_a_note_is_written_with_scripts_and_without(grace, ada):
    form = ada.page(WALL).form_to("/questions")

    told = ada.post_part(form.action, {**form.fields, "text": TEXT}).json
    switch(grace, approve_first="1")
    waits = ada.post_part(
        ada.page(WALL).form_to("/questions").action,
        {**ada.page(WALL).form_to("/questions").fields, "text": "Why do wasps come for jam?"},
    ).json

    assert (told, waits) == ({"status": "open"}, {"status": "waiting"})


NOTES = "Put notes on our [Google Jamboard](https://jamboard.google.com/d/abc) before the talk.\n"


def test_where_a_page_had_a_jamboard_its_sentence_leads_to_the_wall(make_app, folder):
    write_talk(folder, body=NOTES)
    write_talk(folder, "closed", extra="board: false\n", body=NOTES)
    app = make_app()
    grace, ada = signed_in(app, Role.MODERATOR, name="Grace"), Browser(app)

    page = ada.page("/talks/talk")

    assert (
        f'Put notes on our <a href="{WALL}" class="wall-link">question board</a> before'
        in page.html
    )
    assert ada.page(WALL).form_to("/questions")
    assert "/wall" not in ada.get("/talks/closed").text
    switch(grace, wall="off")
    led = 'Put notes on our <a href="/talks/talk#board" class="board-link">question board</a>'
    assert led in ada.page("/talks/talk").html
    switch(grace, wall="shown")
    assert WALL in ada.page("/talks/talk").links()
