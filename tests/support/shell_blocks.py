"""What the documents tell people to type, typed: in a folder that looks like a machine to it.

Our own commands run for real, and so does the shell with all that it has itself. What would change
the machine, or needs another one, is only noted, so that it can be looked at.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BASH = shutil.which("bash") or "bash"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLACES = re.compile(r"(?<![\w.~/])/(etc|opt|var/lib|srv|mnt)/")
NOTED = (
    *("apt", "caddy", "createdb", "curl", "docker", "journalctl", "make", "nginx", "pip", "pipx"),
    *("python3", "systemctl", "useradd", "uv", "uvx", "timedatectl"),
)
NOTE = """#!/bin/sh
for word in "$(basename "$0")" "$@"; do printf '%s\\t' "$word"; done >> "$NOTES"
echo >> "$NOTES"
"""
SUDO = '#!/bin/sh\n[ "$1" = -u ] || exit 64\nshift 2\nexec "$@"\n'
# Whose it becomes is for root, and for users that are not here.
INSTALL = (
    '#!/bin/bash\nwords=()\nwhile [ $# -gt 0 ]; do case "$1" in --owner|--group) shift 2;; '
    '*) words+=("$1"); shift;; esac; done\nexec /usr/bin/install "${words[@]}"\n'
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a document, and of which kind it is."""

    kind: str
    text: str


def blocks(document: Path) -> list[Block]:
    """Return the fenced blocks of a document."""
    return [Block(*found) for found in FENCE.findall(document.read_text())]


class Machine:
    """A folder with the places that a machine has, programs that only note, and our own."""

    def __init__(self, folder: Path, companion: str) -> None:
        self.folder, self.here = folder, folder / "here"
        self.notes = folder / "notes"
        programs, ours = folder / "programs", folder / "opt/companion/bin"
        made = ("here/.venv/bin", "home/.zfunc", "home/.config/fish/completions", "mnt/elsewhere")
        more = ("etc/nginx/conf.d", "etc/caddy", "etc/systemd/system", "var/lib", "srv/talks")
        for name in (*made, *more, "programs", "opt/companion/bin"):
            (folder / name).mkdir(parents=True)
        for name in NOTED:
            _program(programs / name, NOTE)
        _program(programs / "sudo", SUDO)
        _program(programs / "install", INSTALL)
        for place in (programs, ours, self.here / ".venv/bin"):
            _program(place / "companion", companion)
        _program(ours / "pip", NOTE)
        (self.here / "deploy").symlink_to(ROOT / "deploy")

    def type(self, found: list[Block], **env: str) -> subprocess.CompletedProcess[str]:
        """Type the blocks of a document one after the other, up to what fails."""
        script = "set -eu\n" + "\n".join(map(_typed, found))
        kept = {"PYTHONPATH": str(ROOT), "HOME": str(self.folder / "home")}
        return subprocess.run(
            [BASH, "-c", PLACES.sub(rf"{self.folder}/\1/", script)],
            cwd=self.here,
            env=kept
            | {"PATH": f"{self.folder}/programs:/usr/bin:/bin", "NOTES": str(self.notes)}
            | env,
            capture_output=True,
            text=True,
            check=False,
        )

    def noted(self) -> list[list[str]]:
        """Return what was only noted, each as the words that it was told."""
        lines = self.notes.read_text().splitlines() if self.notes.exists() else []
        return [line.rstrip("\t").split("\t") for line in lines]


def _typed(block: Block) -> str:
    """Return a block as it is typed: settings go into the file that they are for."""
    if block.kind == "sh":
        return block.text
    return f"cat >> series/companion.env <<'END'\n{block.text}END\n"


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def options_of(program: str, words: list[str]) -> str:
    """Return what a program says that it can be told, "" where it is not here or does not say."""
    asked = {"curl": ["--help", "all"], "pip": [words[0], "--help"]}.get(program, ["--help"])
    if program == "docker":
        asked = [*(words[:2] if words[0] == "compose" else words[:1]), "--help"]
    python = [sys.executable, "-m", "pip"] if program == "pip" else [program]
    try:
        done = subprocess.run(
            [*python, *asked], capture_output=True, text=True, check=False, env=dict(os.environ)
        )
    except OSError:
        return ""
    said = done.stdout + done.stderr
    is_its_own = program != "docker" or f"docker {' '.join(asked[:-1])}" in said
    return said if done.returncode == 0 and is_its_own else ""
