"""A site of a thousand pages: what a start and a change cost, counted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from companion.talks import PageOptions, Programme
from companion.talks import files as files_module
from companion.talks import reading as reading_module
from companion.talks.programme import FIRST_BATCH
from tests.support.site import write_site
from tests.support.talks import render_here

COUNT = 1_000


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> tuple[Path, list[Path]]:
    folder = tmp_path_factory.mktemp("site")
    return folder, write_site(folder, COUNT)


class Counted:
    """A programme, with the files that it has read and the titles that it has rendered."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files_module, "SETTLING_NS", 0)
        monkeypatch.setattr(reading_module, "content_of", self._read)
        self.files: list[Path] = []
        self.rendered: list[str] = []
        self.programme = Programme(folder, PageOptions(), render=self._render)

    def _read(self, path):
        self.files.append(path)
        return content_of(path)

    def _render(self, jobs, seconds):
        self.rendered += [job.title for job in jobs]
        return render_here(jobs, seconds)


content_of = reading_module.content_of


@pytest.fixture
def counted(site, monkeypatch) -> Counted:
    return Counted(site[0], monkeypatch)


def test_a_start_reads_each_file_once_and_renders_few(site, counted):
    counted.programme.refresh(patience=0)

    assert sorted(counted.files) == sorted(site[1])
    assert len(counted.rendered) == FIRST_BATCH
    assert len(counted.programme.pages()) == COUNT


def test_the_talks_nearest_to_now_are_rendered_first(counted):
    counted.programme.refresh(patience=0)
    now = datetime.now(UTC)

    nearest = sorted(counted.programme.pages(), key=lambda page: abs(page.starts - now))
    assert set(counted.rendered) <= {page.title for page in nearest[: FIRST_BATCH + 1]}


def test_one_change_is_one_file_read_and_one_body_rendered(site, counted):
    programme = counted.programme
    programme.refresh()
    counted.files.clear()
    counted.rendered.clear()
    path = site[1][COUNT // 2]
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(f"{text}\nMore.\n", encoding="utf-8")
        [slug] = programme.refresh(patience=0)
        page = programme.find(slug)
        assert (counted.files, counted.rendered) == ([path], [page.title])
        assert page.html.endswith("<p>More.</p>")
    finally:
        path.write_text(text, encoding="utf-8")


def test_while_nothing_changes_nothing_is_read(counted):
    counted.programme.refresh(patience=0)
    counted.files.clear()

    assert counted.programme.refresh(patience=0) == set()
    assert counted.files == []


def test_every_page_is_understood(counted):
    programme = counted.programme
    programme.refresh(patience=0)
    wrong = [str(item) for item in programme.problems() if "has no meeting link" not in str(item)]

    assert wrong == []
    assert all(page.speakers and page.title and not page.all_day for page in programme.pages())
