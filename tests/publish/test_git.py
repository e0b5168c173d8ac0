"""Patches that git applies, and commits that hold one file and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from companion.errors import Refused
from companion.publish.publication import prepare
from companion.writing import diff, repository
from tests.support.clock import STARTS
from tests.support.factories import make_question
from tests.support.git import git
from tests.support.hostile import TEXTS
from tests.support.talks import read_programme

pytestmark = pytest.mark.slow
REAL = Path(__file__).parents[3] / "shared" / "real-talks"
LINES = st.lists(st.sampled_from(["", "a", "b", "é", "---", "\\"]), max_size=12)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def make_repository(folder: Path) -> None:
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "Grace")
    git(folder, "config", "user.email", "grace@example.org")


@pytest.fixture(autouse=True)
def _no_settings_of_git(monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def talks(folder) -> Path:
    """Return the folder of talks, in a repository of its own with all committed."""
    make_repository(folder)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Begin")
    return folder


@given(before=LINES, after=LINES, ends=ENDS, last=st.booleans(), new=st.booleans())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("name", ["talk.md", "my talks/of bées.md", 'my talks/é "x\\y".md'])
def test_git_makes_of_the_old_file_the_new_one(tmp_path, name, before, after, ends, last, new):
    folder = tmp_path / "work"
    path = folder / name
    if not folder.exists():
        path.parent.mkdir(parents=True)
        git(folder, "init", "--quiet")
    old = None if new else ends.join(before).encode()
    wanted = (ends.join(after) + ends * last).encode()
    path.unlink(missing_ok=True)
    if old is not None:
        path.write_bytes(old)

    patch = diff.patch(name, old, wanted)

    if patch:
        git(folder, "apply", "--check", "-", given=patch)
        git(folder, "apply", "-", given=patch)
        assert path.read_bytes() == wanted
    else:
        assert (old or b"") == wanted


def test_a_patch_is_named_from_the_root_of_the_repository(engine, prepared, page_file, tmp_path):
    make_repository(tmp_path)
    make_question(engine)
    publication = prepared()

    patch = publication.patch()

    assert patch.startswith(b"diff --git a/talks/talk.md b/talks/talk.md\n--- a/talks/talk.md\n")
    git(tmp_path, "apply", "-", given=patch)
    assert page_file.read_bytes() == publication.after


def test_a_commit_holds_the_page_and_nothing_else(engine, talks, prepared):
    for name in ("staged.txt", "dirty.txt"):
        (talks / name).write_text("one\n")
    git(talks, "add", "--all")
    git(talks, "commit", "--quiet", "--message", "More")
    (talks / "dirty.txt").write_text("two\n")
    (talks / "staged.txt").write_text("two\n")
    git(talks, "add", "staged.txt")
    make_question(engine)

    name = prepared().commit()

    assert git(talks, "show", "--name-only", "--format=%h %an %s").split("\n")[:-1] == [
        f"{name} Grace Publish the Q&A of talk",
        "",
        "talk.md",
    ]
    assert git(talks, "status", "--porcelain") == " M dirty.txt\nM  staged.txt\n"
    assert prepared().commit() == ""


def test_a_page_published_before_can_be_committed_later(engine, talks, publish, prepared):
    make_question(engine)
    publish()

    assert prepared().commit() != ""
    assert git(talks, "status", "--porcelain") == ""


def test_a_page_never_committed_can_be(engine, folder, prepared):
    make_repository(folder)
    make_question(engine)

    assert prepared().commit() == git(folder, "rev-parse", "--short", "HEAD").strip()


def test_other_changes_of_the_page_are_not_committed_along(engine, talks, prepared, page_file):
    page_file.write_text(page_file.read_text() + "\nMore to come.\n")
    before = page_file.read_bytes()
    make_question(engine)

    with pytest.raises(Refused, match="has other changes that are not committed"):
        prepared().commit()
    assert page_file.read_bytes() == before
    assert git(talks, "log", "--format=%s") == "Begin\n"


def test_without_a_name_in_git_the_companion_commits_by_its_own(engine, talks, prepared):
    git(talks, "config", "--unset", "user.name")
    git(talks, "config", "--unset", "user.email")
    make_question(engine)

    prepared().commit()

    assert git(talks, "log", "-1", "--format=%an <%ae>") == "Companion <companion@localhost>\n"


def add_hook(talks: Path, script: str) -> None:
    hook = talks / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{script}\n")
    hook.chmod(0o755)


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda talks: git(talks, "checkout", "--quiet", "--detach"), "on no branch"),
        (lambda talks: (talks / ".git" / "index.lock").touch(), "another git command is at work"),
        (lambda talks: add_hook(talks, "echo No talks today; exit 1"), "No talks today"),
    ],
)
def test_what_keeps_git_from_committing_is_told_and_what_was_done_nevertheless(
    engine, talks, prepared, prepare, said
):
    prepare(talks)
    make_question(engine)

    with pytest.raises(Refused, match=f"talk.md is published, but not committed: .*{said}"):
        prepared().commit()
    assert not prepared().is_news
    assert git(talks, "log", "--format=%s", "main") == "Begin\n"


def test_a_hook_that_never_ends_is_not_waited_for(engine, talks, prepared, monkeypatch):
    monkeypatch.setattr(repository, "PATIENCE", 0.5)
    add_hook(talks, "exec sleep 5 > /dev/null 2>&1")
    make_question(engine)

    with pytest.raises(Refused, match="it took more than a minute"):
        prepared().commit()


def test_without_a_repository_nothing_is_committed_and_nothing_written(engine, prepared, page_file):
    before = page_file.read_bytes()
    make_question(engine)

    with pytest.raises(Refused, match="not a git repository"):
        prepared().commit()
    assert page_file.read_bytes() == before


def test_a_hook_that_runs_us_does_not_lead_astray(talks, page_file, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "another.git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "another.index"))

    assert repository.need(page_file).name_of(page_file) == "talk.md"


def test_a_hook_is_told_none_of_our_settings(engine, talks, prepared, tmp_path, monkeypatch):
    told, hook = tmp_path / "told", talks / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nenv > {told}\n")
    hook.chmod(0o755)
    monkeypatch.setenv("COMPANION_SECRET_KEY", "nobody else's business")

    make_question(engine)
    prepared().commit()

    assert "PATH=" in told.read_text()
    assert "COMPANION_" not in told.read_text()


def test_without_git_there_is_no_repository(talks, page_file, monkeypatch):
    monkeypatch.setenv("PATH", "")

    assert repository.find(page_file) is None
    with pytest.raises(Refused, match="git is not installed"):
        repository.need(page_file)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real pages are not here")
def test_in_a_copy_of_the_real_pages_only_lines_between_the_comments_change(
    engine, tmp_path, make_settings
):
    real = tmp_path / "real"
    shutil.copytree(REAL, real)
    make_repository(real)
    git(real, "add", "--all")
    git(real, "commit", "--quiet", "--message", "Begin")
    pages = read_programme(make_settings(talks=str(real))).pages()
    for page in pages:
        for text in TEXTS:
            make_question(engine, text, talk=page.slug, detail=text)

    for _ in range(2):
        for page in pages:
            with Session(engine) as session:
                prepare(
                    session, page, "https://qa.example.org", STARTS, talks=page.path.parent
                ).write()

    assert len(pages) == 7
    for page in pages:
        changed = git(real, "diff", "--unified=0", "--", page.path.name)
        lines = [line for line in changed.split("\n")[5:-1] if line[0] != "@"]
        assert lines[:2] == ["+", "+<!-- companion:qa -->"], page.slug
        assert lines[-1] == "+<!-- /companion:qa -->"
        assert {line[0] for line in lines} == {"+"}
    assert len(git(real, "status", "--porcelain").splitlines()) == len(pages)
    for page in pages:
        with Session(engine) as session:
            assert not prepare(
                session, page, "https://qa.example.org", STARTS, talks=page.path.parent
            ).is_news
