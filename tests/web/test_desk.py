"""The desk as a page: its tabs, its forms, what is refused, and what is new in it."""

import pytest

from companion.store.models import Role, Status
from tests.support.factories import make_question, question_row, talk_row
from tests.support.pages import Browser, read_page, read_part, text_of
from tests.support.room import TEXT
from tests.support.sign_in import signed_in

DESK = "/talks/talk/moderate"
DO = "/talks/talk/desk"


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def do(browser, verb, *ids, **more):
    return browser.post_part(f"{DO}/questions", {"ids": list(ids), "do": verb, **more})


def test_the_whole_path(make_app):
    app = make_app(moderated="on")
    grace = signed_in(app, Role.MODERATOR, name="Grace")
    ada, bob = Browser(app), Browser(app)
    ada.post("/talks/talk/questions", {"text": TEXT})
    assert bob.page("/talks/talk").questions() == []

    assert TEXT in grace.page(DESK).text("desk")
    part = read_part(do(grace, "approve", 1), 200)

    assert "Approved." in part.text("desk-flash")
    assert bob.page("/talks/talk").questions() == [1]


def test_it_works_without_scripts(grace, engine):
    question = make_question(engine, status=Status.WAITING)

    answer = grace.post(f"{DO}/questions?tab=open", {"ids": question, "do": "approve"})

    assert answer.location.startswith(f"{DESK}?tab=open&flash=")
    page = grace.follow(answer)
    assert "Approved." in page.text("desk-flash")
    assert question_row(engine, question).status is Status.OPEN


@pytest.mark.slow
@pytest.mark.parametrize("tab", ["incoming", "open", "answered", "declined", "nonsense"])
def test_every_tab_is_a_whole_page(grace, engine, tab):
    for status in Status:
        make_question(engine, status=status, detail="`code`", name="Ada")

    grace.page(f"{DESK}?tab={tab}&find=bees&kind=question")
    grace.part(f"{DO}?tab={tab}")


def test_one_stays_where_one_was_after_an_action(grace, engine):
    question = make_question(engine)

    for shown, kept in (("100", "&shown=100"), ("16", ""), ("x", "")):
        answer = grace.post(
            f"{DO}/questions?tab=open&shown={shown}", {"ids": question, "do": "pin"}
        )
        assert answer.location.startswith(f"{DESK}?tab=open{kept}&flash=")


PHASES = {"upcoming": -60, "doors": -5, "talk": 20, "qa": 50, "over": 61}
PARTS = (DO, "/talks/talk/speaker/queue", "/talks/talk/present/screen", "/talks/talk/board")


@pytest.mark.parametrize("part", PARTS)
def test_nothing_new_is_204(grace, engine, part):
    make_question(engine)

    assert grace.get(f"{part}?since=1").status_code == 204
    assert grace.get(f"{part}?since=0").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_another_phase_is_new(grace, engine, clock, part):
    make_question(engine)
    for phase, minutes in PHASES.items():
        clock.set_to(minutes)

        assert grace.get(f"{part}?since=1&phase={phase}").status_code == 204
        assert grace.get(f"{part}?since=1&phase=").status_code == 204
        assert grace.get(f"{part}?since=0&phase={phase}").status_code == 200
        assert grace.get(f"{part}?phase={phase}").status_code == 200
        for other in {*PHASES, "nonsense"} - {phase}:
            assert grace.get(f"{part}?since=1&phase={other}").status_code == 200


@pytest.mark.parametrize("part", PARTS)
def test_the_phase_is_the_one_that_the_desk_has_made(grace, engine, part):
    grace.post(f"{DO}/time", {"do": "end"})
    since = talk_row(engine).revision

    assert grace.get(f"{part}?since={since}&phase=over").status_code == 204
    assert grace.get(f"{part}?since={since}&phase=talk").status_code == 200


def test_what_is_done_already_is_said_with_who_did_it(app, grace, engine):
    question = make_question(engine, status=Status.WAITING)
    joan = signed_in(app, Role.MODERATOR, name="RT")
    do(joan, "approve", question)

    part = read_part(do(grace, "approve", question), 200)

    assert "Already approved by RT." in part.text("desk-flash")


def test_a_refusal_is_422_with_words(grace, engine):
    question = make_question(engine, status=Status.WAITING)

    answer = do(grace, "decline", question, reason="because")
    part = read_part(answer, 422)
    page = read_page(
        grace.post(f"{DO}/questions", {"ids": question, "do": "decline", "reason": "x"}), 422
    )

    assert "Choose a reason" in part.text("desk-flash")
    assert "Choose a reason" in page.text("desk-flash")
    assert question_row(engine, question).status is Status.WAITING


REFUSED = [
    ("questions/1/edit", {"text": "Too short", "detail": "But <b>why</b>?"}),
    ("questions/1/labels", {"labels": "a label that is longer than any label may be"}),
    ("questions/1/answer", {"answer": "They dance. " * 400}),
    ("room", {"text": "Too short"}),
    ("message", {"text": "Two more questions. " * 20}),
]


