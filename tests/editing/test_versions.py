"""Versions outside of git: bounded, read by nobody, and never in the way."""

import os
from pathlib import Path

import pytest

from companion.editing import saving, versions
from companion.editing.saving import PageChange
from companion.errors import Refused


def change(folder, number: int) -> None:
    path = folder / "talk.md"
    saving.save(folder, [PageChange("talk.md", path.read_bytes(), b"%d" % number)], "Olga", "Edit")


def test_only_so_many_are_kept(folder, monkeypatch):
    monkeypatch.setattr(versions, "KEPT", 3)

    for number in range(6):
        change(folder, number)

    kept = versions.versions(folder, "talk.md")
    assert [versions.content(folder, "talk.md", each.id) for each in kept] == [b"5", b"4", b"3"]
    assert len(list((folder / ".companion" / "versions" / "talk.md").iterdir())) == 6


def test_what_is_kept_already_is_not_kept_again(folder):
    change(folder, 1)
    change(folder, 2)

    assert [each.what for each in versions.versions(folder, "talk.md")] == [
        "Edit", "Edit", versions.ON_DISK,
    ]  # fmt: skip


def test_a_version_whose_words_are_lost_is_one_still(folder):
    change(folder, 1)
    for words in (folder / ".companion").rglob("*.json"):
        words.write_bytes(b"not json")

    assert {each.who for each in versions.versions(folder, "talk.md")} == {""}


def test_what_was_saved_before_one_of_many_failed_is_named_and_kept(folder):
    (folder / "b.md").write_bytes(b"theirs")
    changes = [PageChange("a.md", None, b"A"), PageChange("b.md", None, b"B")]

    with pytest.raises(Refused, match=r"has changed meanwhile.*Saved before that: a\.md"):
        saving.save(folder, changes, "Olga", "Bring in")

    assert (folder / "b.md").read_bytes() == b"theirs"
    assert [each.who for each in versions.versions(folder, "a.md")] == ["Olga"]


@pytest.fixture
def waited_for(monkeypatch):
    """Return the paths that the disk is waited for, in their order."""
    paths: list[Path] = []
    wait = os.fsync

    def fsync(handle: int) -> None:
        paths.append(Path(f"/proc/self/fd/{handle}").readlink())
        wait(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return paths


def test_for_many_pages_the_disk_is_not_waited_for_more_than_it_has_to(folder, waited_for):
    changes = [PageChange(f"{number}.md", None, b"bees") for number in range(20)]

    saving.save(folder, changes, "Olga", "Bring in")

    assert len(waited_for) <= 4 * len(changes) + 2


def test_what_a_page_was_is_on_the_disk_before_it_is_replaced(folder, waited_for):
    change(folder, 1)

    home = folder / ".companion" / "versions" / "talk.md"
    first, last = sorted(home.glob("*.md"))
    page = next(at for at, path in enumerate(waited_for) if path.name.startswith(".talk.md"))
    assert {first, home} <= set(waited_for[:page])
    assert {last, home} <= set(waited_for[page:])
