"""Prepared questions over HTTP: pasted or sent as a file, looked at, and added."""

import io

import pytest

from companion.store.models import Question, Role, Status
from companion.web.imports import LARGEST
from tests.support.factories import count_rows, make_question, question_row
from tests.support.pages import Browser, read_page
from tests.support.sign_in import signed_in

pytestmark = pytest.mark.slow

IMPORT = "/talks/talk/import"
TWO = "- How do bees find home?\n  By the sun?\n- Why do bees dance at all?"


@pytest.fixture
def grace(app):
    return signed_in(app, Role.MODERATOR, name="Grace")


def look(browser, text=TWO, status=200, **more):
    return read_page(browser.post(IMPORT, {"text": text, "do": "look", **more}), status)


def send(browser, page, **typed):
    """Send what is ticked, as the button does."""
    form = page.form_to("/import")
    ticked = [
        box.get("value")
        for box in page.elements("input")
        if box.get("name") == "rows" and "checked" in box.attrib
    ]
    return browser.post(IMPORT, {**form.fields, "rows": ticked, "do": "add", **typed})


def test_the_whole_path(grace, ada, engine):
    form = grace.page(IMPORT).form_to("/import")
    page = read_page(grace.submit(form, text=TWO, do="look"), 200)
    assert page.text("preview-title") == "2 of 2 can be added"
    assert count_rows(engine, Question) == 0

    answer = send(grace, page)

    assert answer.location.startswith("/talks/talk/moderate?tab=open&flash=")
    assert "Added 2." in grace.follow(answer).text("desk-flash")
    board = ada.page("/talks/talk")
    assert board.questions() == [1, 2]
    assert "the organisers" in board.text("question-1")
    assert "By the sun?" in board.text("question-1")


def test_sending_it_twice_adds_it_once(grace, engine):
    page = look(grace)
    send(grace, page)

    answer = send(grace, page)

    assert "added already" in grace.follow(answer).text("desk-flash")
    assert count_rows(engine, Question) == 2


def test_a_file_is_read_and_what_it_says_comes_back(grace):
    sheet = "Question;Author;Upvotes\r\nHow do bees find home?;Zoé;7\r\n".encode("utf-16")
    answer = grace.post(IMPORT, {"file": (io.BytesIO(sheet), "slido.csv"), "do": "look"})

    page = read_page(answer, 200)
    fields = page.form_to("/import").fields
    assert fields["text"].strip() == "Question;Author;Upvotes\nHow do bees find home?;Zoé;7"
    assert (fields["shape"], fields["name"]) == ("table", "")
    assert "Votes are not taken over" in page.text("main")
    assert page.text("row-2-more") == "Row 2 · Zoé"


def test_our_own_json_comes_in_with_its_names(grace, engine):
    make_question(engine, "How do bees find home?", name="Zoé", votes=7)
    with grace.get("/talks/talk/export/json") as answer:
        sent = io.BytesIO(answer.get_data())

    page = read_page(grace.post(IMPORT, {"file": (sent, "talk.json"), "do": "look"}), 200)

    assert page.form_to("/import").fields["shape"] == "export"
    assert page.text("row-1-more") == "Row 1 · Zoé · question On the board already."
    assert "Votes are not taken over" in page.text("main")


def test_who_is_called_anonymous_has_no_name(grace):
    sheet = "question,author\nHow do bees find home?,Anonymous\nToo short,Anonymous\n"

    page = read_page(grace.post(IMPORT, {"text": sheet}), 200)

    assert page.text("row-2-more") == "Row 2"
    assert page.text("row-3-more").startswith("Row 3 · Anonymous Write at least 10 characters")


def test_what_stands_above_a_header_is_said_to_be_left_out(grace):
    table = "question,author\nHow do bees find home?,Ada\n"

    plain = grace.post(IMPORT, {"text": table})
    headed = grace.post(IMPORT, {"text": f"Event code:,12345\n\n{table}"})

    notes = [
        "What stands above the row" in read_page(it, 200).text("main") for it in (plain, headed)
    ]
    assert notes == [False, True]


