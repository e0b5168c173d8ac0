import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request

import click
import pytest
from click.testing import CliRunner, Result

from companion.app import build
from companion.cli import COMMANDS, main
from companion.cli.serve import greet
from companion.realtime.relay import Relay
from companion.settings import OPTIONS
from companion.store.migrate import revisions
from tests.support.talks import write_talk
from tests.support.valkey import Valkey

pytestmark = pytest.mark.slow
PATIENCE = 30
KEY = "a-key-of-random-characters"


@pytest.fixture
def run(folder, sqlite_url, monkeypatch, tmp_path):
    """Run a command on the usual folder of talks, in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMPANION_TALKS", str(folder))
    monkeypatch.setenv("COMPANION_DATABASE_URL", sqlite_url)

    def run_command(*arguments: str, **env: str) -> Result | subprocess.CompletedProcess[str]:
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        if arguments[0] in ("serve", "demo") and "--help" not in arguments:
            return run_elsewhere(*arguments)
        before = dict(os.environ)
        try:
            return CliRunner().invoke(main, arguments, catch_exceptions=False)
        finally:
            for name in set(os.environ) - set(before):
                del os.environ[name]
            os.environ.update(before)

    return run_command


def run_elsewhere(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run what would patch this process's standard library."""
    command = [sys.executable, "-m", "companion", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    done.exit_code = done.returncode  # type: ignore[attr-defined]
    return done


def refused(result: Result | subprocess.CompletedProcess[str]) -> str:
    """Return the one line with which a command was refused."""
    assert (result.exit_code, result.stdout) == (2, "")
    [line] = result.stderr.splitlines()
    assert line.startswith("companion: ")
    return line.removeprefix("companion: ")


def test_every_command_and_option_says_what_it_is_for(run):
    result = run("--help")

    assert result.exit_code == 0
    assert {"serve", "demo", "talks", "db"} <= set(result.stdout.split())
    serve = run("serve", "--help").stdout
    for option in OPTIONS:
        if option.flag:
            assert option.flag in serve
            assert option.env in serve


def test_every_command_has_help():
    def walk(command: click.Command, path: tuple[str, ...]) -> None:
        assert command.help, path
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                sub = command.get_command(context, name)
                assert sub is not None
                walk(sub, (*path, name))

    walk(main, ())


def test_the_help_says_of_each_command_what_it_says_itself():
    context = click.Context(main)
    for name, words in COMMANDS.items():
        command = main.get_command(context, name)
        assert command is not None
        assert (command.help or "").partition("\n")[0] == words
    assert main.get_command(context, "no-such-command") is None


def test_help_imports_nothing_that_a_command_needs():
    code = (
        "import sys\nfrom companion.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "heavy = {'flask', 'sqlalchemy', 'gevent', 'socketio', 'companion.app'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True
    )

    assert done.stdout.splitlines()[-1] == "[]"


def test_demo_has_its_two_dials(run):
    result = run("demo", "--help")

    assert result.exit_code == 0
    assert {"--starts-in", "--audience", "--port", "--open"} <= set(result.stdout.split())


def test_the_version_is_said(run):
    assert run("--version").stdout.startswith("companion, version 0.")


def test_talks_are_listed_by_their_start(run, folder):
    write_talk(folder, "older", title="An older talk", front="title: {title}\ndate: 2021-07-05\n")
    write_talk(folder, "hidden", extra="published: false\n")

    result = run("talks", "list")

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "older  over  2021-07-05, all day  An older talk",
        f"talk  {result.stdout.splitlines()[1].split()[1]}  "
        "2026-03-05 12:00 to 13:00, Europe/London  A talk about bees",
    ]


def test_no_talks_are_said_to_be_none(run, folder):
    (folder / "talk.md").unlink()

    assert run("talks", "list").stdout == f"There are no published talks in {folder}.\n"


def test_a_page_in_order_is_said_to_be(run):
    result = run("talks", "check")

    assert (result.exit_code, result.stderr) == (0, "Every page is in order.\n")
    head, row = result.stdout.splitlines()
    assert head.split()[:4] == ["FILE", "ADDRESS", "WHEN", "TITLE"]
    assert row.startswith("talk.md  /talks/talk  2026-03-05 12:00 to 13:00, Europe/London")
    assert row.endswith("title: title:2; when: from:4, to:5, date:3")


def test_a_folder_without_a_talk_says_so_and_where_some_may_be(run, folder):
    (folder / "talk.md").unlink()
    (folder / "README.md").write_text("Just text")
    (folder / "_talks").mkdir()
    write_talk(folder / "_talks")

    result = run("talks", "check")

    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines() == [
        "1 page without a day, taken for no talk: README.md",
        f"There is no talk in {folder}.",
        f"There are pages in {folder / '_talks'}: 1; name that folder instead.",
    ]


def test_a_broken_page_is_named_by_file_and_line_and_fails(run, folder):
    broken = write_talk(folder, "broken", front="title: Late\ndate: soon\n")
    undated = write_talk(folder, "undated", front="title: Never\n")

    result = run("talks", "check")

    assert (result.exit_code, result.stderr) == (1, "2 errors\n")
    found = [line.split(": ", 2) for line in result.stdout.splitlines()[:2]]
    assert [(place, kind) for place, kind, _reason in found] == [
        (f"{broken}:3", "error"),
        (f"{undated}:1", "error"),
    ]
    assert all(reason for *_, reason in found)


def test_a_warning_does_not_fail(run, folder):
    frame = '<iframe src="https://www.youtube.com/embed/aaaaaaaaaaa"></iframe>\n'
    write_talk(folder, extra="location: Zoom\n", body=frame)

    result = run("talks", "check", str(folder))

    assert result.exit_code == 0
    assert ": warning: " in result.stdout
    assert "warning" in result.stderr


def test_check_takes_another_folder(run, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    write_talk(other, front="title: Never\n")

    assert run("talks", "check").exit_code == 0
    assert run("talks", "check", str(other)).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--talks", "/no/such/folder"), "COMPANION_TALKS: "),
        (("--database", "mysql://host/name"), "COMPANION_DATABASE_URL: "),
        (("--redis", "http://host"), "COMPANION_REDIS_URL: "),
        (("--port", "http"), "COMPANION_PORT: "),
        (("--port", "70000"), "COMPANION_PORT: "),
        (("--workers", "many"), "COMPANION_WORKERS: "),
        (("--workers", "2"), "COMPANION_REDIS_URL: 2 workers need one"),
        (("--host", "0.0.0.0"), "COMPANION_ORIGINS: "),  # noqa: S104
        (("--database", "postgresql://host/name"), "COMPANION_SECRET_KEY: "),
        (("--database", "sqlite:////dev/null/a.sqlite3"), "COMPANION_DATABASE_URL: "),
    ],
)
def test_serve_refuses_in_one_line_what_cannot_be_meant(run, arguments, complaint):
    assert refused(run("serve", *arguments)).startswith(complaint)


