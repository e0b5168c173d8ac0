"""`companion organiser`, as it is typed."""

import re

import pytest
from click.testing import CliRunner, Result

from companion.cli import main
from tests.support.organisers import (
    add_passkey,
    choose_password,
    enter_by,
    first_organiser,
    sign_in,
)
from tests.support.pages import Browser

pytestmark = pytest.mark.slow
LINK = re.compile(r"http://127\.0\.0\.1:8000/enter#[\w-]{22}$")


@pytest.fixture
def organiser(folder, database_url, monkeypatch):
    """Return what runs the command on the database of the test."""
    given = {"TALKS": str(folder), "DATABASE_URL": database_url, "PASSWORD_MIB": "1"}
    given["SECRET_KEY"] = "0123456789abcdef-of-the-tests"
    for name, value in given.items():
        monkeypatch.setenv(f"COMPANION_{name}", value)

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, ["organiser", *words])

    return run


def link_in(done: Result) -> str:
    assert (done.exit_code, done.stderr) == (0, "")
    found = LINK.search(done.stdout.strip())
    assert found, done.stdout
    return found[0]


def test_somebody_is_invited_listed_and_let_in_again(organiser, app, clock):
    assert "Nobody has an account" in organiser("list").stdout
    ivan = enter_by(Browser(app), link_in(organiser("invite", "Ivan")))
    choose_password(ivan)
    add_passkey(ivan)
    assert organiser("list").stdout == "Ivan  password, 1 passkey, signed in 1 time\n"

    link = link_in(organiser("reset", "ivan"))

    assert ivan.get("/organise").status_code == 403
    assert sign_in(Browser(app), "Ivan").status_code == 422
    assert re.fullmatch(r"Ivan  link works until [\d-]{10} [\d:]{5}\n", organiser("list").stdout)
    assert enter_by(ivan, link).get("/organise").status_code == 200


def test_who_is_removed_is_out(organiser, app):
    olga = first_organiser(app)

    assert organiser("remove", "OLGA").stdout == "Olga is no organiser any more.\n"

    assert olga.get("/organise").status_code == 403
    assert "Nobody has an account" in organiser("list").stdout


@pytest.mark.parametrize("words", [("reset", "Nobody"), ("remove", "Nobody"), ("invite", " ")])
def test_what_cannot_be_done_is_said_in_one_line(organiser, words):
    done = organiser(*words)

    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("companion: ")


def test_who_is_one_is_not_invited_again(organiser, app):
    first_organiser(app)

    assert "companion organiser reset" in organiser("invite", "Olga").stderr
