"""What the documents for operators tell people to type is typed, or looked at."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from companion.cli.settings_file import NAME, add_settings
from companion.settings import read_settings
from tests.support.factories import make_question
from tests.support.forking import forking
from tests.support.git import git
from tests.support.shell_blocks import ROOT, Block, Machine, blocks, options_of
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow
DEVELOPERS = {"architecture", "frontend", "glossary", "performance", "testing"} | {
    "upgrading-libraries"
}
ON_A_SITE = {"api"}  # test_api_paper.py types what is in it
DOCUMENTS = [ROOT / "README.md"] + [
    path for path in sorted((ROOT / "docs").glob("*.md")) if path.stem not in DEVELOPERS | ON_A_SITE
]
WITH_BLOCKS = [path for path in DOCUMENTS if blocks(path)]
KINDS = {"sh", "env", "text", "markdown", "html", "liquid", "python", "yaml", "json", "nginx"}
TALK = 'title: Bees\ndate: 2026-03-05\nfrom: "12:00"\nto: "13:00"\n'
UNITS = re.compile(r"companion(@\d+)?|nginx|caddy")
SERVICES = set(yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"])
OTHERS_OPTIONS = {"caddy", "uvx"}  # which only a command of theirs, or what they run, tells
PACKAGE = re.compile(r"companion-qa(\[\w+\])?(==\d+\.\d+\.\d+)?")


@pytest.fixture(scope="module")
def companion(tmp_path_factory) -> Iterator[str]:
    """Return the script of our command."""
    with forking(tmp_path_factory.mktemp("door") / "door") as script:
        yield script


@pytest.fixture
def machine(tmp_path, companion) -> Machine:
    """Return a machine with a folder of talks in a repository."""
    found = Machine(tmp_path, companion)
    talks = tmp_path / "srv/talks"
    write_talk(talks, "my-talk", front=TALK)
    (talks / "_config.yml").write_text("title: Talks\n")
    git(talks, "init", "--quiet")
    git(talks, "config", "user.name", "Grace")
    git(talks, "config", "user.email", "grace@example.org")
    git(talks, "add", ".")
    git(talks, "commit", "--quiet", "--message", "A talk")
    (found.here / "path/to/your").mkdir(parents=True)
    (found.here / "path/to/your/pages").symlink_to(talks)
    return found


def in_use(machine: Machine, engine) -> dict[str, str]:
    """Return what is set where a series is served already, and one question has been asked."""
    make_question(engine, "How do bees find home?", talk="my-talk")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    series = machine.here / "series"
    series.mkdir(mode=0o700)
    Path(engine.url.database).rename(series / "companion.sqlite3")
    (series / "companion.sqlite3").chmod(0o600)
    talks = str(machine.folder / "srv/talks")
    return {"COMPANION_DATA_FOLDER": str(series), "COMPANION_TALKS": talks}


def test_every_block_says_of_which_kind_it_is():
    found = {path.name: {block.kind for block in blocks(path)} - KINDS for path in DOCUMENTS}

    assert {name: kinds for name, kinds in found.items() if kinds} == {}


@pytest.mark.parametrize("document", WITH_BLOCKS, ids=lambda path: path.stem)
def test_what_is_to_be_typed_can_be(document, machine, engine, postgres):
    is_first = document.stem == "running"
    typed = [b for b in blocks(document) if b.kind == "sh" or (is_first and b.kind == "env")]
    name = postgres.new()
    there = postgres.url(name).replace("postgresql+psycopg", "postgresql")
    typed = [
        Block(b.kind, re.sub(r"postgresql://companion@db\S+/qa", there, b.text)) for b in typed
    ]
    env = {} if is_first else in_use(machine, engine)
    beside = machine.here / "companion.sqlite3"
    if env:
        beside.symlink_to("series/companion.sqlite3")

    done = machine.type(typed, **env)

    postgres.drop(name)
    assert done.returncode == 0, (done.stdout, done.stderr)
    for noted in machine.noted():
        look_at(noted)


def look_at(noted: list[str]) -> None:
    """Fail unless a command that was not run is one that there is."""
    program, *words = noted
    help = "" if program in OTHERS_OPTIONS else options_of(program, words)
    for option in re.findall(r"(?<!\S)--[a-z][\w-]+", " ".join(words)):
        assert not help or option in help, (noted, option)
    for word in words:
        assert not word.startswith("deploy/") or (ROOT / word).is_file(), noted
    if program == "systemctl" and words[0] not in ("daemon-reload",):
        units = [word for word in words[1:] if not word.startswith("-")]
        assert units, noted
        assert all(UNITS.fullmatch(unit) for unit in units), noted
    if program in ("pip", "pipx"):
        assert PACKAGE.fullmatch(words[-1]), noted
    if program == "uvx":
        assert words[:3] == ["--from", "companion-qa", "companion"], noted
    if program == "make":
        assert re.search(rf"^{words[0]}:", (ROOT / "Makefile").read_text(), re.MULTILINE), noted
    if program == "docker" and words[:2] in (["compose", "exec"], ["compose", "run"]):
        assert SERVICES & set(words), noted


def test_what_cannot_be_typed_is_found(machine):
    for wrong in (
        "companion lnks my-talk",
        "systmctl restart companion",
        "companion serve --prot 1",
    ):
        done = machine.type([Block("sh", f"{wrong}\n")])
        assert done.returncode != 0, wrong
    with pytest.raises(AssertionError, match="--fial"):
        look_at(["curl", "--fial", "https://qa.example.org/readyz"])
    with pytest.raises(AssertionError, match="companoin"):
        look_at(["systemctl", "restart", "companoin"])


@pytest.mark.parametrize("document", WITH_BLOCKS, ids=lambda path: path.stem)
def test_what_is_to_be_set_can_be(document, tmp_path):
    talks = tmp_path / "talks"
    talks.mkdir()
    for block in blocks(document):
        if block.kind == "env":
            text = block.text.replace("/srv/talks", str(talks))
            (tmp_path / NAME).write_text(text)
            environ = {"COMPANION_DATA_FOLDER": str(tmp_path)}
            add_settings(environ)
            assert len(environ) == 1 + len(text.splitlines())
            read_settings({"COMPANION_TALKS": str(talks)} | environ)


ANALYSE = shutil.which("systemd-analyze")


def said_of(unit: Path) -> list[str]:
    """Return what systemd has to say of a unit."""
    command = [ANALYSE or "", "verify", "--man=no", str(unit)]
    looked = subprocess.run(command, capture_output=True, text=True, check=False)
    return [line for line in looked.stderr.splitlines() if unit.name in line]


@pytest.mark.skipif(not ANALYSE, reason="there is no systemd here")
@pytest.mark.parametrize("name", ["companion.service", "companion@.service"])
def test_systemd_takes_the_units(name, tmp_path):
    command = tmp_path / "companion"
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    text = (ROOT / "deploy" / name).read_text().replace("%i", "8000")
    text = text.replace("/opt/companion/bin/companion", str(command))
    right, wrong = tmp_path / "right.service", tmp_path / "wrong.service"
    right.write_text(text.replace("User=companion", "User=daemon"))
    wrong.write_text(text.replace("Restart=", "Restrat="))

    assert said_of(right) == []
    assert any("Restrat" in line for line in said_of(wrong))
