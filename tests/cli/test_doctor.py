"""What is wrong is found, each with what to do about it; what is right is left in peace."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from companion.cli import checks, main
from companion.cli.settings_file import NAME
from companion.secret_key import secret_key
from companion.settings import read_settings
from companion.store import sqlite
from companion.store.backup import back_up_daily, folder_of
from companion.talks import PageOptions, Programme
from companion.talks.kept import KeptPages
from companion.talks.programme import FIRST_BATCH
from tests.support.live import eventually
from tests.support.talks import render_here, write_talk

KEY = "0123456789abcdef-of-the-tests"
MANY_DAYS = timedelta(days=9)


class Place:
    """A set-up as it should be: a database that has been served, its key, and a backup."""

    def __init__(self, folder: Path, template: Path) -> None:
        folder.chmod(0o755)
        self.talks, self.database = folder / "talks", folder / "companion.sqlite3"
        self.talks.mkdir(mode=0o755)
        write_talk(self.talks)
        shutil.copyfile(template, self.database)
        self.database.chmod(0o600)
        self.env = {
            "COMPANION_TALKS": str(self.talks),
            "COMPANION_DATABASE_URL": f"sqlite:///{self.database}",
            "COMPANION_ORIGINS": "https://qa.example.org",
            "COMPANION_PROXIES": "1",
        }
        secret_key(read_settings(self.env))
        self.key = folder / "companion.sqlite3.key"
        self.backup = back_up_daily(self.database, datetime.now(UTC))

    def execute(self, sql: str) -> None:
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(sql)


@pytest.fixture
def place(tmp_path, template_database):
    return Place(tmp_path, template_database)


def doctor(place: Place, *arguments: str) -> tuple[int, list[str]]:
    """Return how it exits, and what it says."""
    runner = CliRunner(env={**place.env, "COMPANION_PORT": "8000"})
    before = dict(os.environ)
    done = runner.invoke(main, ["doctor", *arguments], catch_exceptions=False)
    assert dict(os.environ) == before
    said = done.stdout.splitlines()
    return done.exit_code, [line for line in said if not line.startswith("Server: ")]


def open_settings(place: Place) -> None:
    place.env["COMPANION_DATA_FOLDER"] = str(place.database.parent)
    (place.database.parent / NAME).touch(mode=0o644)


def broken_page(place: Place) -> None:
    write_talk(place.talks, "broken", front="title: Never\n")


def open_database(place: Place) -> None:
    place.database.chmod(0o644)


def open_secret(place: Place) -> None:
    place.key.chmod(0o640)


def short_secret(place: Place) -> None:
    place.key.write_text("abc\n")


def short_secret_setting(place: Place) -> None:
    place.env["COMPANION_SECRET_KEY"] = "abc"


def open_backups(place: Place) -> None:
    folder_of(place.database).chmod(0o755)


def open_folder(place: Place) -> None:
    place.talks.chmod(0o777)


def no_folder(place: Place) -> None:
    place.env["COMPANION_TALKS"] = str(place.talks / "nowhere")


def future(place: Place) -> None:
    place.execute(
        "INSERT INTO talk (slug, key, revision, public_revision) VALUES ('talk', 'k', 0, 0)"
    )
    place.execute(
        "INSERT INTO action (talk_id, at, role, what, who, undone, before)"
        " VALUES (1, '2199-01-01 00:00:00.000000', 'moderator', 'pinned', '', 0, '')"
    )


def file_from_the_future(place: Place) -> None:
    late = (datetime.now(UTC) + timedelta(days=1)).timestamp()
    os.utime(place.database, (late, late))


def plain_http(place: Place) -> None:
    place.env["COMPANION_ORIGINS"] = "http://qa.example.org"


def public_second(place: Place) -> None:
    place.env["COMPANION_ORIGINS"] = "http://localhost:8000,https://qa.example.org"


def no_proxy(place: Place) -> None:
    place.env["COMPANION_PROXIES"] = "0"


def proxy_to_nowhere(place: Place) -> None:
    del place.env["COMPANION_ORIGINS"]


def no_limits(place: Place) -> None:
    place.env["COMPANION_RATE_LIMITS"] = "off"


def behind(place: Place) -> None:
    place.execute("UPDATE alembic_version SET version_num = '0004'")


def ahead(place: Place) -> None:
    place.execute("UPDATE alembic_version SET version_num = '9999'")


def damaged(place: Place) -> None:
    os.truncate(place.database, place.database.stat().st_size // 2)


def orphans(place: Place) -> None:
    place.execute("INSERT INTO vote VALUES (999, 'somebody', '2026-01-01 12:00:00')")


def old_backup(place: Place) -> None:
    long_ago = (datetime.now(UTC) - MANY_DAYS).timestamp()
    os.utime(place.backup, (long_ago, long_ago))


def no_backup(place: Place) -> None:
    old_backup(place)
    os.utime(place.key, (place.backup.stat().st_mtime,) * 2)
    place.backup.unlink()


def no_redis(place: Place) -> None:
    place.env["COMPANION_REDIS_URL"] = "redis://127.0.0.1:1/0"


def deaf_webhook(place: Place) -> None:
    place.execute(
        "INSERT INTO webhook (url, events, generation, made_at)"
        " VALUES ('https://receiver.example.org/secret', 'asked', 0, '2026-01-01 12:00:00.000000')"
    )
    place.execute(
        "WITH found (attempts, done_at, delivered) AS (VALUES"
        " (1, '2026-01-01 12:00:00.000000', 1), (8, '2026-01-02 12:00:00.000000', 0), (3, NULL, 0))"
        " INSERT INTO delivery (webhook_id, message_id, event, talk, at, due_at, attempts, done_at,"
        " delivered, result) SELECT 1, 'msg_' || attempts, 'asked', 'talk',"
        " '2026-01-01 12:00:00.000000', '2026-01-01 13:00:00.000000', attempts, done_at,"
        " delivered, '500' FROM found"
    )


SEEDED: dict[Callable[[Place], None], tuple[str, str, checks.Check | None]] = {
    open_settings: ("may read or change", "chmod go-rwx", checks._private_settings),
    broken_page: ("broken: broken.md", "companion talks check", checks._pages),
    open_database: ("may read", "chmod go-rwx", checks._private_database),
    open_secret: ("may read the secret key", "chmod go-rwx", checks._private_secret),
    short_secret: ("too short", "use at least", checks._private_secret),
    short_secret_setting: ("COMPANION_SECRET_KEY: too short", "use at least", None),
    open_backups: ("may read", "chmod -R go-rwx", checks._private_backups),
    open_folder: ("may put files into", "chmod o-w", checks._folders_of_our_own),
    no_folder: ("is not a folder", "name the one", None),
    future: ("still to come", "NTP", checks._clock),
    file_from_the_future: ("still to come", "NTP", checks._clock),
    plain_http: ("people come by http://qa.example.org", "serve it by https", checks._addresses),
    public_second: ("is the public one", "name it first", checks._addresses),
    no_proxy: ("COMPANION_PROXIES", "set it to 1", checks._proxies),
    proxy_to_nowhere: ("COMPANION_PROXIES", "name it", checks._proxies),
    no_limits: ("one script can fill", "turn them on", checks._limits),
    behind: ("not up to date", "companion db upgrade", checks._revision),
    ahead: ("a newer version", "install that one", checks._revision),
    damaged: ("is damaged", "companion restore", checks._whole),
    orphans: ("1 rows belong to nothing", "companion restore", checks._whole),
    old_backup: ("no backup was made since", "companion backup FILE", checks._backups),
    no_backup: ("no backup was made since", "companion backup FILE", checks._backups),
    deaf_webhook: (
        "webhook 1 does not take what it is told (1 to be sent, the oldest since 2026-01-01 12:00 "
        "UTC; 1 given up in the last week)",
        "companion webhook log 1",
        checks._revision,
    ),
    no_redis: ("does not answer", "start it", checks._redis),
}


def test_a_right_set_up_has_nothing_wrong(place):
    assert doctor(place) == (
        0,
        [
            f"Backups: the last one is 0 hours old: {place.backup}",
            "Nothing is wrong, as far as can be seen from here.",
        ],
    )


def test_so_has_one_that_has_not_been_served_yet(tmp_path):
    (tmp_path / "talks").mkdir(mode=0o755)
    bare = Place.__new__(Place)
    bare.env = {
        "COMPANION_TALKS": str(tmp_path / "talks"),
        "COMPANION_DATABASE_URL": f"sqlite:///{tmp_path}/new.sqlite3",
    }

    code, said = doctor(bare)

    assert (code, said[-1]) == (0, "Nothing is wrong, as far as can be seen from here.")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["talks"]


def test_a_webhook_that_takes_again_what_it_is_told_is_left_in_peace(place):
    deaf_webhook(place)
    place.execute("UPDATE delivery SET delivered = 1, done_at = at WHERE id = 3")

    assert doctor(place)[0] == 0


@pytest.mark.parametrize("seed", SEEDED, ids=lambda seed: seed.__name__)
def test_what_is_wrong_is_found_with_what_to_do_about_it(seed, place):
    seed(place)

    code, said = doctor(place)

    found = [line for line in said if not line.startswith("Backups: ")]
    wrong, fix, _ = SEEDED[seed]
    assert code == 1
    assert any(wrong in line and fix in line for line in found), said
    assert len(found) == (2 if seed is damaged else 1), said


def test_bodies_that_a_server_has_rendered_are_not_rendered_again(place, monkeypatch):
    monkeypatch.setattr(checks, "BODIES_SECONDS", 0)
    for number in range(FIRST_BATCH):
        write_talk(place.talks, f"talk-{number}")
    broken_page(place)
    settings = read_settings(place.env)
    before = checks._read(settings)

    keyed = replace(settings, secret_key=secret_key(settings))
    kept = KeptPages.beside(place.database, keyed, writes=True)
    Programme(place.talks, PageOptions.of(settings), render=render_here, kept=kept).refresh()
    after = checks._read(settings)

    assert (before.is_waiting, after.is_waiting) == (True, False)
    assert before.problems() == after.problems()
    assert len(doctor(place)[1]) == 2  # the broken one, and where the backups are


def test_all_that_is_wrong_is_said_at_once(place):
    seeds = (open_database, open_secret, open_backups, open_folder, future)
    seeds += (plain_http, no_limits, behind, old_backup, no_redis)
    for seed in seeds:
        seed(place)

    code, said = doctor(place)

    assert code == 1
    assert [line.partition(". ")[0] for line in said[1:]] == [str(n + 1) for n in range(10)]
    for seed in seeds:
        assert any(all(words in line for words in SEEDED[seed][:2]) for line in said), seed


def test_which_process_serves_is_said(place):
    settings = read_settings(place.env)
    assert checks.about_server(settings) == f"Server: none serves {place.database}"

    held = sqlite.hold(settings.database_url)

    assert checks.about_server(settings) == f"Server: process {os.getpid()} serves {place.database}"
    assert held
    os.close(held)
    assert checks.about_server(settings) == f"Server: none serves {place.database}"


def test_a_disk_without_room_is_found(place, monkeypatch):
    monkeypatch.setattr(sqlite, "ENOUGH", 2**80)

    code, said = doctor(place)

    assert (code, len(said)) == (1, 2)
    assert "the disk has only" in said[1]


def test_a_file_system_that_keeps_no_log_is_found(place, monkeypatch):
    monkeypatch.setattr(sqlite, "PRAGMAS", ("journal_mode=DELETE", "synchronous=OFF"))

    code, said = doctor(place)

    assert (code, len(said)) == (1, 3)
    assert said[1].startswith("1. SQLite's journal_mode is delete and not wal")


@pytest.mark.slow
def test_few_open_files_are_found(place):
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))

    command = [sys.executable, "-m", "companion", "doctor"]
    done = subprocess.run(
        command, env=os.environ | place.env, preexec_fn=limit, capture_output=True, check=False
    )

    assert done.returncode == 1
    assert b"only 200 files may be open" in done.stdout
    assert b"LimitNOFILE=" in done.stdout


@pytest.fixture
def on_postgres(postgres, migrated_postgres, folder) -> Iterator[Place]:
    """Return a set-up with a PostgreSQL server that keeps what it acknowledges."""
    place = Place.__new__(Place)
    place.env = {
        "COMPANION_TALKS": str(folder),
        "COMPANION_DATABASE_URL": postgres.url(migrated_postgres),
        "COMPANION_SECRET_KEY": KEY,
    }
    with postgres.careful():
        yield place


@pytest.mark.slow
def test_a_careful_postgresql_has_nothing_wrong(on_postgres):
    assert doctor(on_postgres) == (
        0,
        [
            "Backups of PostgreSQL are yours to make, as with: companion backup FILE",
            "Nothing is wrong, as far as can be seen from here.",
        ],
    )


@pytest.mark.slow
def test_more_workers_than_postgresql_has_connections_for_are_found(on_postgres):
    on_postgres.env |= {"COMPANION_WORKERS": "7", "COMPANION_REDIS_URL": "redis://127.0.0.1:1"}

    _, (_, found, *_) = doctor(on_postgres)

    assert found == (
        "1. PostgreSQL takes 97 connections, and COMPANION_WORKERS=7 may need 133; run: "
        "ALTER SYSTEM SET max_connections = 146; then start it anew, or serve with fewer workers"
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_postgresql_that_may_lose_what_it_acknowledged_is_found(name, on_postgres, postgres):
    postgres.set(f"{name}=off")

    code, said = doctor(on_postgres)

    assert (code, len(said)) == (1, 2)
    assert said[1].startswith(f"1. PostgreSQL's {name} is off")
    advice = said[1].partition("; run: ")[2]
    for statement in advice.split("; then: "):
        postgres.run(statement)
    assert eventually(lambda: doctor(on_postgres)[0] == 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "where", ["DATABASE {database}", "ROLE {user}", "ROLE {user} IN DATABASE {database}"]
)
def test_the_fix_is_for_where_it_was_turned_off(where, on_postgres, postgres):
    address = sa.make_url(on_postgres.env["COMPANION_DATABASE_URL"])
    there = where.format(database=address.database, user=address.username)
    postgres.run(f"ALTER {there} SET synchronous_commit = off")

    code, said = doctor(on_postgres)
    postgres.run(said[-1].partition("; run: ")[2])
    mended, _ = doctor(on_postgres)
    postgres.run(f"ALTER {there} RESET synchronous_commit")

    assert (code, mended, len(said)) == (1, 0, 2)


@pytest.mark.slow
def test_what_an_address_turns_off_is_found_there(on_postgres):
    address = sa.make_url(on_postgres.env["COMPANION_DATABASE_URL"])
    careless = address.update_query_dict({"options": "-c synchronous_commit=off"})
    on_postgres.env["COMPANION_DATABASE_URL"] = careless.render_as_string(hide_password=False)

    code, said = doctor(on_postgres)

    assert (code, len(said)) == (1, 2)
    assert "take it out of COMPANION_DATABASE_URL" in said[1]


@pytest.mark.slow
def test_a_postgresql_that_does_not_answer_is_found(on_postgres):
    on_postgres.env["COMPANION_DATABASE_URL"] = "postgresql://ada:s3cret@127.0.0.1:1/qa"

    code, said = doctor(on_postgres)

    assert (code, len(said)) == (1, 2)
    assert "the database does not answer" in said[1]
    assert "s3cret" not in said[1]


def test_every_check_has_something_that_it_finds():
    found = {of.__name__ for _, _, of in SEEDED.values() if of}

    assert {check.__name__ for check in checks.CHECKS} - found == {"_room", "_files"}  # above
