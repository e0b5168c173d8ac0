"""The commands for the database: its tables, its backups, and what is deleted."""

import os
import sqlite3

import pytest

from companion.store.migrate import revisions
from companion.store.sqlite import hold
from tests.support.commands import refused

pytestmark = pytest.mark.slow


def test_the_database_commands_work(run, tmp_path):
    new = tmp_path / "new.sqlite3"

    for command in ("upgrade", "current", "check"):
        result = run("db", command, COMPANION_DATABASE_URL=f"sqlite:///{new}")
        assert result.exit_code == 0, (command, result.output)

    with sqlite3.connect(new) as connection:
        assert connection.execute("SELECT count(*) FROM question").fetchall() == [(0,)]


def test_a_change_of_the_database_by_hand_makes_the_backup_that_serve_makes(run, tmp_path):
    revision = max(revisions())
    backup = tmp_path / f"companion.sqlite3.before-{revision}"

    for command in ("upgrade", "downgrade"):
        result = run("db", command)

        assert result.exit_code == 0, result.output
        assert f"As it was before: {backup}" in result.stdout
        with sqlite3.connect(backup) as connection:
            assert connection.execute("SELECT * FROM alembic_version").fetchall() == [(revision,)]
        backup.unlink()


def test_a_change_that_cannot_be_made_names_the_backup_and_the_command(run, tmp_path):
    with sqlite3.connect(tmp_path / "companion.sqlite3", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        result = run("db", "downgrade")

    assert result.exit_code == 2
    backup = tmp_path / f"companion.sqlite3.before-{max(revisions())}"
    assert result.stderr.endswith(
        "the database could not be changed: database is locked; "
        f"put it back with: companion restore {backup}\n"
    )


def test_a_backup_is_made_and_put_back(run, tmp_path):
    kept, database = tmp_path / "kept.sqlite3", tmp_path / "companion.sqlite3"

    saved = run("backup", str(kept))
    refusal = refused(run("backup", str(database)))
    restored = run("restore", str(kept))

    assert f"put back with: companion restore {kept}" in saved.stdout
    assert f"Keep {database}.key with it" in saved.stdout
    assert "is the database itself" in refusal
    assert "What was there before: " in restored.stdout
    assert "There is no file" in refused(run("restore", str(tmp_path / "nothing")))
    assert "there is no database" in refused(
        run("backup", str(kept), COMPANION_DATABASE_URL=f"sqlite:///{tmp_path}/nothing.sqlite3")
    )


def test_where_there_is_nothing_to_delete_purge_says_so(run):
    assert run("purge").stdout == "There is nothing to delete.\n"
    assert refused(run("purge", "--talk", "nowhere")) == (
        "nothing is kept of a talk called nowhere; run: companion talks list"
    )


@pytest.mark.parametrize("command", ["upgrade", "downgrade"])
def test_a_database_that_is_served_is_not_changed(run, sqlite_url, command):
    run("db", "upgrade")
    held = hold(sqlite_url)

    refusal = refused(run("db", command))

    os.close(held)
    assert refusal.startswith(f"process {os.getpid()} serves ")
    assert refusal.endswith("; stop it first")
    assert run("db", "check").exit_code == 0


def test_the_database_commands_refuse_as_all_others_do(run):
    assert refused(run("db", "current", COMPANION_PORT="no")).startswith("COMPANION_PORT: ")