def test_they_can_wait_under_another_name(grace, ada, engine):
    send(grace, look(grace), status="waiting", name="The panel")

    assert ada.page("/talks/talk").questions() == []
    row = question_row(engine, 1)
    assert (row.status, row.name) == (Status.WAITING, "The panel")


def test_only_what_is_ticked_is_added(grace, engine):
    make_question(engine, "How do bees find home?")
    page = look(grace)
    assert "checked" not in page.element("row-1").attrib

    send(grace, page)

    assert count_rows(engine, Question) == 2


def test_a_row_that_cannot_be_added_says_why_and_cannot_be_ticked(grace, engine):
    page = look(grace, f"{'Bees ' * 80}\nWhy do bees dance at all?")

    assert page.text("preview-title") == "1 of 2 can be added"
    assert "disabled" in page.element("row-1").attrib
    assert "Line 1 The question is 99 characters too long" in page.text("row-1-more")
    answer = send(grace, page, rows=["1"])
    assert "Line 1: The question is 99" in read_page(answer, 422).text("main")
    assert count_rows(engine, Question) == 0


def test_ticking_nothing_is_refused_and_all_is_kept(grace):
    answer = send(grace, look(grace), rows=[], name="The panel", status="waiting")

    page = read_page(answer, 422)
    assert "Tick at least one" in page.text("main")
    fields = page.form_to("/import").fields
    assert fields["text"].strip() == TWO
    assert (fields["name"], fields["status"]) == ("The panel", "waiting")
    assert "checked" not in page.element("row-1").attrib


def test_what_was_not_looked_at_is_not_added(grace, engine):
    for change in ({"text": TWO + " Or not?"}, {"token": "another-token"}, {"token": ""}):
        page = read_page(send(grace, look(grace), **change), 422)
        assert "not the one that was looked at" in page.text("main")
    assert count_rows(engine, Question) == 0


@pytest.mark.parametrize(("text", "said"), [("", "no question"), ("- x\n" * 501, "501 rows")])
def test_what_was_pasted_comes_back_with_the_reason(grace, text, said):
    page = look(grace, text, 422)

    assert said in page.text("main")
    assert page.form_to("/import").fields["text"].strip() == text.strip()


def test_words_of_others_are_shown_as_words(grace):
    wicked = "<script>alert(1)</script> {{ 7*7 }} </textarea><b>"
    page = look(grace, f"{wicked}\nعربي: Why do bees dance 🐝?")

    assert "alert(1)" not in "".join(s.text or "" for s in page.elements("script"))
    assert page.text("row-1-more").startswith("Line 1")
    assert wicked in page.form_to("/import").fields["text"]


