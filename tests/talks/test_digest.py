"""What tells two programmes apart."""

from pathlib import Path

import pytest

from companion.talks import PageOptions, Programme
from companion.talks.digest import ProgrammeDigest
from tests.support.talks import write_talk


@pytest.fixture
def programme(folder: Path) -> Programme:
    return read(folder)


def read(folder: Path, **options: str) -> Programme:
    programme = Programme(folder, PageOptions(**options))
    programme.refresh()
    return programme


def test_two_folders_with_the_same_talks_are_alike(programme, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    write_talk(elsewhere)

    assert ProgrammeDigest(programme)() == ProgrammeDigest(read(elsewhere))()


def test_another_word_another_talk_and_another_time_zone_are_not(programme, folder):
    digest = ProgrammeDigest(programme)
    seen = {digest()}

    file = next(folder.glob("*.md"))
    file.write_text(file.read_text() + "\nOne word more.\n")
    programme.refresh()
    seen.add(digest())
    write_talk(folder, "one-more")
    programme.refresh()
    seen.add(digest())
    seen.add(ProgrammeDigest(read(folder, timezone="Asia/Tokyo"))())

    assert len(seen) == 4


def test_a_page_that_stays_is_gone_over_once(programme, folder, monkeypatch):
    digest = ProgrammeDigest(programme)
    before = digest()
    monkeypatch.setattr("companion.talks.digest.digest_of", None)

    assert digest() == before
