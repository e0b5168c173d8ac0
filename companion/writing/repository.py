"""The git checkout that a talk's page is kept in, when it is kept in one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from companion import processes
from companion.errors import Refused
from companion.messages import gettext

NOBODY = ("-c", "user.name=Companion", "-c", "user.email=companion@localhost")
# Set by a hook that we are run from; they would name another checkout.
FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
PATIENCE = 60


@dataclass(frozen=True)
class Commit:
    """One commit: its name, when, whose, and what it says of itself."""

    name: str
    at: datetime
    author: str
    message: str


@dataclass(frozen=True)
class Repository:
    """A git checkout, by the folder that it begins at."""

    root: Path

    def name_of(self, path: Path) -> str:
        """Return a file's name from the root on, as git has it."""
        return path.resolve().relative_to(self.root).as_posix()

    def committed(self, path: Path) -> bytes | None:
        """Return a file as it was last committed and would be checked out, None if it never was."""
        return self.content(path, "HEAD")

    def commit(self, paths: Sequence[Path], message: str, author: str = "") -> str:
        """Commit some files and nothing else, whatever is staged; returns the commit's short name.

        Returns "" when they are committed already. Raises Refused, in git's own words where it is
        git that will not. It is said to be the author's, if one is named.
        """
        names = [self.name_of(path) for path in paths]
        if _git(self.root, "symbolic-ref", "--quiet", "HEAD").returncode:
            raise Refused(
                gettext(
                    "%(folder)s is on no branch, so nothing is committed; check one out",
                    folder=self.root,
                )
            )
        self._run("add", "--intent-to-add", "--", *names)
        if not self._run("status", "--porcelain", "--", *names):
            return ""
        known = _git(self.root, "config", "user.email").stdout
        whose = () if known else NOBODY
        by = (f"--author={_author(author)}",) if author else ()
        options = ("--quiet", "--only", *by, "--message", message, "--")
        self._run("commit", *options, *names, options=whose)
        return self._run("rev-parse", "--short", "HEAD")

    def history(self, path: Path, most: int) -> list[Commit]:
        """Return the last commits that a file was changed by, the newest first."""
        form = "--format=%H%x1f%aI%x1f%an%x1f%s"
        done = _git(self.root, "log", f"--max-count={most}", form, "--", self.name_of(path))
        lines = done.stdout.decode(errors="replace").splitlines() if not done.returncode else []
        return [_commit(line) for line in lines]

    def content(self, path: Path, commit: str) -> bytes | None:
        """Return a file as a commit has it, None where it has none."""
        done = _git(self.root, "cat-file", "--filters", f"{commit}:{self.name_of(path)}")
        return None if done.returncode else done.stdout

    def _run(self, command: str, *arguments: str, options: Sequence[str] = ()) -> str:
        done = _git(self.root, *options, command, *arguments)
        if done.returncode:
            raise Refused(
                gettext(
                    "git %(command)s in %(folder)s; try it by hand: %(reason)s",
                    command=command,
                    folder=self.root,
                    reason=_reason(done),
                )
            )
        return done.stdout.decode(errors="replace").strip()


def find(path: Path) -> Repository | None:
    """Return the checkout that a file is in, None when it is in none or git is not there."""
    found = _find(path)
    return found if isinstance(found, Repository) else None


def need(path: Path) -> Repository:
    """Return the checkout that a file is in; raises Refused."""
    found = _find(path)
    if isinstance(found, Repository):
        return found
    raise Refused(
        gettext(
            "%(file)s cannot be committed; publish without: %(reason)s",
            file=path,
            reason=_reason(found),
        )
    )


def _commit(line: str) -> Commit:
    name, at, author, message = line.split("\x1f", 3)
    return Commit(name, datetime.fromisoformat(at), author, message)


def _author(name: str) -> str:
    """Return somebody as git names authors; it takes no such brackets in a name."""
    plain = " ".join(name.translate({ord("<"): " ", ord(">"): " "}).split())
    return f"{plain or 'An organiser'} <organiser@localhost>"


def _find(path: Path) -> Repository | subprocess.CompletedProcess[bytes]:
    folder = next(parent for parent in path.resolve().parents if parent.is_dir())
    done = _git(folder, "rev-parse", "--show-toplevel")
    return done if done.returncode else Repository(Path(os.fsdecode(done.stdout.rstrip(b"\n"))))


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    git = processes.program("git")
    if git is None:
        return subprocess.CompletedProcess(arguments, 127, b"", b"git is not installed")
    known = processes.without_settings()
    known = {name: value for name, value in known.items() if name not in FOREIGN}
    known |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "PATH": processes.paths()}
    try:
        return subprocess.run(  # noqa: S603 (arguments of our own, no shell)
            [git, "-C", folder, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=known,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(arguments, 124, b"", b"it took more than a minute")


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    """Return git's first line that says something; a lock that is held is told in our words."""
    said = (done.stderr + done.stdout).decode(errors="replace").strip()
    if "index.lock" in said:
        return gettext(
            "another git command is at work there; try again (if none is, remove index.lock)"
        )
    if said:
        return said.splitlines()[0]
    return gettext("it ended with %(code)s", code=done.returncode)
