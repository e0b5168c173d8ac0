"""What one start has rendered, the next one need not, whatever becomes of the file it is in."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from companion.talks import PageOptions, Programme
from companion.talks import files as files_module
from companion.talks import kept as kept_module
from companion.talks import programme as programme_module
from companion.talks.kept import KeptPages
from tests.support.site import write_site
from tests.support.talks import render_here

HEADER = "title: A talk\ndate: 2025-07-01\n"
KEY = "a-key-of-random-characters"
OPTIONS = PageOptions()
FULL = (
    "title: A talk\ndate: 2027-06-22\nfrom: '12:00'\nspeakers: [Ada, Bo]\ntags: [a, b]\n"
    "location: Zoom\npermalink: /old\nstatus: cancelled\nsite: x\ntimezone: America/New_York\n"
)
BODY = (
    "<https://zoom.us/j/99>\n\n<iframe src='https://www.youtube.com/embed/aaaaaaaaaaa'></iframe>\n"
    "\n<script>x</script>\n\n<!-- companion:qa -->\n\n### Why?\n\n<!-- /companion:qa -->\n"
)


@pytest.fixture
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("data") / "companion.sqlite3.pages"


@pytest.fixture
def start(tmp_path, place, monkeypatch):
    """Return what starts anew: the programme, and the names of the files it read and rendered."""
    read_file = programme_module.read_file

    def start_it(key: str = KEY, options: PageOptions = OPTIONS, *, patience: float = 60):
        work: list[str] = []

        def read(folder, name, *rest):
            work.append(name)
            return read_file(folder, name, *rest)

        def render(jobs, seconds):
            work.extend(f"render {job.title}" for job in jobs)
            return render_here(jobs, seconds)

        monkeypatch.setattr(programme_module, "read_file", read)
        kept = KeptPages(tmp_path, options, place, key)
        programme = Programme(tmp_path, options, render=render, kept=kept)
        programme.refresh(patience)
        return programme, work

    return start_it


def test_a_second_start_reads_and_renders_nothing_and_shows_the_same(write, start):
    write(BODY, header=FULL)
    first, work = start()
    assert work == ["talk.md", "render Cancelled: A talk"]

    second, work = start()

    assert work == []
    assert second.all_pages() == first.all_pages()
    assert second.problems() == first.problems()
    assert second.problems()
    assert second.redirect("/old") == "talk"
    assert second.meant("TALK") == "talk"


def test_of_a_whole_site_too(tmp_path, start):
    write_site(tmp_path, 200)
    first, _ = start()
    second, work = start(patience=0)

    assert work == []
    assert second.pages() == first.pages()
    assert second.problems() == first.problems()


def test_what_has_changed_is_read(write, start, place):
    for name in ("a", "b", "c"):
        write("Old", name=f"{name}.md")
    start()
    write("New", name="b.md")
    write("Late", name="d.md")

    programme, work = start()

    assert [name for name in work if name.endswith(".md")] == ["b.md", "d.md"]
    assert [programme.find(slug).html for slug in "abcd"] == [
        *("<p>Old</p>", "<p>New</p>", "<p>Old</p>", "<p>Late</p>")
    ]


def test_what_is_gone_is_kept_no_longer(write, start, place):
    path = write("A secret that was published by mistake")
    other = write(name="other.md")
    start()
    assert b"by mistake" in place.read_bytes()
    path.unlink()
    start()

    assert b"by mistake" not in place.read_bytes()
    assert other.exists()


def test_a_page_that_breaks_is_broken_after_a_start_too(write, start):
    write("Good")
    start()
    write("Bad", header="title: A talk\n")

    programme, work = start()

    assert (programme.pages(), work) == ([], ["talk.md"])
    assert [problem.fatal for problem in programme.problems()] == [True]


@pytest.mark.parametrize(
    "header", ["title: A talk\n", "title: A\ndate: 2027-06-22\npublishDate: 2027-01-01\n"]
)
def test_what_is_broken_or_waits_for_its_day_is_always_read(write, start, header):
    write(header=header)
    start()

    assert "talk.md" in start()[1]


@pytest.mark.parametrize(
    "other",
    [
        {"key": f"another-{KEY}"},
        {"options": replace(OPTIONS, timezone="Europe/Paris")},
        {"options": replace(OPTIONS, fields=(("speaker", "who"),))},
    ],
)
def test_with_another_key_or_other_settings_all_is_read(write, start, other):
    write()
    start()

    assert "talk.md" in start(**other)[1]


def test_with_another_version_all_is_read(write, start, monkeypatch):
    write()
    start()
    monkeypatch.setattr(kept_module, "made_by", lambda: "another")

    assert "talk.md" in start()[1]


def test_once_clocks_are_set_otherwise_all_is_read(write, start, monkeypatch):
    write()
    start()
    monkeypatch.setattr(kept_module, "ZoneInfo", lambda _name: ZoneInfo("Asia/Tokyo"))

    assert "talk.md" in start()[1]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE page SET page = replace(page, '<p>', '<p onclick=x>')",
        "UPDATE page SET mark = ''",
        "UPDATE page SET mark = NULL, page = NULL",
        "UPDATE page SET page = x'00ff'",
        "UPDATE page SET name = 'other.md'",
        "DROP TABLE page",
        "DROP TABLE page; CREATE TABLE page (name)",
    ],
)
def test_what_is_not_ours_is_refused(write, start, place, change):
    write("Hello")
    start()
    with sqlite3.connect(place) as connection:
        connection.executescript(change)
    connection.close()

    programme, work = start()

    assert "talk.md" in work
    assert programme.find("talk").html == "<p>Hello</p>"


def broken(place):
    place.write_bytes(b"no database" * 1_000)


def cut(place):
    place.write_bytes(place.read_bytes()[:5_000])


def link(place):
    place.unlink()
    place.symlink_to(place.with_name("elsewhere"))


def pipe(place):
    place.unlink()
    os.mkfifo(place)


def folder(place):
    place.unlink()
    place.mkdir()


@pytest.mark.parametrize("harm", [broken, cut, link, pipe, folder])
def test_nothing_in_its_place_keeps_pages_from_being_read(write, start, place, harm):
    write("Hello")
    start()
    harm(place)

    programme, work = start()

    assert "talk.md" in work
    assert programme.find("talk").html == "<p>Hello</p>"
    assert not place.with_name("elsewhere").exists()


def test_where_nothing_can_be_written_pages_are_read(write, start, place):
    write("Hello")
    place.parent.rmdir()

    assert start()[0].find("talk").html == "<p>Hello</p>"


def test_while_another_writes_there_nobody_waits_for_long(write, start, place, monkeypatch):
    monkeypatch.setattr(kept_module, "LOCKED_SECONDS", 0.01)
    write("Hello")
    start()
    write("Bye")
    other = sqlite3.connect(place)
    other.execute("BEGIN EXCLUSIVE")

    programme, _ = start()
    other.close()

    assert programme.find("talk").html == "<p>Bye</p>"


def test_it_is_for_nobody_else_and_has_its_limits(write, start, place, monkeypatch):
    write("Hello")
    start()
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    monkeypatch.setattr(kept_module, "LARGEST_FILE", 10)
    monkeypatch.setattr(kept_module, "LARGEST", 10)
    write("Bye")
    start()

    assert b"Hello" not in place.read_bytes()
    assert b"Bye" not in place.read_bytes()


LATER = "title: A talk\ndate: 2027-06-22\npublishDate: 2999-01-01\n"
TAKEN_OUT = [("Bad", "title: A talk\n"), ("Later", LATER), ("Too large " * 500, HEADER)]


@pytest.mark.parametrize(("body", "header"), TAKEN_OUT)
@pytest.mark.parametrize("while_served", [True, False])
def test_what_was_taken_out_of_a_page_is_kept_no_longer_whatever_came_instead(
    write, start, place, monkeypatch, body, header, while_served
):
    monkeypatch.setattr(files_module, "SETTLING_NS", 0)
    monkeypatch.setattr(kept_module, "LARGEST", 1_500)
    write("A secret that was published by mistake")
    programme, _ = start()
    assert b"by mistake" in place.read_bytes()
    write(body, header=header)

    _ = programme.refresh() if while_served else start()

    assert b"by mistake" not in place.read_bytes()


def test_what_cannot_be_written_now_is_written_the_next_time_and_nobody_waits_for_that(
    write, start, place, monkeypatch
):
    write("A secret that was published by mistake")
    programme, _ = start()
    monkeypatch.setattr(kept_module, "LOCKED_SECONDS", 3600)
    other = sqlite3.connect(place)
    other.execute("BEGIN EXCLUSIVE")
    write("Bye")
    programme.refresh()
    other.close()

    programme.refresh()

    assert b"by mistake" not in place.read_bytes()
    assert start()[1] == []


@pytest.mark.parametrize("error", [ZoneInfoNotFoundError, ValueError, TypeError, IsADirectoryError])
def test_what_can_no_longer_be_understood_is_read(write, start, monkeypatch, error):
    def unknown(_name):
        raise error

    write("Hello")
    start()
    monkeypatch.setattr(kept_module, "ZoneInfo", unknown)

    programme, work = start()

    assert "talk.md" in work
    assert programme.find("talk").html == "<p>Hello</p>"


def test_folders_and_files_may_have_names_that_are_no_text(tmp_path, place):
    folder = tmp_path / os.fsdecode(b"talks-\xff")
    folder.mkdir()
    for name in (b"talk.md", b"t\xff.md"):
        (folder / os.fsdecode(name)).write_text(f"---\n{HEADER}---\nHello\n")

    for _ in range(2):
        kept = KeptPages(folder, OPTIONS, place, KEY)
        programme = Programme(folder, OPTIONS, render=render_here, kept=kept)
        programme.refresh()
        assert programme.find("talk").html == "<p>Hello</p>"


def test_who_does_not_serve_takes_what_is_kept_and_changes_nothing(tmp_path, write, start, place):
    write("Hello")
    start()
    before = place.read_bytes()
    write("New", name="new.md")
    place.chmod(0o640)

    kept = KeptPages(tmp_path, OPTIONS, place, KEY, writes=False)
    assert kept.load().keys() == {"talk.md"}
    Programme(tmp_path, OPTIONS, render=render_here, kept=kept).refresh()

    assert place.read_bytes() == before
    assert stat.S_IMODE(place.stat().st_mode) == 0o640


def test_where_another_table_was_all_is_kept_again(write, start, place):
    write("Hello")
    start()
    with sqlite3.connect(place) as connection:
        connection.executescript("DROP TABLE page; CREATE TABLE page (name)")
    connection.close()
    programme, _ = start()
    write("Bye")
    programme.refresh()

    assert start()[1] == []


def kept_names(place) -> set[str]:
    with closing(sqlite3.connect(place)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM page")}


def test_a_worker_that_lags_behind_takes_nothing_from_what_another_has_kept(write, start):
    write(name="a.md", header=HEADER)
    (ahead, _), (behind, work) = start(), start()
    write("Changed", name="a.md", header=HEADER)
    ahead.refresh()
    assert start()[1] == []

    behind.refresh()

    assert "render A talk" in work
    assert start()[1] == []


def test_what_a_worker_has_not_seen_yet_is_kept_again_at_its_next_look(
    tmp_path, write, start, place
):
    write(name="a.md", header=HEADER)
    ahead, _ = start()

    def lagging(jobs, seconds):
        if not (tmp_path / "b.md").exists():
            write("New", name="b.md", header=HEADER)
            ahead.refresh()
            assert kept_names(place) == {"a.md", "b.md"}
        return render_here(jobs, seconds)

    write("Changed", name="a.md", header=HEADER)
    kept = KeptPages(tmp_path, OPTIONS, place, KEY)
    behind = Programme(tmp_path, OPTIONS, render=lagging, kept=kept)
    behind.refresh()  # of b, which came while it rendered, it knows nothing
    assert kept_names(place) == {"a.md"}

    behind.refresh()

    assert kept_names(place) == {"a.md", "b.md"}
    assert start()[1] == []
