"""What whoever runs a server gives to programs: tokens, and webhooks."""

import os

import pytest
from click.testing import CliRunner, Result

from companion.cli import main
from companion.store.models import ApiToken
from tests.support.factories import count_rows
from tests.support.receiver import receiving

pytestmark = pytest.mark.slow


@pytest.fixture
def run(folder, database_url, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMPANION_TALKS", str(folder))
    monkeypatch.setenv("COMPANION_DATABASE_URL", database_url)
    monkeypatch.setenv("COMPANION_SECRET_KEY", "0123456789abcdef-of-the-tests")

    def run_command(*arguments: str) -> Result:
        before = dict(os.environ)
        try:
            return CliRunner().invoke(main, arguments, catch_exceptions=False)
        finally:
            os.environ.clear()
            os.environ.update(before)

    return run_command


def told(result: Result) -> str:
    assert result.exit_code == 0, result.stderr
    return result.stdout.strip()


def refusal(result: Result) -> str:
    assert (result.exit_code, result.stdout) == (2, "")
    return result.stderr


def test_a_token_is_made_listed_and_revoked(run, app, engine):
    token = told(run("token", "create", "the archive", "--expires", "30"))

    assert token.startswith("companion_")
    assert len(token) > 40
    header = {"Authorization": f"Bearer {token}"}
    address = "/api/v1/talks/talk/board?declined=1"
    client = app.test_client()
    assert client.get(address, base_url="http://localhost:8000", headers=header).status_code == 200
    line = told(run("token", "list"))
    assert line.startswith("the archive  made 20")
    assert "used 2026-03-05" in line
    assert token not in line
    assert "already" in refusal(run("token", "create", "the archive"))
    assert told(run("token", "revoke", "the archive")) == "Revoked the archive."
    assert count_rows(engine, ApiToken) == 0
    assert client.get(address, base_url="http://localhost:8000", headers=header).status_code == 401
    assert told(run("token", "list")) == "There are no tokens."
    assert "no token called" in refusal(run("token", "revoke", "the archive"))


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_token_has_a_name_that_can_be_told_apart(run, name):
    assert "1 to 60 characters" in refusal(run("token", "create", name))


def test_a_webhook_is_added_tested_changed_and_removed(run):
    assert told(run("webhook", "list")) == "There are no webhooks: nobody is told anything."
    with receiving() as receiver:
        secret = told(run("webhook", "add", receiver.url, "--events", "answered, asked"))
        assert told(run("webhook", "list")) == f"1  {receiver.url}  asked,answered"
        assert told(run("webhook", "test", "1")) == "Webhook 1 answered: 204"
        [one] = receiver.heard
        assert (one.said["type"], one.said["data"]) == ("test", {})
        assert one.is_signed_with(secret)
        receiver.answers = [500]
        failed = run("webhook", "test", "1")
        assert (failed.exit_code, failed.stdout) == (1, "Webhook 1 answered: 500\n")
    assert "ConnectionRefusedError" in run("webhook", "test", "1").stdout
    assert told(run("webhook", "rotate", "1")) not in ("", secret)
    assert "Nothing has happened" in told(run("webhook", "log", "1"))
    assert told(run("webhook", "remove", "1")) == "Removed 1."
    for name in ("test", "log", "remove", "rotate"):
        assert "no webhook 1" in refusal(run("webhook", name, "1"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("http://receiver.example/",), "use one of https"),
        (("https://receiver.example/", "--events", "voted"), "no event voted"),
        (("https://receiver.example/", "--events", " , "), "name some of asked"),
    ],
)
def test_what_cannot_be_meant_is_refused(run, arguments, said):
    assert said in refusal(run("webhook", "add", *arguments))
