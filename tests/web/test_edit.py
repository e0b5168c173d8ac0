import pytest

from companion.board.questions import GONE_WORDS
from companion.store.models import Role, Status
from tests.support.factories import make_question, question_row, set_status
from tests.support.pages import Browser, read_page, read_part, text_of
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

NEW = "How do bees find food?"
ALL = "How do all bees find home?"


@pytest.fixture
def question(ada, engine):
    return make_question(engine, "How do bees find home?", author=ada.id, detail="Far away")


@pytest.fixture
def url(question):
    return f"/talks/talk/questions/{question}"


def reword(app, question):
    """Have Grace, a moderator, change what a question says."""
    grace = signed_in(app, Role.MODERATOR)
    fields = {"text": ALL, "kind": "question"}
    assert grace.post(f"/talks/talk/desk/questions/{question}/edit", fields).status_code == 303


def test_without_scripts_ones_own_question_is_edited_from_the_page(ada, question, url):
    page = ada.page("/talks/talk")
    assert f"{url}/edit" in page.links()
    form = ada.page(f"{url}/edit").form_to("/edit")
    assert (form.fields["text"], form.fields["detail"]) == ("How do bees find home?", "Far away")
    assert form.fields["kind"] == "question"

    answer = ada.submit(form, text=NEW, kind="comment")

    assert answer.location.endswith(f"#question-{question}")
    page = ada.follow(answer)
    assert NEW in page.text(f"question-{question}-body")
    assert len(page.classed("question__edited")) == 1


def test_htmx_gets_the_form_alone_and_then_the_board(ada, question, url):
    part = ada.part(f"{url}/edit")
    assert part.form_to("/edit").fields["text"] == "How do bees find home?"
    assert not part.has("board")

    part = read_part(ada.post_part(f"{url}/edit", {"text": NEW}), 200)

    assert part.element("board").get("data-public-revision") == "2"
    assert NEW in part.text(f"question-{question}-body")


def test_bad_input_gets_the_form_again_with_what_was_typed(ada, question, url, engine):
    page = read_page(ada.post(f"{url}/edit", {"text": "short", "detail": "kept <b>"}), 422)
    part = read_part(ada.post_part(f"{url}/edit", {"text": "short", "detail": "kept"}), 422)

    form = page.form_to("/edit")
    assert (form.fields["text"], form.fields["detail"]) == ("short", "kept <b>")
    assert "at least 10 characters" in page.text(f"edit-{question}-problem")
    assert "at least 10 characters" in part.text(f"edit-{question}-problem")
    assert question_row(engine, question).text == "How do bees find home?"


@pytest.mark.parametrize(
    ("is_moderator", "who"), [(True, "A moderator"), (False, "Another window of yours")]
)
def test_what_was_written_meanwhile_is_not_overwritten_unseen(
    app, ada, question, url, is_moderator, who
):
    late = ada.page(f"{url}/edit").form_to("/edit").fields
    if is_moderator:
        reword(app, question)
    else:
        ada.post(f"{url}/edit", {"text": ALL, "kind": "question"})

    answer = ada.post(f"{url}/edit", late | {"text": NEW})

    page = read_page(answer, 422)
    told = page.text(f"edit-{question}-problem")
    assert told.startswith(f"{who} has changed this question meanwhile")
    again = page.form_to("/edit").fields
    assert again["text"] == NEW
    assert ALL in page.text(f"edit-{question}")
    assert ALL in ada.page("/talks/talk").text("questions")
    too_short = read_page(ada.post(f"{url}/edit", again | {"text": "short"}), 422)
    ada.post(f"{url}/edit", too_short.form_to("/edit").fields | {"text": NEW})
    assert NEW in ada.page("/talks/talk").text("questions")


def test_a_form_that_was_refused_still_says_what_it_began_from(app, ada, question, url):
    late = ada.page(f"{url}/edit").form_to("/edit").fields
    reword(app, question)

    short = read_page(ada.post(f"{url}/edit", late | {"text": "short"}), 422).form_to("/edit")

    read_page(ada.post(f"{url}/edit", short.fields | {"text": NEW}), 422)


def test_too_many_edits_are_told_when_to_try_again(ada, url):
    codes = [ada.post(f"{url}/edit", {"text": f"Take number {n}"}).status_code for n in range(10)]
    answer = ada.post(f"{url}/edit", {"text": NEW})

    assert codes == [303] * 10
    assert read_page(answer, 429).form_to("/edit").fields["text"] == NEW
    assert int(answer.headers["Retry-After"]) >= 1


def test_somebody_elses_question_has_no_form_and_stays_as_it_is(bob, question, url, engine):
    bob.page(f"{url}/edit", 404)

    for send in (bob.post, bob.post_part):
        answer = send(f"{url}/edit", {"text": NEW})
        assert (answer.status_code, "Only the browser" in answer.text) == (422, True)
        answer = send(f"{url}/withdraw")
        assert (answer.status_code, "Only the browser" in answer.text) == (422, True)

    row = question_row(engine, question)
    assert (row.text, row.status) == ("How do bees find home?", Status.OPEN)
    assert not bob.page("/talks/talk").has(f"question-{question}-own")


