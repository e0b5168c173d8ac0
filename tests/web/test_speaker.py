import pytest

from companion.store.models import Role, Status
from tests.support.factories import make_question, question_row, talk_row
from tests.support.pages import read_page, read_part
from tests.support.sign_in import signed_in

SPEAKER = "/talks/talk/speaker"


@pytest.fixture
def speaker(app):
    """Return a speaker's browser."""
    return signed_in(app, Role.SPEAKER)


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


@pytest.fixture
def over(clock):
    clock.set_to(61)


def test_going_on_leads_back(speaker, grace, engine):
    make_question(engine)
    grace.post("/talks/talk/desk/switches", {"speaker_may_advance": "1"})

    speaker.follow(speaker.post(f"{SPEAKER}/next", {"now": ""}))

    assert talk_row(engine).now_id == 1


@pytest.mark.usefixtures("over")
@pytest.mark.parametrize("fields", [{"answer": "They dance."}, {"skip": "1"}, {"done": "1"}])
def test_every_form_leads_back(speaker, engine, fields):
    fields = {"question": str(make_question(engine)), **fields}

    speaker.follow(speaker.post(f"{SPEAKER}/answers", fields))
    part = read_part(speaker.post_part(f"{SPEAKER}/answers", fields), 200)

    assert part.has("queue")


@pytest.mark.slow
@pytest.mark.parametrize("minutes", [-60, 20, 50])
def test_nothing_is_written_before_the_end(speaker, engine, clock, minutes):
    clock.set_to(minutes)
    question = make_question(engine)

    answer = speaker.post(f"{SPEAKER}/answers", {"question": question, "answer": "They dance."})

    assert "Once the talk is over" in read_page(answer, 422).text("queue-flash")
    assert question_row(engine, question).answer == ""


@pytest.mark.usefixtures("over")
def test_one_open_question_at_a_time_is_led_through(speaker, engine):
    first, second, third = (make_question(engine, votes=3 - n) for n in range(3))
    page = speaker.page(SPEAKER)
    assert (page.has(f"reply-{first}"), page.has(f"reply-{second}")) == (True, False)
    assert "Open question 1 of 3" in page.text("queue")
    assert f"{SPEAKER}?at={second}" in page.links()

    page = speaker.page(f"{SPEAKER}?at={second}")
    assert (page.has(f"reply-{first}"), page.has(f"reply-{second}")) == (False, True)
    assert page.element("queue").get("data-query") == f"at={second}"
    page = speaker.follow(speaker.submit(page.form_to("/answers"), answer="They dance."))

    assert page.has(f"reply-{third}")
    assert "Open question 2 of 2" in page.text("queue")


@pytest.mark.usefixtures("over")
def test_what_was_answered_is_counted_and_none_is_not(speaker, engine):
    assert "answered" not in speaker.page(SPEAKER).text("queue")

    make_question(engine, status=Status.ANSWERED)

    assert "1 question was answered. Thank you!" in speaker.page(SPEAKER).text("queue")


@pytest.mark.usefixtures("over")
def test_a_refused_answer_is_shown_with_its_own_question(speaker, engine):
    make_question(engine, votes=2)
    second = make_question(engine)
    fields = {"question": second, "answer": "x" * 4_001}

    page = read_page(speaker.post(f"{SPEAKER}/answers", fields), 422)

    assert page.text(f"reply-{second}-answer") == "x" * 4_001


@pytest.mark.parametrize("votes", [0, 1])
def test_the_next_question_is_shown_in_full(speaker, engine, votes):
    text, detail = "How long is a question? " * 12, "See https://example.org for more."
    question = make_question(engine, text.strip(), detail=detail, votes=votes)

    page = speaker.page(SPEAKER)

    assert page.text(f"next-{question}-text") == text.strip()
    assert "for more" in page.text(f"next-{question}-detail")
    assert page.element(f"question-{question}-votes").get("data-votes") == str(votes)


@pytest.mark.usefixtures("over")
def test_skipping_can_be_sent_twice_and_taken_back(speaker, engine):
    question = make_question(engine)

    for skip, reason in (("1", "skipped"), ("1", "skipped"), ("0", ""), ("0", "")):
        speaker.post(f"{SPEAKER}/answers", {"question": question, "skip": skip})
        assert question_row(engine, question).reason == reason


