"""The talk's own file: what changes in it, and what never does."""

import os

import pytest
from click.testing import CliRunner

from companion.cli import main
from companion.errors import Refused
from companion.store.models import Status
from tests.support.clock import STARTS
from tests.support.factories import make_question
from tests.support.git import git
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow
TEXT = "---\ntitle: Bees\ndate: 2026-03-05\n---\n\nBees dance.\n"
OPENING, CLOSING = "<!-- companion:qa -->", "<!-- /companion:qa -->"


def changed_lines(before: str, after: str) -> list[str]:
    """Return the lines that a diff would show, without its context."""
    from difflib import ndiff

    lines = ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_a_page_gets_its_block_at_the_end_and_publishing_again_changes_nothing(
    engine, publish, page_file
):
    before = page_file.read_bytes()
    number = make_question(engine, "How do bees keep warm?")

    first = publish()
    written = page_file.read_bytes()
    again = publish()

    assert (
        written
        == before
        + (
            f"\n{OPENING}\n\n## Questions and answers\n\n### How do bees keep warm?\n"
            f"{{: #qa-{number} .no_toc}}\n\nNot answered yet\n\n{CLOSING}\n"
        ).encode()
    )
    assert (first.is_news, again.is_news) == (True, False)
    assert page_file.read_bytes() == written
    assert list(page_file.parent.iterdir()) == [page_file]


def test_a_late_answer_changes_only_its_own_lines(engine, publish, change, page_file):
    numbers = [make_question(engine, f"How do bees fly, take {take}?") for take in range(3)]
    publish()
    before = page_file.read_text()

    change(numbers[1], status=Status.ANSWERED, answer="With four wings.", votes=9)
    publish()

    assert changed_lines(before, page_file.read_text()) == [
        "- Not answered yet",
        "+ 9 votes",
        "+ ",
        "+ **Answer:**",
        "+ ",
        "+ With four wings.",
    ]


def test_nothing_is_written_when_nobody_has_asked(publish, page_file):
    before = page_file.read_bytes()

    assert not publish().is_news
    assert page_file.read_bytes() == before


def test_what_is_declined_later_goes_and_leaves_an_empty_block(engine, publish, change, page_file):
    number = make_question(engine)
    publish()
    change(number, status=Status.DECLINED)
    publish()

    assert page_file.read_text().endswith(f"\n{OPENING}\n{CLOSING}\n")


def test_questions_that_this_database_does_not_know_are_not_lost(engine, publish, page_file):
    block = f"{OPENING}\n\n### Asked years ago?\n{{: #qa-4711 .no_toc}}\n\n{CLOSING}\n"
    page_file.write_text(TEXT + block)
    make_question(engine)

    with pytest.raises(Refused, match="this database does not know"):
        publish()
    assert page_file.read_text() == TEXT + block


@pytest.mark.parametrize("words", ["Do wasps dance?", "- Do `wasps` <b>dance</b> {{ x }} | & so?"])
@pytest.mark.parametrize("place", ["page", "data"])
def test_another_database_may_have_given_the_same_numbers(
    engine, prepared, change, tmp_path, words, place
):
    folder = tmp_path if place == "data" else None
    number = make_question(engine, words)
    prepared(folder=folder).write()
    assert not prepared(folder=folder).is_news

    change(number, text="How do bees keep warm?")

    with pytest.raises(Refused, match="this database does not know"):
        prepared(folder=folder)
    change(number, edited_at=STARTS)
    assert prepared(folder=folder).is_news


@pytest.fixture
def run(folder, sqlite_url, monkeypatch, tmp_path):
    """Run the command as people do."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMPANION_TALKS", str(folder))
    monkeypatch.setenv("COMPANION_DATABASE_URL", sqlite_url)
    return lambda *arguments: CliRunner().invoke(main, ["publish", *arguments])


def test_the_command_publishes_says_so_and_says_when_nothing_is_new(run, engine, page_file):
    make_question(engine)

    first, again = run("talk"), run("talk")

    assert (first.exit_code, first.stdout) == (0, f"{page_file}: published, entries: 1\n")
    assert (again.exit_code, again.stdout) == (0, f"{page_file}: up to date already\n")


def test_a_dry_run_shows_a_patch_and_changes_nothing(run, engine, page_file, tmp_path):
    make_question(engine)
    before = page_file.read_bytes()

    shown = run("talk", "--dry-run")

    assert shown.exit_code == 0
    assert page_file.read_bytes() == before
    git(page_file.parent, "apply", "--check", "-", given=shown.stdout)


def test_where_nothing_would_change_that_is_said_and_no_older_patch_stays(run, engine, tmp_path):
    make_question(engine)
    run("talk", "--patch", "qa.patch")
    run("talk")

    for options in (("--dry-run",), ("--patch", "qa.patch")):
        said = run("talk", *options)
        assert (said.exit_code, said.stdout) == (0, "")
        assert said.stderr.endswith(": nothing would change\n")
    assert [path.read_bytes() for path in tmp_path.rglob("qa.patch")] == [b""]


def test_the_page_and_the_patch_can_be_given_away_instead(run, engine, page_file, tmp_path):
    make_question(engine)
    before = page_file.read_bytes()

    patch = run("talk", "--patch", "qa.patch")
    page = run("talk", "-o", "page.md")
    shown = run("talk", "-o", "-")

    assert [done.exit_code for done in (patch, page, shown)] == [0, 0, 0]
    assert page_file.read_bytes() == before
    assert shown.stdout_bytes == (tmp_path / "page.md").read_bytes()
    git(page_file.parent, "apply", "-", given=(tmp_path / "qa.patch").read_bytes())
    assert page_file.read_bytes() == shown.stdout_bytes


@pytest.mark.parametrize("option", ["--patch", "-o"])
def test_a_pipe_is_written_to_and_stays_one(run, engine, tmp_path, option):
    make_question(engine)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # Reading and writing, so that nobody waits for the other.
    reader = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)

    done = run("talk", option, str(pipe))

    assert (done.exit_code, done.output) == (0, "")
    assert pipe.is_fifo()
    assert b"### How do bees find home" in os.read(reader, 65_536)
    os.close(reader)


@pytest.mark.parametrize("option", ["--patch", "-o"])
def test_a_folder_is_no_place_for_it(run, engine, tmp_path, option):
    make_question(engine)

    refused = run("talk", option, str(tmp_path))

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == f"companion: {tmp_path} is a folder; name a file in it\n"


def test_the_command_commits_when_told_and_says_as_what(run, engine, folder, page_file):
    git(folder, "init", "--quiet")
    make_question(engine)

    first, again = run("talk", "--commit"), run("talk", "--commit")

    name = git(folder, "rev-parse", "--short", "HEAD").strip()
    assert first.stdout == f"{page_file}: published, entries: 1, committed as {name}\n"
    assert again.stdout == f"{page_file}: up to date already, committed already\n"


def test_an_empty_board_is_said_to_be_one(run, page_file):
    told = run("talk", "--commit")

    assert told.stdout == f"{page_file}: nothing to publish, nobody has asked anything yet\n"


def test_two_ways_at_once_are_refused(run):
    refused = run("talk", "--commit", "--dry-run")

    assert (refused.exit_code, refused.stderr) == (
        2,
        "companion: choose one of --dry-run, --commit, --patch and -o\n",
    )


@pytest.mark.parametrize("slug", ["nothing", "boardless"])
def test_a_talk_without_a_board_is_refused(run, folder, slug):
    write_talk(folder, "boardless", extra="board: false\n")

    refused = run(slug)

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.startswith("companion: there is no talk with a board called")