def test_a_stranger_gets_no_form(stranger, url):
    stranger.page(f"{url}/edit", 404)
    read_page(stranger.post(f"{url}/edit", {"text": NEW}), 422)
    read_page(stranger.post(f"{url}/withdraw"), 422)


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.DECLINED, Status.MERGED])
def test_what_is_dealt_with_is_locked(ada, question, url, engine, status):
    set_status(engine, question, status)

    ada.page(f"{url}/edit", 404)
    for answer in (ada.post(f"{url}/edit", {"text": NEW}), ada.post(f"{url}/withdraw")):
        assert (answer.status_code, "dealt with" in answer.text) == (422, True)
    row = question_row(engine, question)
    assert (row.text, row.status) == ("How do bees find home?", status)


def test_a_closed_board_takes_no_edit_but_gives_a_question_back(ada, question, url, clock):
    clock.set_to(61)

    page = read_page(ada.post(f"{url}/edit", {"text": NEW}), 422)
    assert "The board is closed. Read what was asked and answered." in page.text(
        f"edit-{question}-problem"
    )
    assert ada.follow(ada.post(f"{url}/withdraw")).questions() == []


def test_on_a_moderated_board_an_edit_is_held_again(make_app, engine):
    ada = Browser(make_app(moderated="on"))
    question = make_question(engine, author=ada.id)

    page = ada.follow(ada.post(f"/talks/talk/questions/{question}/edit", {"text": NEW}))

    assert page.questions() == []
    assert NEW in page.text("mine")
    assert NEW not in Browser(ada.app).get("/talks/talk").text


def test_without_scripts_ones_own_question_is_withdrawn_from_the_page(ada, bob, question):
    form = ada.page("/talks/talk").form_to("/withdraw")

    page = ada.follow(ada.submit(form))

    assert (
        text_of(page.classed("notice")[0])
        == "You have withdrawn it. It is not on the board any more."
    )
    assert page.questions() == []
    assert bob.page("/talks/talk").questions() == []


def test_withdrawing_twice_is_once(ada, url):
    assert [ada.post(f"{url}/withdraw").status_code for _ in range(2)] == [303, 303]


def test_htmx_gets_the_board_without_it(ada, url):
    part = read_part(ada.post_part(f"{url}/withdraw"), 200)

    assert part.questions() == []
    assert part.element("board").get("data-revision") == "2"


@pytest.mark.parametrize("act", ["edit", "withdraw"])
def test_another_talks_question_is_refused(app, folder, ada, question, engine, act):
    write_talk(folder, "other-talk", title="Another talk")
    app.extensions["boards"].programme.refresh()

    read_page(ada.post(f"/talks/other-talk/questions/{question}/{act}", {"text": NEW}), 422)

    row = question_row(engine, question)
    assert (row.text, row.status) == ("How do bees find home?", Status.OPEN)
    ada.page(f"/talks/other-talk/questions/{question}/edit", 404)


@pytest.mark.parametrize("number", [0, 999, 10**19, 10**40])
def test_no_such_question(ada, number):
    ada.page(f"/talks/talk/questions/{number}/edit", 404)
    read_page(ada.post(f"/talks/talk/questions/{number}/edit", {"text": NEW}), 422)
    read_page(ada.post(f"/talks/talk/questions/{number}/withdraw"), 422)


def test_what_somebody_else_waits_with_is_not_given_away(make_app, engine):
    bob = Browser(make_app(moderated="on"))
    waiting = make_question(engine, "A secret for the moment", status=Status.WAITING)

    for answer in (
        bob.get(f"/talks/talk/questions/{waiting}/edit"),
        bob.post(f"/talks/talk/questions/{waiting}/edit", {"text": NEW}),
        bob.post(f"/talks/talk/questions/{waiting}/withdraw"),
        bob.get("/talks/talk"),
        bob.get("/talks/talk/board"),
    ):
        assert "A secret" not in answer.text
        assert "Only the browser" not in answer.text


def test_all_that_one_asked_is_deleted_at_once_without_scripts_too(ada, bob, question, engine):
    own = {
        status: make_question(
            engine, f"Is this one {status}?", author=ada.id, status=status, name="Ada"
        )
        for status in Status
    }
    others = make_question(engine, "How do ants find home?", author=bob.id, name="Bob")

    page = ada.follow(ada.submit(ada.page("/talks/talk").form_to("/questions/delete")))

    assert "stays, without your name" in text_of(page.classed("notice")[0])
    stay = {Status.ANSWERED, Status.MERGED}
    for status, number in own.items():
        row = question_row(engine, number)
        kept = (status, f"Is this one {status}?", "")
        gone = (Status.WITHDRAWN, GONE_WORDS, "")
        if status is not Status.WITHDRAWN:
            assert (row.status, row.text, row.name) == (kept if status in stay else gone)
    assert question_row(engine, question).text == GONE_WORDS
    assert question_row(engine, others).name == "Bob"
    shown = bob.page("/talks/talk").questions()
    assert len(shown) == 2


def test_htmx_gets_the_board_without_them(ada, question):
    part = read_part(ada.post_part("/talks/talk/questions/delete"), 200)

    assert part.questions() == []


def test_whoever_asked_nothing_deletes_nothing(bob, stranger, question, engine):
    assert bob.post("/talks/talk/questions/delete").status_code == 303
    read_page(stranger.post("/talks/talk/questions/delete"), 422)

    assert question_row(engine, question).status is Status.OPEN


def test_the_ask_box_says_what_is_kept_and_for_how_long(make_app):
    app = make_app(retention_days="7", names_days="90")

    assert [text_of(line) for line in Browser(app).page("/talks/talk").classed("ask__kept")] == [
        "Everybody may read it, and it may be published. "
        "We forget your browser after 7 days, names after 90."
    ]
