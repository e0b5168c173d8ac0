"""Git repositories with talks in them."""

import os
import shutil
import subprocess
from pathlib import Path

GIT = shutil.which("git") or "git"
# Nobody's own settings and hooks: the tests bring theirs.
ENVIRONMENT = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}


def git(folder: Path, *arguments: str, given: str | bytes = b"") -> str:
    """Run git in a folder and return what it says; fails when git does."""
    done = subprocess.run(
        [GIT, *arguments],
        cwd=folder,
        input=given.encode() if isinstance(given, str) else given,
        env=os.environ | ENVIRONMENT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
