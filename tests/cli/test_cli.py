import json
import subprocess
import sys

import click
import pytest

from companion.cli import COMMANDS, main
from companion.settings import OPTIONS
from companion.store.models import Role
from tests.support.commands import PATIENCE, refused
from tests.support.sign_in import signed_in
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow


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
        "older  over  Monday 5 July 2021  An older talk",
        f"talk  {result.stdout.splitlines()[1].split()[1]}  "
        "Thursday 5 March 2026, 12:00–13:00 (London)  A talk about bees",
    ]


def test_no_talks_are_said_to_be_none(run, folder):
    (folder / "talk.md").unlink()

    assert run("talks", "list").stdout == f"There are no published talks in {folder}.\n"


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


def test_below_a_path_links_have_it_and_so_have_the_pages_that_are_checked(run):
    told = json.loads(run("links", "talk", "--json", COMPANION_PATH="/qa").stdout)
    words = run("links", "talk").stdout

    assert told["attendee"] == "http://127.0.0.1:8000/qa/talks/talk"
    assert told["speaker"].startswith("http://127.0.0.1:8000/qa/enter#")
    assert all(address in words for address in (*told.values(), f"{told['present']}?overlay=1"))
    assert "talk.md  /qa/talks/talk  " in run("talks", "check").stdout


def test_it_is_said_which_links_were_opened(run, app):
    assert run("links", "talk").stdout.splitlines()[-2:] == [
        "The speaker’s link: not opened yet",
        "The moderators’ link: not opened yet",
    ]

    signed_in(app, Role.MODERATOR)

    assert run("links", "talk").stdout.splitlines()[-2:] == [
        "The speaker’s link: not opened yet",
        "The moderators’ link: first opened on 2026-03-05 at 12:20",
    ]


def test_rotating_changes_one_roles_link_and_no_other(run):
    before = json.loads(run("links", "talk", "--json").stdout)
    after = json.loads(run("links", "talk", "--json", "--rotate", "moderator").stdout)

    assert before["moderator"] != after["moderator"]
    assert {**before, "moderator": ""} == {**after, "moderator": ""}
    assert json.loads(run("links", "talk", "--json").stdout) == after


def test_links_of_no_talk(run):
    assert refused(run("links", "nothing")).startswith("there is no talk with a board")