@pytest.mark.parametrize(("path", "fields"), REFUSED)
def test_a_refused_form_still_has_what_was_typed(grace, engine, path, fields):
    make_question(engine), make_question(engine)

    page = read_page(grace.post(f"{DO}/{path}?tab=open&more=2", fields), 422)

    form = page.form_to(f"{path}?tab=open" + ("" if "questions" in path else "&more=2"))
    assert {name: form.fields[name].strip() for name in fields} == {
        name: text.strip() for name, text in fields.items()
    }
    if "questions" in path:
        other = page.form_to(f"{path.replace('1', '2')}?tab=open")
        assert not {*fields.values()} & {*other.fields.values()}
    assert page.element("desk").get("data-more") == ("1" if "questions" in path else "2")


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (Status.ANSWERED, "No question is open."),
        (Status.ARCHIVED, "No question is open."),
        (Status.WAITING, "Nothing is on the board yet."),
        (Status.DECLINED, "Nothing is on the board yet."),
    ],
)
def test_an_empty_list_of_open_questions_says_whether_there_were_any(grace, engine, status, says):
    make_question(engine, status=status)

    [empty] = grace.page(f"{DESK}?tab=open").classed("desk__empty")

    assert text_of(empty).startswith(says)


def test_a_message_that_was_sent_leaves_its_field_empty(grace):
    part = read_part(grace.post_part(f"{DO}/message", {"text": "Two more"}), 200)

    send, back = [form for form in part.forms() if "desk/message" in form.action]
    assert send.fields["text"] == ""
    assert back.fields == {}
    assert "Two more" not in grace.post_part(f"{DO}/message", {"text": ""}).text


FORMS = [
    ("questions", {"ids": "1", "do": "pin"}),
    ("questions/1/edit", {"text": "How do bees find home again?", "kind": "question"}),
    ("questions/1/labels", {"labels": "dance, home"}),
    ("questions/1/answer", {"answer": "By **dancing**."}),
    ("questions/2/merge", {"into": "1"}),
    ("questions/2/unmerge", {}),
    ("next", {"now": "", "next": "1"}),
    ("room", {"text": "What did you say about wasps?"}),
    ("switches", {"board": "votes", "ranked": "1"}),
    ("time", {"do": "extend"}),
    ("message", {"text": "Two more questions"}),
    ("mute", {"question": "1", "wanted": "1"}),
    ("decline-burst", {"question": "1", "reason": "unkind"}),
    ("undo", {"action_id": "1"}),
    ("name", {"name": "Grace H"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("path", "fields"), FORMS)
def test_every_form_leads_back_to_the_desk(grace, engine, path, fields):
    make_question(engine), make_question(engine)
    do(grace, "unpin", 1), do(grace, "pin", 2)

    answer = grace.post(f"{DO}/{path}", fields)
    page = grace.follow(answer)
    part = read_part(grace.post_part(f"{DO}/{path}", fields), 200)

    assert page.has("desk")
    assert part.has("desk")


def test_undo(grace, engine):
    question = make_question(engine, status=Status.WAITING)
    part = read_part(do(grace, "decline", question, reason="unkind"), 200)
    button = next(found for found in part.elements("button") if found.get("name") == "action_id")

    part = read_part(grace.post_part(f"{DO}/undo", {"action_id": button.get("value")}), 200)

    assert "Undone." in part.text("desk-flash")
    assert question_row(engine, question).status is Status.WAITING


def test_words_that_lead_back_are_ours_alone(grace):
    page = grace.page(f"{DESK}?flash=You+have+been+hacked")

    assert "hacked" not in page.html


def test_what_is_asked_already_is_offered_while_one_types(ada, bob, engine):
    shown = make_question(engine, "Will the slides be shared?", author=ada.id)
    make_question(engine, "Will the slides be shared, though?", status=Status.WAITING)

    part = bob.part("/talks/talk/alike?text=Can+you+share+the+slides")

    assert part.links() == [f"#question-{shown}"]
    assert bob.part("/talks/talk/alike?text=Something+else+entirely").links() == []
    assert bob.part("/talks/talk/alike").links() == []


@pytest.mark.slow
@pytest.mark.parametrize("minutes", [-60, 20, 50, 90])
def test_every_view_is_a_whole_page_in_every_phase(app, grace, stranger, engine, clock, minutes):
    clock.set_to(minutes)
    speaker, browser = signed_in(app, Role.SPEAKER), signed_in(app, Role.MODERATOR)
    for status in (Status.OPEN, Status.OPEN, Status.ANSWERED):
        make_question(engine, status=status, name="Ada", detail="`code`", votes=2)
    browser.post(f"{DO}/message", {"text": "Two more"})
    browser.post(f"{DO}/switches", {"ranked": "1", "speaker_may_advance": "1"})
    do(browser, "now", 1)

    speaker.page("/talks/talk/speaker")
    speaker.part("/talks/talk/speaker/queue")
    browser.page(DESK)
    stranger.page("/talks/talk/present")
    stranger.part("/talks/talk/present/screen")
