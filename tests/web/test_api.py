"""What programs read: the words of the exports, for everybody what everybody sees."""

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from companion.api.openapi import COUNTS, OF_FIELDS
from companion.exports.dataset import Choice, record
from companion.exports.fields import BOARD_FIELDS
from companion.exports.json import document, written
from companion.store.models import ApiToken, Kind, Role, Status
from companion.talks import programme as programme_module
from tests.support.api import API, BOARD, QA, TALK, numbers, pages, problem
from tests.support.clock import DURING
from tests.support.factories import count_rows, make_question, make_questions, note_merged
from tests.support.hostile import hostile_texts
from tests.support.queries import counted_queries
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

EXPORT = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "export.schema.json").read_text()
)
OVER = 61
ELSEWHERE = "https://talks.example.org"


@pytest.mark.parametrize("count", [1, 3])
def test_the_programme_takes_the_same_statements_however_long_it_is(
    make_app, folder, engine, count
):
    for number in range(1, count):
        write_talk(folder, f"talk-{number}", title=f"Talk {number}")
    client = make_app().test_client()

    with counted_queries() as statements:
        answer = client.get(f"{API}/programme", base_url="http://localhost:8000")

    assert (len(answer.json["talks"]), len(statements)) == (count, 1)
    assert answer.json["talks"][0] == {
        "slug": "talk",
        "title": "A talk about bees",
        "speaker": "",
        "starts": "2026-03-05T12:00:00+00:00",
        "ends": "2026-03-05T13:00:00+00:00",
        "zone": "Europe/London",
        "url": "http://127.0.0.1:8000/talks/talk",
        "recording": "",
        "institute": "",
        "location": "",
        "category": "",
        "tags": [],
        "summary": "Bees dance.",
        "all_day": False,
        "takes_place": True,
        "slides_url": "",
        "phase": "talk",
        "board": "open",
        "revision": 0,
    }


def test_the_programme_has_summaries_and_recordings_while_bodies_are_still_to_come(
    make_app, folder, monkeypatch
):
    monkeypatch.setattr(programme_module, "FIRST_BATCH", 1)
    for number in range(3):
        body = f"Bees dance, part {number}.\n\n[Recording](https://youtu.be/aaaaaaaaaa{number})\n"
        write_talk(folder, f"talk-{number}", body=body)
    app = make_app()
    assert app.extensions["boards"].programme.is_waiting

    answer = app.test_client().get(f"{API}/programme?limit=3", base_url="http://localhost:8000")

    told = {talk["slug"]: (talk["summary"], talk["recording"]) for talk in answer.json["talks"]}
    for number in range(2):
        summary, recording = told[f"talk-{number}"]
        assert summary.startswith(f"Bees dance, part {number}.")
        assert recording.endswith(f"aaaaaaaaaa{number}")


def test_a_long_programme_comes_in_parts_that_miss_and_repeat_nothing(app, folder, read):
    for number in range(6):
        write_talk(folder, f"talk-{number}", title=f"Talk {number}")
    app.extensions["boards"].programme.refresh()

    found = [
        [talk["slug"] for talk in answer.json["talks"]]
        for answer in pages(read, f"{API}/programme?limit=3")
    ]

    assert found == [["talk", "talk-0", "talk-1"], ["talk-2", "talk-3", "talk-4"], ["talk-5"]]


def test_a_talk_goes_by_its_slug(read, folder, app):
    assert read(TALK).json["talk"]["slug"] == "talk"
    assert "programme lists" in problem(read(f"{API}/talks/nothing"), 404)

    write_talk(folder, extra="board: false\n")
    app.extensions["boards"].programme.refresh()

    assert read(TALK).json["talk"]["board"] is None
    assert problem(read(BOARD), 404) == "This talk has no board."


