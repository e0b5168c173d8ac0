"""The organisers' pages: every talk in figures, and a search through all that was asked."""

import csv
import io

import pytest
from openpyxl import load_workbook

from companion.exports.fields import FIELDS
from companion.store.models import Kind, Role, Status
from companion.talks import programme as programme_module
from tests.support.factories import make_question
from tests.support.pages import Browser, read_page, text_of
from tests.support.queries import counted_queries
from tests.support.sign_in import enter, signed_in
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow
DAY = 'title: {title}\ndate: 2026-0{month}-05\nfrom: "12:00"\nto: "13:00"\n'


@pytest.fixture
def write(folder):
    """Return what writes a talk of a month of 2026; the clock is in March."""

    def write_in(slug, month, **more):
        return write_talk(folder, slug, front=DAY.replace("{month}", str(month)), **more)

    return write_in


@pytest.fixture
def olga(make_app):
    """Return what brings an organiser's browser, once the talks are written."""
    return lambda: signed_in(make_app(), Role.ORGANISER)


def lines(page) -> list[str]:
    return [text_of(line) for line in page.classed("lines__one")]


def hits(page) -> list[str]:
    return [text_of(hit) for hit in page.classed("hit__text")]


def test_an_organiser_comes_in_here(app):
    browser = Browser(app)

    enter(browser, Role.ORGANISER)

    secret = app.extensions["moderation"].invite().partition("#")[2]
    assert Browser(app).post("/enter", {"token": secret}).location == "/organise"
    assert browser.page("/organise").h1 == "Organise"


def test_each_talk_has_a_line_with_what_was_asked(write, olga, engine):
    write("later", 4, title="A talk to come")
    write("older", 1, title="The first talk", extra="speaker: Grace Hopper\n")
    write("mute", 2, title="A talk without a board", extra="board: false\n")
    for status in Status:
        make_question(engine, talk="older", status=status)
    make_question(engine, talk="older", kind=Kind.COMMENT)

    page = olga().page("/organise")

    assert lines(page) == [
        "05 Mar 2026, 12:00 on now A talk about bees 0 0 0 Desk of A talk about bees Report Export "
        "Publish",
        "05 Apr 2026, 12:00 upcoming A talk to come 0 0 0 Desk of A talk to come Add questions",
        "05 Feb 2026, 12:00 A talk without a board No board",
        "05 Jan 2026, 12:00 The first talk Grace Hopper 6 1 1 Desk of The first talk 1 waiting "
        "Report Export Publish",
    ]
    assert {"/talks/older/moderate", "/talks/older/report", "/talks/older/export"} <= set(
        page.links()
    )


def test_a_talk_that_was_ended_by_hand_is_over(app, clock):
    browser = signed_in(app, Role.ORGANISER)
    browser.post("/talks/talk/desk/time", {"do": "end"})

    page = browser.page("/organise")

    assert (page.has("past-title"), page.has("coming-title")) == (True, False)


def test_what_is_wrong_with_a_file_is_said(folder, olga):
    (folder / "broken.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")

    page = olga().page("/organise")

    [troubles] = page.classed("troubles")
    assert "broken.md" in text_of(troubles)
    assert "Not shown as it is" in text_of(troubles)


def test_without_a_talk_it_says_what_to_do(folder, olga):
    (folder / "talk.md").unlink()

    assert "no talk yet" in olga().page("/organise").text("main")


@pytest.mark.parametrize(("path", "literal"), [("", 8), ("/questions", 5)])
@pytest.mark.parametrize("count", [1, 3])
def test_as_many_queries_for_many_talks_as_for_one(write, olga, engine, path, literal, count):
    for number in range(count):
        write(f"more-{number}", 1)
        make_question(engine, talk=f"more-{number}")
    browser = olga()

    with counted_queries() as asked:
        browser.page(f"/organise{path}")

    assert len(asked) <= literal, asked


def test_all_talks_are_searched_and_the_best_come_first(write, olga, engine):
    write("older", 1, title="The first talk")
    make_question(engine, "Do wasps dance too?", talk="older", votes=1)
    make_question(engine, "Why do bees DANCE?", votes=2)
    make_question(engine, "What else is there?", detail="Wasps may dance", votes=9)
    make_question(engine, "Is this still waiting to dance?", status=Status.WAITING)
    make_question(engine, "Was this to dance withdrawn?", status=Status.WITHDRAWN)
    browser = olga()

    page = browser.page("/organise/questions?find=dance")

    assert hits(page) == ["Why do bees DANCE?", "Do wasps dance too?", "What else is there?"]
    assert "/talks/older#question-1" in page.links()
    assert "The first talk · 05 Jan 2026" in page.text("main")
    assert hits(browser.page("/organise/questions?find=dance+wasps")) == [
        "Do wasps dance too?",
        "What else is there?",
    ]
    assert "Nothing was found" in browser.page("/organise/questions?find=xyz").text("main")


@pytest.mark.parametrize(
    ("text", "find"),
    [
        ("Wie ÜBERWINTERN Bienen?", "überwintern"),
        ("Πώς ΧΟΡΕΥΟΥΝ οι μέλισσες;", "χορεύουν"[:3]),
        ("Is 100% of it true_or_not?", "100%"),
        ("Is 100% of it true_or_not?", "e_or"),
        ("A back\\slash, 'quoted'?", "k\\s"),
    ],
)
def test_words_are_found_as_they_are_meant(olga, engine, text, find):
    make_question(engine, text)
    make_question(engine, "Is 1000 of it true or not? Back/slash.")
    browser = olga()

    form = next(form for form in browser.page("/organise").forms() if "find" in form.fields)
    answer = browser.get(form.action, query_string={"find": find})

    assert answer.status_code == 200
    assert text.split("'")[0] in answer.text.replace("&#39;", "'")
    assert "1000 of it" not in answer.text


