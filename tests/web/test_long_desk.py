"""Views of those who run a talk, with thousands of questions: what they weigh and say."""

import random

import pytest
from sqlalchemy.orm import Session

from companion.moderation.answers import SKIPPED
from companion.store.models import Question, Role, Status
from tests.support.factories import make_question, make_questions, question_row
from tests.support.pages import read_part, text_of
from tests.support.people import EVE
from tests.support.queries import counted_queries
from tests.support.sign_in import signed_in

DESK, QUEUE = "/talks/talk/desk", "/talks/talk/speaker/queue"
LIMIT = 100 * 1024
WORDS = ["bees", "honey", "dance", "memory", "queen", "worker", "summer", "winter", "hive", "wax"]


@pytest.fixture
def grace(app):
    """Return a moderator's browser."""
    return signed_in(app, Role.MODERATOR, name="Grace")


def cards(part):
    return [int(card.get("data-id", "0")) for card in part.classed("desk-card")]


def more(part):
    return next(link for link in part.links() if "shown=" in link)


@pytest.mark.parametrize("status", [Status.WAITING, Status.OPEN, Status.ANSWERED, Status.DECLINED])
def test_a_refresh_of_a_desk_of_thousands_weighs_little(grace, engine, status):
    rng = random.Random(status.value)  # noqa: S311 (words for a test)
    for number in range(30):
        text = f"Do {' '.join(rng.choices(WORDS, k=15))}, number {number}?"
        make_question(engine, text, status=status, author=str(number), name="Somebody")
    address = f"{DESK}?tab={'incoming' if status is Status.WAITING else status.value}"
    grace.get(address)
    with counted_queries() as few:
        grace.get(address)
    make_questions(engine, 5_000, status=status)
    with counted_queries() as many:
        part = grace.part(address)
        weight = len(grace.get(address).data)

    assert weight < LIMIT
    assert len(many) == 2 * len(few)
    assert len(cards(part)) == 16
    assert "5030" in text_of(part.element("desk-tabs"))
    assert "Show more: 5014 are left" in text_of(part.element("desk"))


def test_the_oldest_come_first_and_the_rest_on_request(grace, engine):
    made = make_questions(engine, 50, status=Status.WAITING)

    part = grace.part(f"{DESK}?tab=incoming")
    wider = grace.page(more(part))

    assert (cards(part), cards(wider)) == (made[:16], made[:32])


def test_a_flood_of_somebody_muted_is_folded_and_counted(grace, engine):
    flood = [make_question(engine, author=EVE, status=Status.WAITING) for _ in range(30)]
    made = make_questions(engine, 30, status=Status.WAITING)
    grace.post_part(f"{DESK}/decline-and-mute?tab=incoming", {"question": flood[0]})

    part = grace.part(f"{DESK}?tab=incoming")

    assert cards(part) == [*made[:16], *flood[1:4]]
    assert "From people who are muted: 29" in part.text("muted")
    assert "Show more: 26 are left" in part.text("muted")
    assert cards(grace.part(f"{DESK}?tab=incoming&shown=32")) == [*made, *flood[1:20]]


def test_declining_all_from_one_person_declines_what_is_not_shown_too(grace, engine):
    eves = [make_question(engine, author=EVE, status=Status.WAITING) for _ in range(30)]
    [adas] = make_questions(engine, 1, status=Status.WAITING)

    part = grace.part(f"{DESK}?tab=incoming")
    assert "Decline all 30 from this person" in text_of(part.element(f"decline-{eves[0]}"))
    sent = {"question": eves[0], "reason": "other"}
    answer = read_part(grace.post_part(f"{DESK}/decline-burst?tab=incoming", sent), 200)

    assert "Declined 30." in answer.text("desk-flash")
    assert {question_row(engine, id).status for id in eves} == {Status.DECLINED}
    assert question_row(engine, adas).status is Status.WAITING


def test_the_speakers_answered_and_skipped_ones_come_some_at_a_time(app, engine, clock):
    made = make_questions(engine, 50, status=Status.ANSWERED)
    skipped = make_questions(engine, 25)
    with Session(engine) as session, session.begin():
        for question in skipped:
            session.get_one(Question, question).reason = SKIPPED
    clock.set_to(61)
    speaker = signed_in(app, Role.SPEAKER)

    part = speaker.part(QUEUE)
    assert len(part.classed("reply")) == 20 + 20
    assert "50 answered" in part.text("done")
    assert "25 skipped" in part.text("skipped")
    assert "Show more: 35 are left" in part.text("queue")
    wider = speaker.page(more(part))
    assert len(wider.classed("reply")) == 40 + 25
    assert "Show more: 10 are left" in wider.text("queue")
    form = next(form for form in wider.forms() if form.fields.get("question") == str(made[-1]))
    again = speaker.follow(speaker.submit(form, answer="About a thousand."))
    assert len(again.classed("reply")) == 40 + 25


@pytest.mark.parametrize(
    ("role", "address"), [(Role.SPEAKER, QUEUE), (Role.SPEAKER, "/talks/talk/present")]
)
@pytest.mark.parametrize("minutes", [20, 61])
def test_what_speaker_and_room_see_weighs_the_same_of_thousands(
    app, engine, clock, role, address, minutes
):
    browser = signed_in(app, role)
    clock.set_to(minutes)
    make_questions(engine, 50, status=Status.ANSWERED)
    make_questions(engine, 50)
    few = len(browser.get(address).data)
    make_questions(engine, 2_000, status=Status.ANSWERED)
    make_questions(engine, 2_000)

    assert len(browser.get(address).data) - few < 1_000  # longer numbers
