"""The database's file is its owner's alone."""

import pytest
import sqlalchemy as sa

from companion.settings import ConfigError
from companion.store.engine import prepare
from companion.store.sqlite import keep_private


def modes(path):
    return {
        file.name: oct(file.stat().st_mode & 0o777) for file in path.parent.glob(f"{path.name}*")
    }


def test_a_new_database_is_its_owners_alone(tmp_path):
    path = tmp_path / "new.sqlite3"
    engine = sa.create_engine(f"sqlite:///{path}")
    prepare(engine, writing=True)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE bee (id INTEGER)")
        assert modes(path) == dict.fromkeys(
            ("new.sqlite3", "new.sqlite3-wal", "new.sqlite3-shm"), "0o600"
        )
    engine.dispose()


def test_one_that_others_may_read_is_closed_to_them(tmp_path):
    path, log = tmp_path / "old.sqlite3", tmp_path / "old.sqlite3-wal"
    for file in (path, log):
        file.touch(mode=0o644)

    keep_private(f"sqlite:///{path}")

    assert modes(path) == {"old.sqlite3": "0o600", "old.sqlite3-wal": "0o600"}


@pytest.fixture
def theirs(tmp_path, monkeypatch):
    """Return a database that everybody may read and whose mode is not ours to change."""

    def refuse(*_):
        raise PermissionError

    path = tmp_path / "theirs.sqlite3"
    path.touch(mode=0o644)
    monkeypatch.setattr("pathlib.Path.chmod", refuse)
    return path


def test_one_that_cannot_be_closed_is_refused(theirs):
    with pytest.raises(ConfigError, match="chmod go-rwx"):
        keep_private(f"sqlite:///{theirs}")


def test_one_that_can_only_be_read_here_is_served_as_it_is(theirs, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)

    keep_private(f"sqlite:///{theirs}")


def test_there_is_nothing_to_close_elsewhere():
    keep_private("postgresql://localhost/companion")
    keep_private("sqlite:////nowhere/at/all.sqlite3")