def test_a_start_that_is_refused_leaves_nothing_behind(run, tmp_path):
    theirs = tmp_path / "of-whoever-started-us"
    theirs.mkdir()
    here = {"TMPDIR": str(tmp_path), "PROMETHEUS_MULTIPROC_DIR": str(theirs)}

    refused(run("serve", "--workers", "2", **here))
    refused(run("serve", "--port", "0", **here))

    assert theirs.is_dir()
    assert list(tmp_path.glob("companion-metrics-*")) == []


def test_what_is_given_counts_before_the_environment(run):
    line = refused(run("serve", "--port", "0", COMPANION_PORT="8000"))

    assert line.startswith("COMPANION_PORT: 0 ")


@pytest.mark.parametrize("command", ["list", "check"])
def test_other_commands_refuse_in_the_same_way(run, command):
    assert refused(run("talks", command, COMPANION_TIMEZONE="Mars/Crater")).startswith(
        "COMPANION_TIMEZONE: "
    )


def test_serve_refuses_a_port_that_is_taken(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        line = refused(run("serve", "--port", str(port)))

    assert line == (
        f"cannot listen on 127.0.0.1:{port} (Address already in use); "
        "choose another with --port or --host"
    )


@pytest.mark.parametrize("scheme", ["redis", "valkey"])
def test_serve_refuses_a_redis_that_does_not_answer(run, scheme):
    line = refused(run("serve", "--redis", f"{scheme}://:secret@127.0.0.1:1/0"))

    assert line.startswith("COMPANION_REDIS_URL: Redis cannot be used (")
    assert line.endswith("; start it, or correct the address")
    assert "secret" not in line


@pytest.mark.slow
def test_serve_refuses_to_be_one_more_server_on_sqlite_at_the_same_redis(run, tmp_path):
    valkey = Valkey(tmp_path)
    other = Relay(valkey.url, KEY)
    other.start()

    line = refused(run("serve", "--redis", valkey.url, COMPANION_SECRET_KEY=KEY))

    other.stop(0)
    valkey.stop()
    assert line == (
        "COMPANION_DATABASE_URL: another server works through this Redis already, and servers "
        "share a board only in PostgreSQL; use that, or --workers on one machine"
    )


def test_serve_refuses_a_database_that_does_not_answer(run, tmp_path):
    line = refused(
        run(
            "serve",
            "--database",
            f"postgresql://ada@/name?host={tmp_path}",
            COMPANION_SECRET_KEY=KEY,
        )
    )

    assert line.startswith("COMPANION_DATABASE_URL: the database does not answer: ")


def test_serve_refuses_a_postgresql_database_that_is_behind(run, postgres):
    name = postgres.new()

    given = ("--database", postgres.url(name))
    line = refused(run("serve", *given, COMPANION_SECRET_KEY=KEY))

    postgres.drop(name)
    assert line.endswith("the database is not up to date; run: companion db upgrade")


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


def test_the_database_commands_refuse_as_all_others_do(run):
    assert refused(run("db", "current", COMPANION_PORT="no")).startswith("COMPANION_PORT: ")


def greeting(make_settings, capsys, **given: str) -> str:
    settings = make_settings(**given)
    greet(settings, build(settings))
    return str(capsys.readouterr().out)


def test_the_greeting_names_the_next_talk_and_where_it_is(make_settings, capsys, folder):
    for slug, year in (("later", 2098), ("next", 2097)):
        write_talk(
            folder, slug, title=f"About {slug}", front=f"title: {{title}}\ndate: {year}-01-01\n"
        )

    assert greeting(make_settings, capsys, origins="https://qa.example.org") == (
        "Companion is at https://qa.example.org/ (stop it with Ctrl-C)\n"
        "Next talk: About next\n"
        "  2097-01-01, all day\n"
        "  https://qa.example.org/talks/next\n"
    )


def test_the_greeting_says_when_nothing_is_coming_and_when_pages_are_broken(
    make_settings, capsys, folder
):
    write_talk(folder, front="title: Long ago\ndate: 2001-01-01\n")
    write_talk(folder, "broken", front="title: Never\n")

    assert greeting(make_settings, capsys) == (
        "Companion is at http://127.0.0.1:8000/ (stop it with Ctrl-C)\n"
        f"No talk is coming up in {folder}; past ones: 1.\n"
        "Errors that keep pages off the programme: 1; run: companion talks check\n"
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer_of(address: str) -> str:
    """Return what an address answers, as soon as it does."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < deadline, f"{address} does not answer"
            time.sleep(0.05)


def test_serve_serves_says_where_and_stops_when_told(folder, tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "companion", "serve", "--talks", str(folder)]
    server = subprocess.Popen(
        [*command, "--port", str(port)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        page = answer_of(f"http://127.0.0.1:{port}/talks/talk")
        write_talk(folder, title="A talk about wasps")
        deadline = time.monotonic() + PATIENCE
        while "wasps" not in page:
            assert time.monotonic() < deadline, "the changed page is not served"
            time.sleep(0.1)
            page = answer_of(f"http://127.0.0.1:{port}/talks/talk")
    finally:
        server.send_signal(signal.SIGTERM)
        said, errors = server.communicate(timeout=PATIENCE)

    assert said.startswith(f"Companion is at http://127.0.0.1:{port}/ (stop it with Ctrl-C)\n")
    assert (server.returncode, errors) == (0, "")
    assert (tmp_path / "companion.sqlite3").exists()


def test_a_talks_links_are_told_in_words_and_as_json(run):
    words = run("links", "talk")
    told = json.loads(run("links", "talk", "--json").stdout)

    assert words.exit_code == 0
    assert list(told) == ["attendee", "speaker", "moderator", "present"]
    assert told["attendee"] == "http://127.0.0.1:8000/talks/talk"
    assert told["present"] == "http://127.0.0.1:8000/talks/talk/present"
    secrets = [told[role].partition("/enter#")[2] for role in ("speaker", "moderator")]
    assert [len(secret) for secret in secrets] == [22, 22]
    assert all(address in words.stdout for address in told.values())
    assert f"{told['present']}?overlay=1" in words.stdout


def test_rotating_changes_one_roles_link_and_no_other(run):
    before = json.loads(run("links", "talk", "--json").stdout)
    after = json.loads(run("links", "talk", "--json", "--rotate", "moderator").stdout)

    assert before["moderator"] != after["moderator"]
    assert {**before, "moderator": ""} == {**after, "moderator": ""}
    assert json.loads(run("links", "talk", "--json").stdout) == after


def test_links_of_no_talk(run):
    assert refused(run("links", "nothing")).startswith("there is no talk with a board")