def test_everybody_reads_what_everybody_sees(engine, read):
    shown = make_question(engine, "Do bees <b>sleep</b>?", votes=3, name="Ada")
    answered = make_question(engine, status=Status.ANSWERED)
    merged = make_question(engine, status=Status.MERGED)
    note_merged(engine, merged, Status.OPEN)
    for status in (Status.WAITING, Status.DECLINED, Status.ARCHIVED, Status.WITHDRAWN):
        hidden = make_question(engine, f"A secret that is {status}", status=status)
        assert "no such question" in problem(read(f"{TALK}/questions/{hidden}"), 404)

    answer = read(BOARD)

    assert numbers(answer) == [shown, answered]
    assert "secret" not in answer.text
    first = answer.json["questions"][0]
    assert (first["text"], first["votes"], first["author"]) == ("Do bees <b>sleep</b>?", 3, "Ada")
    kept = {name: count for name, count in answer.json["counts"].items() if count}
    assert kept == {"asked": 2, "open": 1, "answered": 1, "votes": 3}
    assert (answer.json["board"], answer.json["phase"], answer.json["now"]) == (
        "open",
        "talk",
        None,
    )
    assert read(f"{TALK}/questions/{shown}").json["question"] == first


def test_labels_are_the_desks(app, engine, read, make_token):
    number = make_question(engine)
    grace = signed_in(app, Role.MODERATOR)
    grace.post_part(f"/talks/talk/desk/questions/{number}/labels", {"labels": "panel, later"})

    assert read(BOARD).json["questions"][0]["labels"] == []
    assert read(BOARD, make_token()).json["questions"][0]["labels"] == ["panel", "later"]


def test_the_qa_is_an_export_and_comes_once_the_talk_is_over(engine, read, clock, make_token):
    make_questions(engine, 3)
    assert BOARD in problem(read(QA), 404)
    assert len(read(QA, make_token()).json["questions"]) == 3

    clock.set_to(OVER)
    answer = read(QA)

    Draft202012Validator(EXPORT, format_checker=FormatChecker()).validate(answer.json)
    assert len(answer.json["questions"]) == 3


def test_a_token_reads_the_very_export(app, engine, read, make_token, clock):
    clock.set_to(OVER)
    for status in (Status.OPEN, Status.ANSWERED, Status.WAITING, Status.DECLINED):
        make_question(engine, f"What is it to be {status}?", status=status, votes=2)
    make_question(engine, kind=Kind.COMMENT)
    page = app.extensions["boards"].programme.find("talk")
    url = "http://127.0.0.1:8000/talks/talk"
    with Session(engine) as session:
        found = record(session, page, Choice(declined=True), url, clock())
    exported = json.loads(written(document(found, BOARD_FIELDS)))

    answer = read(f"{QA}?declined=1", make_token()).json

    exported["questions"].sort(key=lambda question: question["number"])
    assert answer == exported


def test_no_second_names_are_made_up():
    described = EXPORT["properties"]
    of_question = described["questions"]["items"]
    if "$ref" in of_question:
        of_question = EXPORT["$defs"][of_question["$ref"].rpartition("/")[2]]

    assert list(OF_FIELDS) == of_question["required"]
    assert set(COUNTS) == set(described["counts"]["properties"])


def test_a_long_board_comes_in_parts_while_people_vote(engine, read, ada):
    made = make_questions(engine, 7)

    found = []
    for answer in pages(read, f"{BOARD}?limit=3"):
        found.append(numbers(answer))
        ada.post_part(f"/talks/talk/questions/{made[-1]}/vote", {"wanted": "1"})

    assert found == [made[:3], made[3:6], made[6:]]


@pytest.mark.parametrize("count", [1, 3])
def test_a_board_takes_the_same_statements_however_long_it_is(engine, read, count):
    make_questions(engine, count)

    with counted_queries() as statements:
        answer = read(BOARD)

    assert (len(numbers(answer)), len(statements)) == (count, 3)


@pytest.mark.parametrize(
    "asked",
    ["limit=0", "limit=101", "limit=x", "limit=-1", "after=-1", "after=x", "after=9999999999"],
)
def test_a_number_that_is_none_is_named(read, asked):
    assert problem(read(f"{BOARD}?{asked}"), 400).startswith(asked.partition("=")[0])


