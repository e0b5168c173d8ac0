"""An upgrade is a start, with a backup before; the way back is that backup and the old version."""

import sqlite3
from contextlib import closing
from pathlib import Path

import flask_migrate
import pytest
from click.testing import CliRunner

from companion.app import build, release
from companion.cli import main
from companion.store.migrate import prepare_migrations, revisions

pytestmark = pytest.mark.slow
BEFORE, NEWEST = revisions()[-2:]
TALK = (
    "INSERT INTO talk (slug, key, revision, public_revision) VALUES ('talk', 'a-key', 1, 1)",
    "INSERT INTO question (talk_id, key, author, kind, text, detail, name, status, votes, asked_at)"
    " VALUES (1, 'k', 'a', 'question', ?, '', '', 'open', 1, '2026-03-05 12:00:00.000000')",
    "INSERT INTO vote (question_id, voter, voted_at) VALUES (1, 'b', '2026-03-05 12:01:00.000000')",
)
TEXT = "Asked with the old version?"


@pytest.fixture
def series(tmp_path: Path, make_settings, folder) -> Path:
    """Return the database of a series that the last version has served, with a question in it."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    path = data / "companion.sqlite3"
    app = prepare_migrations(build(make_settings(database_url=f"sqlite:///{path}")))
    with app.app_context():
        flask_migrate.upgrade(revision=BEFORE)
    release(app)
    with closing(sqlite3.connect(path)) as old, old:
        for statement in TALK:
            old.execute(statement, (TEXT,) if "?" in statement else ())
    return path


def asked(path: Path) -> tuple[str, list[str], int]:
    """Return a database's revision, its questions and how many votes there are."""
    with closing(sqlite3.connect(path)) as found:
        [(revision,)] = found.execute("SELECT version_num FROM alembic_version")
        texts = [text for (text,) in found.execute("SELECT text FROM question ORDER BY id")]
        [(votes,)] = found.execute("SELECT count(*) FROM vote")
    return revision, texts, votes


def test_a_series_goes_to_this_version_and_back(series, folder, monkeypatch):
    monkeypatch.setenv("COMPANION_DATA_FOLDER", str(series.parent))
    monkeypatch.setenv("COMPANION_TALKS", str(folder))
    old = asked(series)
    assert old == (BEFORE, [TEXT], 1)

    exported = CliRunner().invoke(main, ["export", "talk", "--format", "csv"])

    assert (exported.exit_code, TEXT in exported.stdout) == (0, True)
    assert asked(series) == (NEWEST, [TEXT], 1)
    backup = series.with_name(f"companion.sqlite3.before-{BEFORE}")
    assert asked(backup) == old
    with closing(sqlite3.connect(series)) as now, now:
        now.execute("UPDATE question SET text = 'Changed with the new version?'")

    back = CliRunner().invoke(main, ["restore", str(backup)])

    assert back.exit_code == 0, back.output
    assert asked(series) == old
    [aside] = series.parent.glob("companion.sqlite3.replaced-*[0-9]")
    assert f"What was there before: {aside}" in back.stdout
    assert asked(aside) == (NEWEST, ["Changed with the new version?"], 1)


def test_the_old_version_knows_that_it_cannot_serve_what_the_new_one_has_made(
    series, folder, monkeypatch
):
    monkeypatch.setattr("companion.store.migrate.revisions", lambda: revisions()[:-1])
    monkeypatch.setenv("COMPANION_DATA_FOLDER", str(series.parent))
    monkeypatch.setenv("COMPANION_TALKS", str(folder))
    with closing(sqlite3.connect(series)) as now, now:
        now.execute("UPDATE alembic_version SET version_num = ?", (NEWEST,))

    refused = CliRunner().invoke(main, ["links", "talk"])

    assert refused.exit_code == 2
    assert f"a newer version has made this database (revision {NEWEST})" in refused.stderr
