"""`companion serve` refuses what cannot be meant, and says where it serves."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from companion.app import build
from companion.cli.serve import greet
from companion.realtime.relay import Relay
from companion.store.migrate import revisions
from tests.support.commands import KEY, PATIENCE, refused
from tests.support.complaints import complaints
from tests.support.talks import write_talk
from tests.support.valkey import Valkey

pytestmark = pytest.mark.slow


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


def test_serve_says_how_the_tables_of_postgresql_stand(run, postgres, migrated_postgres):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        given = ("--database", postgres.url(migrated_postgres), "--port", port)
        done = run("serve", *given, COMPANION_SECRET_KEY=KEY)

    said = f"PostgreSQL has this version's tables (revision {max(revisions())}).\n"
    assert (done.exit_code, done.stdout) == (2, said)


def greeting(make_settings, capsys, **given: str) -> str:
    settings = make_settings(**given)
    greet(settings, build(settings))
    return str(capsys.readouterr().out)


def test_the_greeting_names_the_next_talk_and_where_it_is(make_settings, capsys, folder):
    for slug, year in (("later", 2098), ("next", 2097)):
        write_talk(
            folder, slug, title=f"About {slug}", front=f"title: {{title}}\ndate: {year}-01-01\n"
        )

    assert greeting(make_settings, capsys, origins="https://example.org", path="/qa") == (
        "Companion is at https://example.org/qa/ (stop it with Ctrl-C)\n"
        "Next talk: About next\n"
        "  Tuesday 1 January 2097\n"
        "  https://example.org/qa/talks/next\n"
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
    assert (server.returncode, complaints(errors)) == (0, "")
    assert (tmp_path / "companion.sqlite3").exists()