@pytest.mark.parametrize("after", ["x", "é", "eA", "A" * 500, "bm8KdGFsaw"])
def test_a_cursor_that_nobody_has_given_is_refused(read, after):
    assert "Link" in problem(read(f"{API}/programme?after={after}"), 400)


@pytest.mark.parametrize("address", [f"{API}/nothing", "/api/", f"{API}/talks/talk/nothing"])
def test_an_address_that_is_none_is_a_problem_too(read, address):
    problem(read(address), 404)


def test_nothing_can_be_changed_here(app):
    client = app.test_client()
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = client.open(BOARD, method=method, base_url="http://localhost:8000")
        problem(answer, 405)
        assert "GET" in answer.headers["Allow"]
    other = {"Sec-Fetch-Site": "cross-site"}
    problem(client.post(BOARD, base_url="http://localhost:8000", headers=other), 403)


def test_a_fault_of_ours_is_a_problem_with_a_reference(app, caplog):
    app.add_url_rule("/api/v1/fail", view_func=lambda: 1 / 0)

    answer = app.test_client().get("/api/v1/fail", base_url="http://localhost:8000")

    assert "ZeroDivision" not in problem(answer, 500)
    assert answer.json["reference"] == answer.headers["X-Request-ID"]
    caplog.get_records("call").clear()


def test_no_other_site_may_read_unless_it_is_set(read):
    answer = read(BOARD, Origin=ELSEWHERE)

    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("origins", [ELSEWHERE, f"https://other.example,{ELSEWHERE}", "*"])
def test_a_site_that_is_set_may_read_what_everybody_may(make_app, origins):
    client = make_app(api_origins=origins).test_client()

    def asked(method: str = "GET", address: str = BOARD, **headers: str) -> TestResponse:
        return client.open(
            address,
            method=method,
            base_url="http://localhost:8000",
            headers={"Origin": ELSEWHERE, **headers},
        )

    answer = asked()
    assert answer.headers["Access-Control-Allow-Origin"] == ELSEWHERE
    assert answer.headers["Access-Control-Expose-Headers"] == "ETag, Link"
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    before = asked("OPTIONS")
    assert before.headers["Access-Control-Allow-Headers"] == "If-None-Match"
    for refused in (
        asked(Authorization="Bearer companion_x"),
        asked(address="/talks/talk"),
        asked("OPTIONS", "/talks/talk/questions"),
    ):
        assert "Access-Control-Allow-Origin" not in refused.headers
    if origins != "*":
        assert "Access-Control-Allow-Origin" not in asked(Origin="https://evil.example").headers


def test_times_are_as_coarse_as_the_exports_are(make_app, engine):
    make_question(engine)
    client = make_app(rounded_times="on").test_client()

    answer = client.get(BOARD, base_url="http://localhost:8000")

    assert answer.json["questions"][0]["asked_at"] == "2026-03-05T12:00:00+00:00"
    assert DURING.minute == 20


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_is_answered_as_described(read, engine, make_token, data):
    if not count_rows(engine, ApiToken):
        make_questions(engine, 3)
        make_questions(engine, 2, status=Status.WAITING)
        make_token()
    described = json.loads(read(f"{API}/openapi.json").text)
    path, said = data.draw(st.sampled_from(sorted(described["paths"].items())))
    places = said["get"]["parameters"]
    likely = st.sampled_from(["0", "1", "2", "3", "100", "999999999", "-1", ""])
    text = likely | hostile_texts | st.text(max_size=30)
    asked = {
        place["name"]: data.draw(text)
        for place in places
        if place["in"] == "query" and data.draw(st.booleans())
    }
    number = data.draw(st.sampled_from(["1", "2", "4", "99", "9" * 12, "x"]))
    path = path.replace("{slug}", data.draw(st.sampled_from(["talk", "nothing"])))
    path = path.replace("{question}", number)
    answer = read(f"{path}?{urlencode(asked, errors='replace')}")

    assert answer.status_code in (200, 400, 401, 404)
