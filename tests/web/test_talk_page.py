import re

import pytest

from companion.store.models import Status
from tests.support.factories import make_question
from tests.support.pages import Browser, text_of
from tests.support.queries import counted_queries
from tests.support.talks import write_talk

PHASES = [(-16, "upcoming"), (-15, "doors"), (0, "talk"), (44, "talk"), (45, "qa"), (60, "over")]


@pytest.fixture
def talk_with(make_app, folder):
    """Return a browser at a talk with more in its header, or with other words."""

    def write(**page: str) -> Browser:
        write_talk(folder, **page)
        return Browser(make_app())

    return write


def test_the_page_shows_the_talk_and_its_board(stranger):
    page = stranger.page("/talks/talk")

    assert page.h1 == "A talk about bees"
    assert page.element("board").get("data-revision") == "0"
    assert page.element("board").get("data-state") == "open"
    assert page.element("stage").get("data-phase") == "talk"
    assert "Bees dance." in [text_of(found) for found in page.elements("p")]


@pytest.mark.parametrize(("minutes", "phase"), PHASES)
def test_the_stage_says_the_phase(stranger, clock, minutes, phase):
    clock.set_to(minutes)

    page = stranger.page("/talks/talk")

    assert page.element("stage").get("data-phase") == phase
    assert page.element("board").get("data-state") == ("closed" if phase == "over" else "open")


def test_the_stage_has_the_times_for_a_countdown(stranger):
    stage = stranger.page("/talks/talk").element("stage")
    starts = 1_772_712_000_000

    found = [int(stage.get(f"data-{name}", "")) for name in ("doors", "starts", "qa", "ends")]
    assert [(moment - starts) // 60_000 for moment in found] == [-15, 0, 45, 60]


def test_an_open_board_offers_the_form_and_a_closed_one_does_not(stranger, clock):
    assert stranger.page("/talks/talk").has("ask-form")
    clock.set_to(60)
    page = stranger.page("/talks/talk")

    assert not page.has("ask-form")
    assert [form.action for form in page.forms() if form.method == "post"] == ["/talks/talk/rating"]


def test_while_only_votes_are_taken_there_is_no_form_to_ask(talk_with, engine, clock):
    question = make_question(engine)
    page = talk_with(extra="board: votes\n").page("/talks/talk")

    assert page.element("board").get("data-state") == "votes"
    assert [form.action for form in page.forms() if form.method == "post"] == [
        f"/talks/talk/questions/{question}/vote"
    ]


def test_a_talk_without_a_board(talk_with, engine):
    make_question(engine)
    browser = talk_with(extra="board: false\n")

    page = browser.page("/talks/talk")

    assert not page.has("board")
    assert page.questions() == []
    assert browser.page("/talks/talk/board", 404).h1
    for address in (
        "questions",
        "questions/1/vote",
        "questions/1/edit",
        "questions/1/withdraw",
        "questions/delete",
    ):
        assert browser.post(f"/talks/talk/{address}", {"wanted": "1"}).status_code == 404


def test_an_all_day_talk_has_a_board_until_midnight(talk_with, clock):
    browser = talk_with(front="title: A day of bees\ndate: 2026-03-05\n")

    for hours, state in ((-13, "open"), (-12, "open"), (11.9, "open"), (12, "closed")):
        clock.set_to(hours * 60)
        assert browser.page("/talks/talk").element("board").get("data-state") == state


def test_before_the_talk_the_meeting_link_and_afterwards_the_recording(talk_with, clock):
    meet, video = (
        "https://meet.google.com/abc-defg-hij",
        "https://www.youtube.com/watch?v=aaaaaaaaaaa",
    )
    browser = talk_with(extra=f"meeting_url: {meet}\nrecording_url: {video}\n")

    page = browser.page("/talks/talk")
    assert meet in page.links()
    assert list(page.elements("iframe")) == []
    clock.set_to(61)
    links = browser.page("/talks/talk").links()
    assert [link for link in links if link.startswith("https://www.youtube")] == [video]


def test_a_recording_may_be_framed_from_its_own_host_only(talk_with):
    browser = talk_with(extra="recording_url: https://www.youtube.com/watch?v=aaaaaaaaaaa\n")

    policy = browser.get("/talks/talk").headers["Content-Security-Policy"]

    assert "frame-src https://www.youtube-nocookie.com;" in policy
    assert "frame-src 'none'" in browser.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_of_the_database_for_one_question_as_for_three(ada, engine, count):
    for _ in range(count):
        make_question(engine, voters=(ada.id,), detail="`code`")
    ada.page("/talks/talk")

    with counted_queries() as queries:
        page = ada.page("/talks/talk")

    assert len(page.questions()) == count
    assert len(queries) == 2


def test_the_board_shows_what_everybody_may_see(stranger, engine):
    words = {"text": "How do <b>bees</b> sleep?", "detail": "Really <i>sleep</i>"}
    shown = make_question(engine, **words, votes=2)
    answered = make_question(engine, status=Status.ANSWERED)
    for status in (Status.WAITING, Status.DECLINED, Status.WITHDRAWN, Status.MERGED):
        make_question(engine, status=status)

    page = stranger.page("/talks/talk")

    assert page.questions() == [shown, answered]
    assert page.text(f"question-{shown}-votes") == "2"
    assert "How do <b>bees</b> sleep?" in page.text(f"question-{shown}-body")
    assert "Really <i>sleep</i>" in page.text(f"question-{shown}-body")
    assert page.text(f"question-{shown}-status") == ""
    assert "Answered" in page.text(f"question-{answered}-status")
    assert not page.has(f"question-{answered}-vote")


def test_what_is_personal_is_seen_by_that_person_alone(ada, bob, eve, engine):
    question = make_question(engine, author=ada.id, voters=(bob.id,))

    page = ada.page("/talks/talk")

    assert page.has(f"question-{question}-own")
    assert not page.has(f"question-{question}-vote")
    for who, wanted in ((bob, "0"), (eve, "1")):
        page = who.page("/talks/talk")
        assert not page.has(f"question-{question}-own")
        assert page.form_to("/vote").fields == {"wanted": wanted}


@pytest.mark.slow
def test_nothing_about_visitors_is_in_a_page(ada, bob, engine):
    make_question(engine, author=ada.id, voters=(bob.id,), key="a-key-of-adas")

    html = bob.get("/talks/talk").text

    for secret in (ada.id, bob.id, bob.cookie, "a-key-of-adas"):
        assert secret not in html


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", [1, 0, 2]),
        ("?sort=popular", [1, 0, 2]),
        ("?sort=recent", [2, 1, 0]),
        ("?sort=nonsense", [1, 0, 2]),
        ("?find=wasps", [1]),
        ("?find=WASPS&sort=recent", [1]),
        ("?find=hornets", []),
        ("?find=%00%ff<script>", []),
        ("?find=" + "x" * 3_000, []),
    ],
)
def test_sort_and_find_work_by_address(stranger, engine, query, order):
    texts = (("Where do bees sleep?", 1), ("Where do wasps sleep?", 3), ("And the ants?", 0))
    made = [make_question(engine, text, votes=votes) for text, votes in texts]

    page = stranger.page(f"/talks/talk{query}")

    assert page.questions() == [made[index] for index in order]


