"""A shell completes commands, formats and talks' names; a name that is mistyped is guessed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from companion.cli import COMMANDS
from companion.cli.completion import SHELLS, VARIABLE
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow
TAKE_A_TALK = ("links", "export", "publish", "purge --talk")


def completed(line: str, **env: str) -> list[str]:
    """Return what bash is told when somebody presses Tab at the end of a line."""
    words = line.split()
    number = len(words) if line.endswith(" ") else len(words) - 1
    asked = {VARIABLE: "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(number)}
    command = [sys.executable, "-m", "companion"]
    done = subprocess.run(command, env=asked | env, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return [item.partition(",")[2] for item in done.stdout.split()]


def test_every_command_is_completed_without_importing_it():
    assert completed("companion ") == list(COMMANDS)
    assert completed("companion re") == ["restore"]
    assert completed("companion export talk --format x") == ["xlsx"]


@pytest.mark.parametrize("command", TAKE_A_TALK)
def test_what_takes_a_talk_completes_the_names_of_talks(folder, command):
    write_talk(folder, "tables")
    write_talk(folder, "bees")
    (folder / "README.md").write_text("No talk.")
    here = {"COMPANION_TALKS": str(folder)}

    assert completed(f"companion {command} ", **here) == ["bees", "tables", "talk"]
    assert completed(f"companion {command} ta", **here) == ["tables", "talk"]
    assert completed(f"companion {command} ", COMPANION_TALKS="/no/such/folder") == []


def test_the_folder_that_has_been_typed_counts(folder):
    assert completed(f"companion links --talks {folder} ") == ["talk"]


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_is_told_how(shell, tmp_path):
    command = [sys.executable, "-m", "companion", "completion", shell]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert f"{VARIABLE}={shell}_complete" in done.stdout
    program = shutil.which(shell)
    if program and shell != "fish":  # which can only read it by doing what it says
        Path(tmp_path / "script").write_text(done.stdout)
        subprocess.run([program, "-n", tmp_path / "script"], check=True)
