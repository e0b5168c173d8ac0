"""Commands, run as somebody types them."""

import subprocess
import sys

from click.testing import Result

PATIENCE = 30
KEY = "a-key-of-random-characters"


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