def test_the_find_form_works_by_itself(stranger, engine):
    for text in ("Where do bees sleep?", "Where do wasps sleep?", "And the ants?", "And we?"):
        make_question(engine, text)
    page = stranger.page("/talks/talk?sort=recent")
    [form] = [form for form in page.forms() if "find" in form.fields]

    assert form.fields["sort"] == "recent"
    found = stranger.client.get(
        form.action.partition("#")[0], query_string={**form.fields, "find": "where"}
    )
    assert found.status_code == 200
    assert len(re.findall(r'<li id="question-\d+"', found.text)) == 2


@pytest.mark.slow
@pytest.mark.parametrize("said", ["open", "waiting", "withdrawn", "deleted"])
@pytest.mark.parametrize("kind", ["question", "comment", "", "bank password", "<b>"])
def test_a_notice_says_only_what_we_say(stranger, said, kind):
    page = stranger.page("/talks/talk", query_string={"flash": said, "kind": kind})
    [notice] = page.classed("notice")

    if kind not in ("question", "comment", ""):
        assert kind not in text_of(notice)
    assert text_of(notice)


def test_an_unknown_notice_is_none(stranger):
    assert stranger.page("/talks/talk?flash=hacked").classed("notice") == []


@pytest.mark.parametrize(
    "slug",
    [
        "no-such-talk",
        "x" * 2_000,
        "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "talk%00",
        "talk%0d%0aSet-Cookie:a=b",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "TALK%E2%80%AE",
        "%ff%fe",
        "талк",
    ],
)
def test_an_unknown_talk_is_a_page_that_offers_the_programme(stranger, slug):
    page = stranger.page(f"/talks/{slug}", 404)

    assert "/" in page.links()
    assert [element.tag for element in page.elements("script") if not element.get("src")] == []


def test_an_unknown_talk_offers_what_is_coming_up(make_app, folder, clock):
    clock.set_to(-60)
    page = Browser(make_app()).page("/talks/no-such-talk", 404)

    assert "/talks/talk" in page.links()


def test_an_unpublished_talk_is_as_good_as_none(talk_with):
    browser = talk_with(extra="published: false\n")

    browser.page("/talks/talk", 404)
    assert browser.get("/talks/talk.ics").status_code == 404


def test_the_page_changes_when_its_file_does(app, folder, stranger):
    write_talk(folder, title="A talk about wasps")
    app.extensions["boards"].programme.refresh()

    assert stranger.page("/talks/talk").h1 == "A talk about wasps"


def test_the_page_is_never_kept_by_others(stranger):
    headers = stranger.get("/talks/talk").headers

    assert headers["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "HX-Request"} <= {name.strip() for name in headers["Vary"].split(",")}


def test_times_without_scripts_are_the_talks_own(ada, engine, folder, app):
    write_talk(folder, extra="timezone: Europe/Zurich\n")
    app.extensions["boards"].programme.refresh()
    make_question(engine)

    [time] = ada.page("/talks/talk").classed("question__time")

    assert text_of(time).endswith(" Zurich")
    assert "UTC" not in text_of(time)


@pytest.mark.parametrize("address", ["TALK", "talk/", "talk.html", "Talk.md"])
def test_a_talks_address_written_differently_leads_to_it(stranger, address):
    answer = stranger.get(f"/talks/{address}?sort=newest")

    assert answer.status_code in (301, 308)
    assert answer.headers["Location"].partition("?")[0].endswith("/talks/talk")


def test_a_cancelled_talk_says_so_and_offers_nothing_to_join(folder, make_app):
    write_talk(folder, extra="status: cancelled\nmeeting_url: https://meet.jit.si/room\n")
    stranger = Browser(make_app())

    page = stranger.page("/talks/talk")
    assert [text_of(element) for element in page.elements("h1")] == ["Cancelled: A talk about bees"]
    assert "https://meet.jit.si/room" not in page.links()
    headings = [text_of(element) for element in stranger.page("/").elements("h2")]
    assert "Live now" not in headings
