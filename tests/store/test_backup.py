import os
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from companion import processes
from companion.cli.checks import about_backups
from companion.errors import Refused
from companion.settings import ConfigError
from companion.store import sqlite
from companion.store.backup import KEPT, back_up, back_up_daily, folder_of, newest, restore
from companion.store.models import Question
from tests.support.factories import count_rows, make_question
from tests.support.limits import no_room
from tests.support.room import Room

NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(sqlite_url) -> Path:
    return sqlite.file_of(sqlite_url)


@pytest.fixture
def backup(tmp_path, sqlite_url, engine) -> Path:
    """Return a backup with one question in it."""
    make_question(engine, "Is this one kept?")
    back_up(sqlite_url, tmp_path / "kept.sqlite3")
    return tmp_path / "kept.sqlite3"


def texts(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM question ORDER BY id")]


def beside(path: Path) -> list[str]:
    return sorted(item.name for item in path.parent.glob(f"*{path.name}*"))


def test_twenty_backups_while_people_ask_have_all_that_was_acknowledged(
    room: Room, sqlite_url, tmp_path
):
    acknowledged: list[str] = []
    over = threading.Event()

    def keep_asking() -> None:
        number = 0
        while not over.is_set():
            number += 1
            text = f"How do bees find home, take {number}?"
            room.ask(f"visitor-{number}", text)
            acknowledged.append(text)

    asking = threading.Thread(target=keep_asking)
    asking.start()
    try:
        for number in range(20):
            before, copy = list(acknowledged), tmp_path / f"{number}.sqlite3"
            back_up(sqlite_url, copy)
            found = texts(copy)
            assert found[: len(before)] == before
            assert beside(copy) == [copy.name]  # one file is all
    finally:
        over.set()
        asking.join()
    assert len(found) > 1


def test_a_backup_is_for_nobody_else_to_read(backup):
    assert backup.stat().st_mode & 0o777 == 0o600


def test_a_backup_that_has_no_room_leaves_the_old_one(backup, sqlite_url, engine):
    make_question(engine, "And is this one?")

    with no_room(), pytest.raises(Refused, match="could not be made"):
        back_up(sqlite_url, backup)

    assert texts(backup) == ["Is this one kept?"]
    assert beside(backup) == [backup.name]


def test_what_is_put_back_is_there_and_what_was_there_is_kept(backup, sqlite_url, database, engine):
    make_question(engine, "Asked after the backup.")  # in the write-ahead log alone

    kept = restore(sqlite_url, backup, NOW)
    engine.dispose()

    assert texts(database) == ["Is this one kept?"]
    assert kept == database.with_name("companion.sqlite3.replaced-20260305-120000")
    assert texts(kept) == ["Is this one kept?", "Asked after the backup."]
    assert count_rows(engine, Question) == 1


def test_a_backup_is_put_back_where_there_is_nothing(backup, tmp_path):
    elsewhere = tmp_path / "elsewhere.sqlite3"

    assert restore(f"sqlite:///{elsewhere}", backup, NOW) is None
    assert texts(elsewhere) == ["Is this one kept?"]


def no_file(path: Path) -> None:
    path.unlink()


def only_words(path: Path) -> None:
    path.write_text("These are only words. " * 500)


def another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bees (id)")


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.mark.parametrize("spoil", [no_file, only_words, another_program, newer, half])
def test_what_is_no_backup_is_refused_and_nothing_changes(
    spoil, backup, sqlite_url, database, engine
):
    make_question(engine, "Asked after the backup.")
    spoil(backup)

    with pytest.raises(Refused):
        restore(sqlite_url, backup, NOW)

    assert texts(database) == ["Is this one kept?", "Asked after the backup."]
    assert not list(database.parent.glob("*.replaced-*"))


def test_a_database_that_is_served_is_not_replaced(backup, sqlite_url):
    held = sqlite.hold(sqlite_url)

    with pytest.raises(ConfigError, match=rf"process {os.getpid()} serves .* already"):
        restore(sqlite_url, backup, NOW)

    os.close(held)
    assert restore(sqlite_url, backup, NOW)


def test_one_backup_is_made_each_day_and_a_week_of_them_is_kept(database, engine):
    make_question(engine)
    day = datetime.now(UTC)
    made = []
    for _ in range(KEPT + 3):
        made.append(back_up_daily(database, day))
        os.utime(made[-1], (day.timestamp(), day.timestamp()))
        assert back_up_daily(database, day + timedelta(hours=23)) is None
        day += timedelta(days=1)

    assert sorted(folder_of(database).iterdir()) == made[-KEPT:]
    assert newest(database)[0] == made[-1]


def test_a_postgresql_database_is_for_its_own_programs(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "program", lambda _name: None)

    with pytest.raises(ConfigError, match="pg_dump is not installed"):
        back_up("postgresql+psycopg://ada@/name", tmp_path / "kept")
    with pytest.raises(ConfigError, match="pg_restore --clean"):
        restore("postgresql+psycopg://ada@/name", tmp_path / "kept", NOW)


def test_whoever_serves_is_told_where_the_backups_are_and_how_old(database, engine, make_settings):
    def told() -> str:
        return about_backups(make_settings())

    assert told() == f"Backups: none yet; one will be made each day in {folder_of(database)}"
    made = back_up_daily(database, datetime.now(UTC))
    for hours, words in ((0, "0 hours"), (5, "5 hours"), (75, "3 days")):
        at = (datetime.now(UTC) - timedelta(hours=hours)).timestamp()
        os.utime(made, (at, at))
        assert told() == f"Backups: the last one is {words} old: {made}"