@pytest.mark.usefixtures("over")
def test_nobody_writes_over_somebody_else(speaker, grace, engine):
    question = make_question(engine)
    grace.post(f"/talks/talk/desk/questions/{question}/answer", {"answer": "They sing."})

    fields = {"question": question, "answer": "They dance.", "expected_version": ""}
    page = read_page(speaker.post(f"{SPEAKER}/answers", fields), 422)

    assert "Grace has changed this answer meanwhile" in page.text("queue-flash")
    assert page.text(f"reply-{question}-answer") == "They dance."
    assert question_row(engine, question).answer == "They sing."

    [shown] = {
        field.get("value")
        for field in page.elements("input")
        if field.get("name") == "expected_version"
    }
    speaker.post(f"{SPEAKER}/answers", {**fields, "expected_version": shown})
    assert question_row(engine, question).answer == "They dance."


@pytest.mark.usefixtures("over")
@pytest.mark.parametrize("status", [Status.WAITING, Status.DECLINED])
def test_what_is_not_public_might_as_well_not_exist(speaker, engine, status):
    question = make_question(engine, status=status)

    answer = speaker.post(f"{SPEAKER}/answers", {"question": question, "answer": "They dance."})

    assert (answer.status_code, question_row(engine, question).answer) == (422, "")


def test_only_the_message_on_the_page_is_named_by_its_ok(speaker, grace, engine):
    grace.post("/talks/talk/desk/message", {"text": "Two more"})
    page = speaker.page(SPEAKER)
    [at] = [field.get("value") for field in page.elements("input") if field.get("name") == "at"]

    speaker.post(f"{SPEAKER}/read", {"at": at})

    assert talk_row(engine).message_read_at is not None


def test_an_old_message_is_not_acknowledged_by_the_ok_of_an_older_one(
    speaker, grace, engine, clock
):
    grace.post("/talks/talk/desk/message", {"text": "Two more"})
    shown = round(talk_row(engine).message_at.timestamp() * 1000)
    clock.set_to(21)
    grace.post("/talks/talk/desk/message", {"text": "Only one more"})

    part = read_part(speaker.post_part(f"{SPEAKER}/read", {"at": str(shown)}), 200)

    assert "There is a newer message." in part.text("queue-flash")
    assert talk_row(engine).message_read_at is None
    newest = round(talk_row(engine).message_at.timestamp() * 1000)
    speaker.post(f"{SPEAKER}/read", {"at": str(newest)})
    assert talk_row(engine).message_read_at is not None


@pytest.mark.parametrize("at", ["", "x", "-1", "9" * 40])
def test_an_ok_that_names_no_message_acknowledges_none(speaker, grace, engine, at):
    grace.post("/talks/talk/desk/message", {"text": "Two more"})

    speaker.post(f"{SPEAKER}/read", {"at": at})

    assert talk_row(engine).message_read_at is None


def test_the_pace_speaks_of_no_more_than_there_are(speaker, grace, engine, clock):
    done, *_ = [make_question(engine) for _ in range(3)]
    grace.post("/talks/talk/desk/questions", {"ids": done, "do": "now"})
    clock.set_to(21)
    grace.post("/talks/talk/desk/questions", {"ids": done, "do": "answered"})
    clock.set_to(46)

    assert "time for all 2" in speaker.page(SPEAKER).text("stage")

    clock.set_to(58.5)
    assert "time for about 1 more at this pace" in speaker.page(SPEAKER).text("stage")


def test_desk_and_speaker_view_lead_back_and_to_each_other_as_far_as_one_may(app):
    roles = (Role.SPEAKER, Role.MODERATOR, Role.ORGANISER)
    speaker, moderator, olga = (signed_in(app, role) for role in roles)
    organise = "/talks/talk/organise"
    ways = ("/talks/talk", "/talks/talk/present", "/talks/talk/moderate", organise)

    def led_to(browser):
        return [way for way in ways if way in browser.page("/talks/talk/speaker").links()]

    assert led_to(speaker) == [*ways[:2]]
    assert led_to(moderator) == [*ways[:3]]
    assert led_to(olga) == [*ways]
    assert organise in olga.page("/talks/talk/moderate").links()
    assert organise not in moderator.page("/talks/talk/moderate").links()
    for browser in (speaker, moderator, olga):
        assert browser.page("/talks/talk/speaker").form_to("/leave")