def test_answers_are_searched_too(olga, engine):
    question = make_question(engine, "How do bees find home?", status=Status.OPEN)
    browser = olga()
    answered = {"answer": "By the polarised light."}
    browser.post(f"/talks/talk/desk/questions/{question}/answer", answered)

    page = browser.page("/organise/questions?find=polarised")

    assert hits(page) == ["How do bees find home?"]


def test_what_stayed_open_comes_most_wanted_first(write, olga, engine):
    write("older", 1)
    make_question(engine, "Which one is little wanted?", votes=1)
    make_question(engine, "Which one is most wanted?", talk="older", votes=5)
    make_question(engine, "Which is answered already?", votes=9, status=Status.ANSWERED)
    make_question(engine, "This is a comment on bees.", votes=9, kind=Kind.COMMENT)

    page = olga().page("/organise/questions?only=unanswered")

    assert page.h1 == "Unanswered questions"
    assert hits(page) == ["Which one is most wanted?", "Which one is little wanted?"]


def test_a_talk_that_left_the_programme_is_not_found(write, olga, engine):
    make_question(engine, talk="gone")
    write("mute", 1, extra="board: false\n")
    make_question(engine, talk="mute")

    assert hits(olga().page("/organise/questions")) == []


@pytest.mark.parametrize(
    ("number", "first", "count"),
    [("", 64, 30), ("2", 34, 30), ("3", 4, 5), ("99", 4, 5), ("x", 64, 30)],
)
def test_what_is_found_comes_in_pages(olga, engine, number, first, count):
    for n in range(65):
        make_question(engine, f"What about bee number {n}?")

    page = olga().page(f"/organise/questions?find=bee&page={number}")

    assert len(hits(page)) == count
    assert hits(page)[0] == f"What about bee number {first}?"


def test_words_of_others_are_shown_as_words(olga, engine):
    wicked = "<script>alert(1)</script> {{ 7*7 }}?"
    make_question(engine, wicked, detail="<b>bold</b>")

    assert hits(olga().page("/organise/questions")) == [wicked]


def exported(browser, query="", format="csv"):
    answer = browser.get(f"/organise/export/{format}{query}")
    assert answer.status_code == 200, answer.text
    data = answer.get_data()
    answer.close()
    return answer, data


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_all_talks_become_one_table(write, olga, engine):
    write("older", 1, title="=The first talk")
    make_question(engine, "Do wasps dance too?", talk="older", votes=1)
    make_question(engine, "Why do bees dance?", name="Ada")
    for status in (Status.WAITING, Status.DECLINED, Status.WITHDRAWN):
        make_question(engine, "Nobody is to see this.", status=status)

    answer, data = exported(olga())

    assert answer.headers["Content-Disposition"] == "attachment; filename=questions.csv"
    assert list(rows(data)[0]) == ["talk", "title", "date", *FIELDS]
    assert [(row["talk"], row["title"], row["date"], row["text"]) for row in rows(data)] == [
        ("older", "'=The first talk", "2026-01-05", "Do wasps dance too?"),
        ("talk", "A talk about bees", "2026-03-05", "Why do bees dance?"),
    ]


@pytest.mark.parametrize(
    ("query", "talks"),
    [
        ("?from=2026-03-05", ["talk"]),
        ("?to=2026-01-05", ["older"]),
        ("?from=2026-01-05&to=2026-03-05", ["older", "talk"]),
        ("?from=2026-01-06&to=2026-03-04", []),
        ("?from=&to=", ["older", "talk"]),
    ],
)
def test_days_are_chosen_both_included(write, olga, engine, query, talks):
    write("older", 1)
    make_question(engine, talk="older"), make_question(engine)

    assert [row["talk"] for row in rows(exported(olga(), query)[1])] == talks


def test_the_file_says_which_days(olga):
    answer, _ = exported(olga(), "?from=2025-01-01&to=2025-12-31")

    assert "questions-from-2025-01-01-to-2025-12-31.csv" in answer.headers["Content-Disposition"]


def test_a_workbook_has_the_same_rows(olga, engine):
    make_question(engine, "Why do bees dance?")

    _, data = exported(olga(), format="xlsx")

    head, first = load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)
    assert list(head) == ["talk", "title", "date", *FIELDS]
    assert first[:3] == ("talk", "A talk about bees", "2026-03-05")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?from=yesterday", "“From” takes a day such as 2025-01-31, not “yesterday”."),
        ("?to=2025-02-30", "“To” takes a day such as 2025-01-31, not “2025-02-30”."),
        ("?from=2026-02-01&to=2026-01-01", "2026-02-01 is later than 2026-01-01"),
    ],
)
def test_days_that_are_none_are_refused_in_words(olga, query, said):
    page = read_page(olga().get(f"/organise/export/csv{query}"), 422)

    assert said in page.text("main")


def test_there_is_no_other_table(olga):
    assert "There are: csv, xlsx" in olga().page("/organise/export/pdf", 404).text("main")


def test_what_is_in_a_body_is_known_even_while_bodies_are_still_to_come(write, olga, monkeypatch):
    monkeypatch.setattr(programme_module, "FIRST_BATCH", 1)
    video = "<iframe src='https://www.youtube.com/embed/aaaaaaaaaaa'></iframe>\n"
    for slug in ("one", "two", "three"):
        write(
            slug,
            2,
            title=f"Talk {slug}",
            body=f"[Recording](https://youtu.be/aaaaaaaaaaa)\n\n{video}",
        )

    assert "No recording, a week after" not in olga().get("/organise").text
