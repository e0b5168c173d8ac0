import shutil
import sqlite3
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from companion.app import build
from companion.paths import resource_dir
from companion.settings import ConfigError
from companion.store.engine import Base, db
from companion.store.migrate import bring_up_to_date, prepare_migrations, revisions
from companion.store.models import Question
from tests.support.factories import count_rows, make_question

pytestmark = pytest.mark.slow

TABLES = {"alembic_version", *Base.metadata.tables}
NEWEST = ScriptDirectory(str(resource_dir("migrations"))).get_current_head()


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """Return the name of a database file that is not there yet."""
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder / "new.sqlite3"


def app_with(make_settings, url: str):
    return build(make_settings(database_url=url, talks=str(resource_dir("migrations"))))


def tables(path: Path) -> set[str]:
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in found} - {"sqlite_sequence"}


def test_a_new_file_is_made_without_a_backup(make_settings, empty):
    assert bring_up_to_date(app_with(make_settings, f"sqlite:///{empty}")) == ""

    assert tables(empty) == TABLES
    assert sorted(path.suffix for path in empty.parent.iterdir() if "before" in path.name) == []


def test_what_is_up_to_date_is_left_alone(make_settings, sqlite_url, engine):
    make_question(engine)

    assert bring_up_to_date(app_with(make_settings, sqlite_url)) == ""
    assert count_rows(engine, Question) == 1


@pytest.fixture
def newer_migration(tmp_path, monkeypatch):
    """Have the migrations beside the package be followed by one more."""
    copy = tmp_path / "package" / "migrations"
    shutil.copytree(resource_dir("migrations"), copy)
    (copy / "versions" / "9999_more.py").write_text(
        'import sqlalchemy as sa\nfrom alembic import op\n\nrevision = "9999"\n'
        f'down_revision = "{NEWEST}"\n\n\ndef upgrade():\n'
        '    op.add_column("talk", sa.Column("more", sa.Text))\n\n\ndef downgrade():\n'
        '    op.drop_column("talk", "more")\n'
    )
    for name in ("static", "templates"):
        (copy.parent / name).symlink_to(resource_dir(name))
    monkeypatch.setattr("companion.paths.PACKAGE", copy.parent)
    return copy


def test_a_file_that_is_behind_is_backed_up_and_migrated(
    newer_migration, make_settings, tmp_path, sqlite_url, engine
):
    make_question(engine, "Is this kept?")

    backup = bring_up_to_date(app_with(make_settings, sqlite_url))

    assert backup == str(tmp_path / f"companion.sqlite3.before-{NEWEST}")
    with engine.connect() as connection:
        assert "more" in {c["name"] for c in sa.inspect(connection).get_columns("talk")}
    with sqlite3.connect(tmp_path / backup) as before:
        assert before.execute("SELECT text FROM question").fetchall() == [("Is this kept?",)]
        assert before.execute("SELECT version_num FROM alembic_version").fetchall() == [(NEWEST,)]


def test_an_older_backup_of_the_same_name_gives_way(
    newer_migration, make_settings, tmp_path, sqlite_url
):
    (tmp_path / f"companion.sqlite3.before-{NEWEST}").write_text("an attempt that was broken off")

    backup = bring_up_to_date(app_with(make_settings, sqlite_url))

    assert tables(tmp_path / backup) == TABLES


def test_a_postgresql_database_is_migrated_by_whoever_runs_it(make_settings, postgres):
    name = postgres.new()
    app = app_with(make_settings, postgres.url(name))

    with pytest.raises(ConfigError, match=r"not up to date; run: companion db upgrade$"):
        bring_up_to_date(app)
    prepare_migrations(app)
    with app.app_context():
        flask_migrate.upgrade()
        assert bring_up_to_date(app) == ""
        db.engine.dispose()
    postgres.drop(name)


def complaint(make_settings, url: str) -> str:
    with pytest.raises(ConfigError) as refusal:
        bring_up_to_date(app_with(make_settings, url))
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def test_a_database_that_does_not_answer(make_settings, tmp_path):
    line = complaint(make_settings, f"postgresql://ada@/name?host={tmp_path}")

    assert line.startswith("COMPANION_DATABASE_URL: the database does not answer: ")


def test_a_database_that_is_not_there(make_settings, postgres):
    line = complaint(make_settings, postgres.url("no_such_database"))

    assert line.startswith("COMPANION_DATABASE_URL: the database does not answer: ")
    assert '"no_such_database" does not exist' in line


def test_a_file_that_is_no_database(make_settings, empty):
    empty.write_text("These are only words. " * 500)

    assert complaint(make_settings, f"sqlite:///{empty}") == (
        "COMPANION_DATABASE_URL: the database does not answer: file is not a database"
        "; name another one, or put a backup back with: companion restore FILE"
    )


def test_a_file_that_is_a_folder(make_settings, empty):
    empty.mkdir()

    assert complaint(make_settings, f"sqlite:///{empty}") == (
        "COMPANION_DATABASE_URL: the database does not answer: unable to open database file"
        "; name another one, or put a backup back with: companion restore FILE"
    )


def test_a_database_that_a_newer_version_has_made(make_settings, sqlite_url, engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    line = complaint(make_settings, sqlite_url)

    assert line.startswith("COMPANION_DATABASE_URL: a newer version has made this database")
    assert "9999" in line


def test_the_revisions_known_are_those_of_the_migrations():
    script = ScriptDirectory(str(resource_dir("migrations")))
    walked = [known.revision for known in script.walk_revisions("base", "heads")]

    assert revisions() == walked[::-1]
