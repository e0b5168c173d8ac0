import logging
import re
import sqlite3

import pytest
import sqlalchemy as sa

from companion.app import build
from companion.store.engine import db
from companion.store.models import Question
from tests.support.factories import count_rows, make_question
from tests.support.pages import Browser, read_page, read_part, text_of
from tests.support.room import TEXT

URL = "/talks/talk/questions"


def hurry(connection, _record, _proxy) -> None:
    connection.execute("PRAGMA busy_timeout=20")


@pytest.fixture
def locked(app, tmp_path, caplog):
    """Have another process hold the database's write lock, and ours lose patience soon."""
    sa.event.listen(sa.Pool, "checkout", hurry)
    holder = sqlite3.connect(tmp_path / "companion.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    yield
    holder.close()
    sa.event.remove(sa.Pool, "checkout", hurry)
    errors = caplog.get_records("call")
    assert "nothing can be saved: database is locked" in [line.getMessage() for line in errors]
    errors.clear()


@pytest.fixture
def broken(app, engine, tmp_path, caplog):
    """Have the database be no database any more."""
    engine.dispose()
    with app.app_context():
        db.engine.dispose()
    for path in tmp_path.glob("companion.sqlite3*"):
        path.unlink()
    (tmp_path / "companion.sqlite3").mkdir()
    yield
    caplog.get_records("call").clear()


def test_what_cannot_be_saved_keeps_its_words(ada, locked, engine):
    fields = {"text": TEXT, "detail": "and more", "key": "a-key-of-adas"}

    answer, part = ada.post(URL, fields), ada.post_part(URL, fields)

    for form in (
        read_page(answer, 503).form_to("/questions"),
        read_part(part, 503).form_to("/questions"),
    ):
        assert {name: form.fields[name] for name in fields} == fields
    assert int(answer.headers["Retry-After"]) == int(part.headers["Retry-After"]) >= 1
    assert "could not be saved" in part.text
    assert count_rows(engine, Question) == 0


def test_an_edit_that_cannot_be_saved_keeps_its_words(ada, engine, request):
    question = make_question(engine, author=ada.id)
    request.getfixturevalue("locked")

    answer = ada.post(f"{URL}/{question}/edit", {"text": "How do bees find food?"})

    assert read_page(answer, 503).form_to("/edit").fields["text"] == "How do bees find food?"


def test_a_vote_that_cannot_be_saved_says_so(bob, engine, request):
    question = make_question(engine)
    request.getfixturevalue("locked")

    for act, fields in (("vote", {"wanted": "1"}), ("withdraw", {})):
        answer = bob.post(f"{URL}/{question}/{act}", fields)
        assert answer.status_code == 503
        assert "could not be saved" in answer.text
        assert "Retry-After" in answer.headers


def test_while_nothing_can_be_saved_everything_can_be_read(bob, engine, request):
    make_question(engine)
    holder = sqlite3.connect(sa.make_url(str(engine.url)).database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    assert len(bob.page("/talks/talk").questions()) == 1
    assert bob.get("/readyz").status_code == 200
    holder.close()


@pytest.mark.parametrize(
    "address", ["/talks/talk", "/talks/talk/board", "/talks/talk/board?since=1"]
)
def test_without_a_database_a_page_asks_for_patience(bob, broken, address):
    answer = bob.get(address)

    read_page(answer, 503)
    assert int(answer.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("act", ["", "/1/vote", "/1/edit", "/1/withdraw", "/delete"])
def test_without_a_database_nothing_is_pretended(bob, broken, act):
    answer = bob.post(URL + act, {"text": TEXT, "wanted": "1"})

    page = read_page(answer, 503)
    assert int(answer.headers["Retry-After"]) >= 1
    assert "/" in page.links()


def test_without_a_database_the_programme_is_still_there(bob, broken):
    bob.page("/")
    assert bob.get("/healthz").status_code == 200
    ready = bob.get("/readyz")
    assert (ready.status_code, ready.text) == (503, "the database does not answer\n")


def test_in_order_both_checks_say_so(bob):
    for address in ("/healthz", "/readyz"):
        answer = bob.get(address)
        assert (answer.status_code, answer.text) == (200, "ok\n")
        assert answer.content_type == "text/plain; charset=utf-8"


def test_a_fault_of_ours_is_a_page_and_a_line_in_the_log(app, bob, caplog):
    def fail() -> str:
        raise RuntimeError("with a secret in it")

    app.add_url_rule("/fail", view_func=fail)

    answer = bob.get("/fail")

    page = read_page(answer, 500)
    assert "secret" not in page.html
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    caplog.clear()


@pytest.mark.parametrize("address", ["/talks/nothing/questions", f"{URL}/1/vote"])
def test_what_htmx_does_not_get_it_is_told_why(bob, address):
    part = bob.post_part(address, {"text": TEXT})
    page = bob.post(address, {"text": TEXT})

    [toast] = read_part(part, page.status_code).classed("toast")
    assert text_of(toast) in page.text
    assert part.status_code >= 400


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
@pytest.mark.parametrize("address", ["/", "/talks/talk", URL])
def test_other_methods_are_refused_with_a_page(bob, method, address):
    answer = getattr(bob.client, method)(
        address, base_url="http://localhost:8000", headers={"Sec-Fetch-Site": "same-origin"}
    )

    read_page(answer, 405)


GETS = ["/", "/talks/talk", "/talks/talk/board", "/talks/talk.ics", "/feed.xml", "/healthz"]


@pytest.mark.parametrize("address", GETS)
def test_head_is_get_without_a_body(bob, address):
    head = bob.client.head(address, base_url="http://localhost:8000")
    get = bob.get(address)

    assert (head.status_code, head.data) == (200, b"")
    assert head.content_type == get.content_type


@pytest.mark.parametrize("address", [*GETS, URL])
def test_options_says_what_is_allowed_and_does_nothing(bob, address):
    answer = bob.client.options(address, base_url="http://localhost:8000")

    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert {"OPTIONS"} <= set(answer.headers["Allow"].split(", "))


def test_the_real_rendering_process_reads_the_pages(make_settings, clock):
    app = build(make_settings(), clock)

    assert Browser(app).page("/talks/talk").h1 == "A talk about bees"


def test_a_static_file_is_kept_for_a_year_at_an_address_of_its_version(bob):
    page = bob.page("/talks/talk")
    sheets = [link.get("href") for link in page.elements("link") if link.get("rel") == "stylesheet"]
    scripts = [script.get("src") for script in page.elements("script")]

    assert sheets
    assert scripts
    for address in sheets + scripts:
        answer = bob.get(address)
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
        answer.close()


def test_pages_are_compressed_when_asked(bob):
    answer = bob.get("/talks/talk", headers={"Accept-Encoding": "br, gzip"})

    assert answer.headers["Content-Encoding"] == "br"
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_what_can_be_read_but_not_saved_is_degraded_in_words(app, bob, locked):
    bob.post(URL, {"text": TEXT})

    ready = bob.get("/readyz")

    assert ready.status_code == 200
    assert ready.text.startswith("degraded: nothing could be saved ")
    assert ready.text.endswith("database is locked\n")


def test_a_disk_with_little_room_is_degraded_in_words(app, bob, monkeypatch):
    monkeypatch.setattr("companion.store.sqlite.ENOUGH", 2**63)

    assert re.fullmatch(r"degraded: the disk has only \d+ MB left\n", bob.get("/readyz").text)


def test_after_a_save_that_succeeds_all_is_in_order_again(app, bob, tmp_path, request, caplog):
    with sqlite3.connect(tmp_path / "companion.sqlite3", isolation_level=None) as holder:
        sa.event.listen(sa.Pool, "checkout", hurry)
        holder.execute("BEGIN IMMEDIATE")
        assert bob.post(URL, {"text": TEXT}).status_code == 503
        holder.execute("ROLLBACK")
        sa.event.remove(sa.Pool, "checkout", hurry)
    assert bob.get("/readyz").text.startswith("degraded")

    assert bob.post(URL, {"text": TEXT}).status_code == 303

    assert bob.get("/readyz").text == "ok\n"
    caplog.get_records("call").clear()


def test_a_folder_that_cannot_be_written_is_degraded_in_words(app, bob, tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, _mode: path != tmp_path)

    assert bob.get("/readyz").text == f"degraded: {tmp_path} cannot be written\n"