@pytest.mark.slow
def test_a_large_list_passes_here_and_nowhere_else(grace, app):
    text = "\n".join(f"- How does bee {n} fly?\n  {'Ä' * 500}" for n in range(300))
    assert 64 * 1024 < len(text.encode()) < LARGEST
    assert look(grace, text).text("preview-title") == "300 of 300 can be added"

    assert grace.post("/talks/talk/desk/room", {"text": text}).status_code == 413
    page = read_page(grace.post(IMPORT, {"text": "x" * 2 * LARGEST}), 413)
    assert "more than 1 MB" in page.text("main")
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n'
    body = head + b"x" * 2 * LARGEST + b"\r\n--b--\r\n"
    answer = grace.post(IMPORT, body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413


def test_a_stranger_gets_nothing_in_however_large(app, engine):
    for size in (10, 2 * LARGEST):
        answer = Browser(app).post(IMPORT, {"text": "x" * size, "do": "add"})
        assert answer.status_code == 403
    assert count_rows(engine, Question) == 0


UNKNOWN = (
    "Zeit,Kontakt,Wortmeldung,Wer\n"
    '12:01,ada@example.org,"How large is the model, roughly?",Ada\n'
    '12:02,bob@example.org,"Will slides be shared, at last?",Bob\n'
)


def file_of(data):
    return {"file": (io.BytesIO(data), "report.csv"), "do": "look"}


def ticks(page):
    boxes = [box for box in page.elements("input") if box.get("name") == "rows"]
    return ["checked" in box.attrib for box in boxes]


def test_columns_that_are_not_understood_are_chosen_by_hand(grace, ada, engine):
    page = read_page(grace.post(IMPORT, file_of(UNKNOWN.encode())), 200)
    assert ticks(page) == [False, False]
    assert "nothing is ticked" in page.text("main")
    form = page.form_to("/import")

    page = read_page(grace.submit(form, do="look", column_text="2", column_name="3"), 200)

    assert ticks(page) == [True, True]
    assert "Added 2." in grace.follow(send(grace, page)).text("desk-flash")
    board = ada.page("/talks/talk")
    assert board.questions() == [1, 2]
    assert "Bob" in board.text("question-2")
    assert "@" not in board.text("board")


def test_everything_ticked_by_hand_brings_no_address_in(grace, ada, engine):
    page = read_page(grace.post(IMPORT, file_of(UNKNOWN.encode())), 200)

    for place in ("1", "2"):
        page = read_page(grace.submit(page.form_to("/import"), do="look", column_text=place), 200)
        send(grace, page, rows=["2", "3"])
        assert "@" not in ada.page("/talks/talk").html.partition('id="board"')[2]


def test_columns_chosen_of_one_table_are_not_those_of_the_next(grace):
    page = read_page(grace.post(IMPORT, file_of(UNKNOWN.encode())), 200)
    fields = page.form_to("/import").fields | {"column_text": "1"}

    answer = grace.post(IMPORT, fields | file_of(b"Question,Name\nWhy dance at all?,Ada"))
    page = read_page(answer, 200)

    assert page.text("row-2-more") == "Row 2 · Ada"


def test_columns_that_were_not_looked_at_are_not_added(grace, engine):
    page = read_page(grace.post(IMPORT, file_of(UNKNOWN.encode())), 200)

    answer = send(grace, page, rows=["2"], column_text="3")

    assert "not the one that was looked at" in read_page(answer, 422).text("main")
    assert count_rows(engine, Question) == 0


def test_letters_that_were_guessed_are_said_to_be_and_can_be_changed(grace, engine):
    sheet = "Question,Author\nWhat is it all about?,Łukasz Żak\n".encode("cp1250")
    page = read_page(grace.post(IMPORT, file_of(sheet)), 200)
    assert "is not UTF-8" in page.text("main")
    assert ticks(page) == [False]

    page = read_page(grace.submit(page.form_to("/import"), do="look", encoding="cp1250"), 200)

    assert page.text("row-2-more") == "Row 2 · Łukasz Żak"
    assert ticks(page) == [True]
    assert "is not UTF-8" not in page.text("main")
    send(grace, page)
    assert question_row(engine, 1).name == "Łukasz Żak"


def test_letters_that_were_chosen_and_not_looked_at_are_not_added(grace, engine):
    sheet = "Question,Author\nWhat is it all about?,Łukasz Żak\n".encode("cp1250")
    page = read_page(grace.post(IMPORT, file_of(sheet)), 200)

    answer = send(grace, page, rows=["2"], encoding="cp1250")

    page = read_page(answer, 422)
    assert page.text("row-2-more") == "Row 2 · Łukasz Żak"
    assert count_rows(engine, Question) == 0


def test_an_encoding_that_a_text_cannot_be_in_is_refused_in_words(grace):
    answer = grace.post(IMPORT, file_of("Question,Name\nWarum?,Jörg ÿ".encode("cp1252")))
    page = read_page(answer, 200)

    answer = grace.submit(page.form_to("/import"), do="look", encoding="euc_jp")

    assert "It cannot be read as Japanese (EUC)" in read_page(answer, 422).text("main")
