"""A database copied into another: all of it, whatever is in it, or nothing."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from companion.errors import Refused
from companion.settings import ConfigError
from companion.store import sqlite
from companion.store.copy import BATCH, Copied, copy
from companion.store.digest import Digest
from companion.store.engine import Base, prepare
from companion.store.models import TABLES, Question
from companion.store.writer import Writer
from tests.support.factories import count_rows, make_question, make_questions
from tests.support.room import Room

pytestmark = pytest.mark.slow

AT = datetime(2026, 3, 5, 12, 0, 0, 123_456, tzinfo=UTC)
TEXTS = ("Is 🐝 a bee?", "'; DROP TABLE vote; --", "\u2028\t\x7f\ufeff", "ß" * 60)
LONG = "How do bees find home? 🐝\n" * 40_000


def quietly(_rows: int):
    return nullcontext(lambda rows: None)


@contextmanager
def opened(url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(url)
    prepare(engine)
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture
def new_file(tmp_path) -> str:
    """Return the address of an SQLite file that is not there."""
    return f"sqlite:///{tmp_path / 'new.sqlite3'}"


def filled(engine: sa.Engine) -> None:
    """Put rows into all tables, with every kind of value that they can have."""
    with engine.begin() as connection:
        for table in TABLES:
            for number, text in enumerate(TEXTS, 1):
                row = {column.name: value(column, number, text) for column in table.c}
                connection.execute(table.insert(), row)
        question = Base.metadata.tables["question"]
        connection.execute(sa.update(question).where(question.c.id == 1).values(answer=LONG))


def value(column: sa.Column, number: int, text: str) -> object:
    if column.nullable and number == 2:
        return None
    kind = column.type.python_type
    if column.foreign_keys:
        return number if kind is int else f"key-{number}"
    if kind is bytes:
        return f"\x00{text}".encode()
    if kind is bool:
        return number % 2 == 0
    if kind is int:
        most = {"worth": 5, "depth": 3}.get(column.name, number)
        return 2**31 - number if column.name == "votes" else min(number, most)
    if kind is str:
        is_key = column.primary_key or column.unique or column.name in ("key", "token_hash")
        return f"key-{number}" if is_key else text[: column.type.length]
    if issubclass(kind, str):
        return list(kind)[number % len(kind)]
    return AT + timedelta(minutes=number)


def contents(engine: sa.Engine) -> dict[str, list[tuple]]:
    with engine.connect() as connection:
        return {
            t.name: sorted(map(tuple, connection.execute(sa.select(t))), key=repr) for t in TABLES
        }


def test_all_that_is_kept_goes_to_postgresql_and_back(engine, sqlite_url, postgres_url, new_file):
    filled(engine)

    copied = copy(sqlite_url, postgres_url, quietly)
    assert copy(postgres_url, new_file, quietly) == copied

    assert copied == Copied(len(TABLES), len(TABLES) * len(TEXTS))
    with opened(postgres_url) as there, opened(new_file) as back:
        assert contents(engine) == contents(there) == contents(back)


def test_what_is_asked_afterwards_gets_an_id_that_nobody_has_had(
    engine, sqlite_url, postgres_url, new_file, bus
):
    kept, deleted = make_questions(engine, 2)
    with engine.begin() as connection:
        connection.execute(sa.delete(Question).where(Question.id == deleted))

    copy(sqlite_url, postgres_url, quietly)
    with opened(postgres_url) as there:
        room = Room(there, Writer(there, bus.publish, lambda commit: commit()))
        assert room.ask("ada", "What comes after that?").id == deleted + 1
        with there.begin() as connection:
            connection.execute(sa.delete(Question).where(Question.id != kept))

    copy(postgres_url, new_file, quietly)
    with opened(new_file) as back:
        assert make_question(back) == deleted + 2


def test_many_votes_are_copied_some_at_a_time(engine, sqlite_url, postgres_url):
    question = make_question(engine, votes=2 * BATCH + 1)
    told: list[int] = []

    @contextmanager
    def watch(rows: int):
        told.append(rows)
        yield told.append

    copied = copy(sqlite_url, postgres_url, watch)

    assert told[0] == 2 * copied.rows == sum(told[1:])
    assert max(told[1:]) == BATCH
    with opened(postgres_url) as there, there.connect() as connection:
        counted = connection.exec_driver_sql("SELECT count(*), max(question_id) FROM vote").one()
    assert counted == (2 * BATCH + 1, question)


def refused(source: str, target: str) -> str:
    with pytest.raises((Refused, ConfigError)) as refusal:
        copy(source, target, quietly)
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def is_empty(url: str) -> bool:
    with opened(url) as engine:
        return not any(contents(engine).values())


def test_nothing_is_put_beside_what_is_there(engine, sqlite_url, postgres_url):
    with opened(postgres_url) as there:
        make_question(there, "Was this here before?")
        line = refused(sqlite_url, postgres_url)
        assert count_rows(there, Question) == 1

    assert "is not empty (talk has rows)" in line
    assert line.endswith("Name a new one, as with: createdb NAME.")


def test_the_same_database_under_two_names_is_refused(engine, sqlite_url, postgres_url, tmp_path):
    other_name = tmp_path / "other.sqlite3"
    other_name.hardlink_to(sqlite.file_of(sqlite_url))
    same = "Both addresses are of the same database. Name another one to copy into."

    assert refused(sqlite_url, sqlite_url) == same
    assert refused(sqlite_url, f"sqlite:///{other_name}") == same
    assert refused(postgres_url, f"{postgres_url}&application_name=another") == same


def test_what_another_program_keeps_is_left_alone(sqlite_url, tmp_path):
    bees = tmp_path / "bees.sqlite3"
    with closing(sqlite3.connect(bees)) as connection:
        connection.execute("CREATE TABLE bees (id)")

    assert refused(sqlite_url, f"sqlite:///{bees}").endswith(
        "holds tables of another program. Name a file that is not there yet."
    )


@pytest.mark.parametrize("which", ["source", "target"])
def test_a_database_that_is_behind_is_to_be_upgraded_first(sqlite_url, tmp_path, which):
    behind = tmp_path / "behind.sqlite3"
    copy(sqlite_url, f"sqlite:///{behind}", quietly)
    with closing(sqlite3.connect(behind)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        connection.commit()
    pair = (sqlite_url, f"sqlite:///{behind}")

    assert refused(*pair if which == "target" else pair[::-1]).endswith(
        f"is not up to date. Run: COMPANION_DATABASE_URL=sqlite:///{behind} companion db upgrade"
    )


def test_a_newer_versions_database_and_one_that_is_not_there(engine, sqlite_url, new_file):
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    assert "a newer version has made this database" in refused(sqlite_url, new_file)
    assert refused(new_file, sqlite_url).startswith("There is no database ")


def test_a_password_is_in_no_refusal(sqlite_url, postgres_url, tmp_path):
    address = f"postgresql+psycopg://ada:s3cret-w0rd@/name?host={tmp_path}"

    for line in (refused(sqlite_url, address), refused(address, sqlite_url)):
        assert line.startswith("postgresql://ada:***@/name")
        assert "the database does not answer" in line
        assert "s3cret" not in line


@pytest.mark.parametrize("which", ["source", "target"])
def test_a_file_that_is_served_is_refused(sqlite_url, new_file, which):
    pair = (sqlite_url, new_file)
    held = sqlite.hold(pair[which == "target"])

    assert "serves" in refused(*pair)
    os.close(held)
    assert copy(*pair, quietly).rows == 0


@pytest.mark.parametrize("which", ["source", "target"])
def test_a_postgresql_database_that_is_served_is_refused(
    sqlite_url, postgres_url, make_app, new_file, which
):
    pair = (postgres_url, new_file) if which == "source" else (sqlite_url, postgres_url)
    app = make_app(database_url=postgres_url)
    app.extensions["writer"].open()

    assert refused(*pair).startswith("A server works with postgresql://")


def test_who_writes_into_the_target_meanwhile_waits(engine, sqlite_url, postgres_url, writer):
    make_question(engine)

    @contextmanager
    def watch(_rows: int):
        with opened(postgres_url) as there, there.begin() as connection:
            connection.exec_driver_sql("SET LOCAL lock_timeout = 1")
            with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
                connection.exec_driver_sql("DELETE FROM talk")
        yield lambda rows: None

    assert copy(sqlite_url, postgres_url, watch).rows == 2


def test_what_is_asked_of_the_source_meanwhile_is_not_in_the_copy(
    sqlite_url, postgres_url, new_file
):
    with opened(postgres_url) as there:
        make_question(there)

        @contextmanager
        def watch(rows: int):
            make_question(there)
            make_question(there, talk="other-talk")
            yield lambda rows: None

        assert copy(postgres_url, new_file, watch).rows == 2


HOSTILE = {
    "a NUL": ("text", "'How do ' || char(0) || 'bees?'", "its text has a NUL in it"),
    "half a letter": ("detail", "CAST(x'41eda080' AS TEXT)", "its detail is not Unicode"),
    "too long": ("name", "printf('%061d', 1)", "its name has more than 60 characters"),
    "too large": ("askers", "2147483648", "its askers is too large a number"),
    "bytes": ("answer", "x'00ff'", "its answer is of another kind (bytes)"),
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_postgresql_cannot_keep_is_named_and_nothing_copied(
    engine, sqlite_url, postgres_url, hostile
):
    column, expression, why = HOSTILE[hostile]
    ids = make_questions(engine, 3)
    with engine.begin() as connection:
        changed = sa.update(Question).where(Question.id == ids[1])
        connection.execute(changed.values({column: sa.literal_column(expression)}))

    assert refused(sqlite_url, postgres_url) == (
        f"Nothing was copied: question {ids[1]}: {why}. Change it there, and copy again."
    )
    assert is_empty(postgres_url)


def test_a_moment_that_is_none_is_said(engine, sqlite_url, postgres_url):
    question = make_question(engine)
    with engine.begin() as connection:
        changed = sa.update(Question).where(Question.id == question)
        connection.execute(changed.values(asked_at=sa.literal_column("'noon'")))

    line = refused(sqlite_url, postgres_url)

    assert line.startswith("Nothing was copied: question has what cannot be read: ")
    assert is_empty(postgres_url)


def test_a_row_that_belongs_to_nothing_is_refused_without_its_words(
    engine, sqlite_url, postgres_url
):
    make_question(engine, "Whose question is this?")
    with closing(sqlite3.connect(sqlite.file_of(sqlite_url))) as connection:
        connection.execute("DELETE FROM talk")
        connection.commit()

    line = refused(sqlite_url, postgres_url)

    assert "violates foreign key constraint" in line
    assert "Whose" not in line
    assert is_empty(postgres_url)


def test_what_comes_out_as_something_else_is_not_kept(engine, sqlite_url, postgres_url):
    make_question(engine, "How do bees find home?")
    with opened(postgres_url) as there, there.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION louder() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN NEW.text = upper(NEW.text); RETURN NEW; END'"
        )
        connection.exec_driver_sql(
            "CREATE TRIGGER louder BEFORE INSERT ON question FOR EACH ROW EXECUTE FUNCTION louder()"
        )
    try:
        line = refused(sqlite_url, postgres_url)
    finally:
        with opened(postgres_url) as there, there.begin() as connection:
            connection.exec_driver_sql("DROP FUNCTION louder CASCADE")

    assert line.startswith("Nothing was copied: question came out as something else. Look for")
    assert is_empty(postgres_url)


def test_a_copy_that_is_killed_leaves_nothing_and_can_be_made_again(
    engine, sqlite_url, postgres_url, tmp_path
):
    make_question(engine, votes=3 * BATCH)
    waits = (
        "import sys, time\nfrom contextlib import nullcontext\n"
        "from companion.store.copy import copy\n"
        "def told(rows):\n    print(rows, flush=True)\n    time.sleep(rows == 1_000 and 60)\n"
        "copy(*sys.argv[1:], lambda rows: nullcontext(told))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", waits, sqlite_url, postgres_url],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    while process.stdout.readline() != f"{BATCH}\n":
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()

    assert is_empty(postgres_url)
    assert copy(sqlite_url, postgres_url, quietly).rows == 3 * BATCH + 2


def digest(*rows: tuple) -> tuple[int, int]:
    found = Digest()
    for row in rows:
        found.add(row)
    return found.rows, found.sum


def test_a_digest_goes_by_what_rows_say_and_not_by_their_order():
    one, other = (1, "ä", None, True, AT), (1, "ä", None, False, AT)

    assert digest(one, other) == digest(other, one)
    assert len({digest(one), digest(other), digest(one, one), digest(other, other)}) == 4
