from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companion.talks import PageOptions, Programme, check
from companion.talks import files as files_module
from companion.talks import programme as programme_module
from companion.talks import reading as reading_module
from companion.talks.files import slug_of
from companion.talks.markdown.job import Rendered, RenderFailed, RenderJob
from companion.talks.markdown.supervisor import render_all
from tests.support.talks import messages

DATED = "title: A talk\ndate: 2025-07-01\n"


def test_nothing_is_read_before_the_first_refresh(write, programme):
    write()

    assert programme.pages() == []
    assert programme.refresh() == {"talk"}
    assert [page.slug for page in programme.pages()] == ["talk"]


def test_refresh_names_what_was_added_changed_and_removed(write, programme):
    kept, changed, removed = (write(name=f"{name}.md") for name in ("kept", "changed", "removed"))
    programme.refresh()
    write("New words", name="changed.md")
    write(name="added.md")
    removed.unlink()

    assert programme.refresh() == {"added", "changed", "removed"}
    assert programme.find("removed") is None
    assert programme.refresh() == set()
    assert kept.exists()
    assert changed.exists()


@pytest.mark.parametrize("settling", [0, 10**15])
def test_a_version_is_that_of_the_files_and_the_same_for_all(
    tmp_path, write, programme, monkeypatch, settling
):
    monkeypatch.setattr(files_module, "SETTLING_NS", settling)
    other = Programme(tmp_path, programme.options, render=programme._render)
    versions = []
    for words in ("Old words", "New words", "New words, and more"):
        write(words)
        write("Beside it", name="beside.md")
        programme.refresh()
        other.refresh()
        assert programme.version == other.version == programme.version
        versions.append(programme.version)
    (tmp_path / "beside.md").unlink()
    programme.refresh()

    assert len({*versions, programme.version}) == 4


def test_while_nothing_changes_nothing_is_read(tmp_path, write, programme, monkeypatch):
    monkeypatch.setattr(files_module, "SETTLING_NS", 0)
    write("Old words")
    write("Bad", header="", name="bad.md")
    (tmp_path / "README.md").write_text("Just text")
    programme.refresh()
    page = programme.find("talk")
    monkeypatch.setattr(programme_module, "read_file", None)

    assert programme.refresh() == set()
    assert programme.find("talk") is page


def test_only_what_has_changed_is_read_again(write, programme, monkeypatch):
    monkeypatch.setattr(files_module, "SETTLING_NS", 0)
    kept, changed = (write(name=f"{name}.md") for name in ("kept", "changed"))
    programme.refresh()
    page = programme.find(kept.stem)
    write("New words", name=changed.name)

    assert programme.refresh() == {"changed"}
    assert programme.find("kept") is page


def test_a_file_that_becomes_readable_is_read(write, programme, monkeypatch):
    monkeypatch.setattr(files_module, "SETTLING_NS", 0)
    path = write()

    def refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as refusing:
        refusing.setattr(reading_module, "content_of", refuse)
        assert programme.refresh() == set()
    assert messages(programme) == ["the file cannot be read: Permission denied"]
    path.chmod(0o600)

    assert programme.refresh() == {"talk"}
    assert programme.problems() == []


def test_a_file_that_vanishes_while_it_is_read_is_gone(write, programme, monkeypatch):
    write()

    def vanish(_path: Path) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(reading_module, "content_of", vanish)

    assert programme.refresh() == set()
    assert programme.problems() == []


def test_a_file_written_this_moment_is_read_again(write, programme, monkeypatch):
    monkeypatch.setattr(files_module, "SETTLING_NS", 10**10)
    path = write("Old")
    programme.refresh()
    stat = path.stat()
    path.write_text(path.read_text().replace("Old", "New"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert programme.refresh() == {"talk"}


def test_pages_come_in_order_of_their_start(write, programme):
    write(name="a.md", header="title: Later\ndate: 2025-07-02\n")
    write(name="b.md", header="title: Sooner\ndate: 2025-07-01\n")
    programme.refresh()

    assert [page.title for page in programme.pages()] == ["Sooner", "Later"]


@pytest.mark.parametrize("value", ["false", "False", "'no'", "off"])
def test_an_unpublished_talk_is_neither_listed_nor_found(write, programme, value):
    write(header=f"{DATED}published: {value}\npermalink: /old\n")

    assert programme.refresh() == set()
    assert (programme.pages(), programme.find("talk")) == ([], None)
    assert programme.redirect("/old") is None


def test_withdrawing_a_talk_is_a_change(write, programme):
    write()
    programme.refresh()
    write(header=f"{DATED}published: false\n")

    assert programme.refresh() == {"talk"}


def test_an_unfinished_unpublished_talk_is_only_warned_about(write, programme):
    write()
    programme.refresh()
    write(header="title:\npublished: false\n")

    assert programme.refresh() == {"talk"}
    assert [problem.fatal for problem in programme.problems()] == [False, False]


def test_the_last_good_version_stays_up_while_a_file_is_broken(write, programme):
    write("Good")
    programme.refresh()
    write("Bad", header="title: A\n")

    assert programme.refresh() == set()
    page = programme.find("talk")
    assert page is not None
    assert page.html == "<p>Good</p>"
    assert [problem.fatal for problem in programme.problems()] == [True]
    write("Better")
    assert programme.refresh() == {"talk"}
    assert programme.problems() == []


def test_a_broken_file_hides_no_other(write, programme):
    write(name="good.md")
    write(name="bad.md", header="")
    write("<div>" * 300, name="deep.md")

    assert programme.refresh() == {"good"}
    assert [item.path.name for item in programme.problems() if item.fatal] == ["bad.md", "deep.md"]


@pytest.mark.parametrize("name", [".hidden.md", "_draft.md", "notes.txt", "README.md", "index.md"])
def test_other_files_are_left_alone(tmp_path, programme, name):
    (tmp_path / name).write_text("Just text")

    assert programme.refresh() == set()
    assert programme.problems() == []


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Talk-2025.MD", "talk-2025"), ("a.md", "a"), ("2025_a.b.md", "2025_a.b")],
)
def test_slug_is_the_files_name_in_lower_case(name, slug):
    assert slug_of(name) == slug


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("My talk!.md", "my-talk"),
        ("é.md", "e"),
        ("Größe und Maß.md", "grosse-und-mass"),
        ("-a.md", "a"),
        (f"{'a' * 101}.md", "a" * 100),
        ("a\nb.md", "a-b"),
        ("講演.md", "talk-be4c7e7d"),
        ("2027/graphs/index.md", "graphs"),
    ],
)
def test_every_name_gives_an_address(name, slug):
    assert slug_of(name) == slug


def test_two_files_for_one_slug_keep_the_first(write, programme):
    write("First", name="Talk.md")
    write("Second", name="talk.md")
    programme.refresh()

    assert [page.html for page in programme.pages()] == ["<p>First</p>"]
    assert messages(programme) == [
        "the address 'talk' belongs to Talk.md already, so talk.md goes without; change one"
    ]


@pytest.mark.parametrize("path", ["/events/my old/", "/events/my old", "/events/my%20old"])
def test_an_old_path_is_found_however_it_is_written(write, programme, path):
    write(header=f"{DATED}redirect_from: /events/my%20old/\n")
    programme.refresh()

    assert programme.redirect(path) == "talk"


@settings(deadline=None)
@given(st.one_of(st.text(), st.sampled_from(["../talk", "talk.md", "/talk", "TALK", "talk\0"])))
def test_only_the_slug_itself_finds_a_talk(slug):
    programme = programme_without_folder()

    assert (programme.find(slug) is not None) == (slug == "talk")
    assert programme.redirect(slug) is None


@cache
def programme_without_folder() -> Programme:
    """Return a programme that can only find what it has read: its folder is gone."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "talk.md").write_text(f"---\n{DATED}---\n")
        programme = Programme(Path(folder), PageOptions())
        programme.refresh()
    return programme


def test_readers_see_one_state_or_the_next_and_never_wait(tmp_path, write):
    seen: list[str] = []

    def look(jobs: Sequence[RenderJob], seconds: float) -> list[Rendered | RenderFailed]:
        seen.extend(page.html for page in programme.pages())
        return render_all(jobs, seconds)

    programme = Programme(tmp_path, PageOptions(), render=look)
    write("Old")
    programme.refresh()
    write("New")
    programme.refresh()

    assert seen == ["", "<p>Old</p>"]  # without its body as long as it had none
    assert [page.html for page in programme.pages()] == ["<p>New</p>"]


def test_two_talks_for_one_old_path_keep_the_first(write, programme):
    write(name="a.md", header=f"{DATED}redirect_from: /old\n")
    write(name="b.md", header=f"{DATED}permalink: /old\n")
    programme.refresh()

    assert programme.redirect("/old") == "a"
    assert programme.redirect("/OLD") is None
    assert [str(problem).partition(".md:")[2] for problem in programme.problems()] == [
        "4: warning: the old path /old is claimed by a.md and b.md; it leads to the first"
    ]


def test_check_is_the_report_on_a_folder(tmp_path, write):
    path = write(header="title: A talk\n")

    assert [str(problem) for problem in check(tmp_path, PageOptions())] == [
        f"{path}:1: error: no `date`; add one, as in `date: 2025-01-31`"
    ]


def test_the_board_is_linked_where_the_options_say(tmp_path, write):
    write("[Ask](https://sli.do/x)")
    programme = Programme(tmp_path, PageOptions(board_url="/t/{slug}/ask"))
    programme.refresh()

    assert 'href="/t/talk/ask"' in programme.pages()[0].html


@pytest.mark.parametrize(
    ("location", "body", "warning"),
    [
        ("Google Meet", "Join at: <!-- FILL ME IN -->",
         "6: warning: the joining link is still a placeholder; put the meeting link there"),
        ("Room 1", "We meet on Zoom.\n\n### Joining\n\nTBC",
         "10: warning: the joining link is still a placeholder; put the meeting link there"),
        ("Online", "Hello",
         "4: warning: the talk is online but has no meeting link; add `meeting_url:` or a link"),
        ("Room 1", "An online seminar",
         "4: warning: the talk is online but has no meeting link; add `meeting_url:` or a link"),
        ("Online", "Join <https://meet.jit.si/room>, speaker TBC", None),
        ("Room 1", "Hello", None),
        ("Room 1", "Speaker: TODO", None),
        ("", "<script>x</script>", "6: warning: `<script>` is left out of the page; remove it"),
        ("", "a\n\n<style>x</style>", "8: warning: `<style>` is left out of the page; remove it"),
        ("", "[Jam](https://jamboard.google.com/d/1)",
         "6: warning: the link to Google Jamboard, which is shut down, is shown as this talk's "
         "question board; write that instead"),
        ("", "a\n[s](sli.do)", "7: warning: the link to Slido is shown as this talk's question "
                               "board; write that instead"),
        ("", "<iframe src='https://docs.google.com/presentation/x?a=1&amp;b'></iframe>",
         '6: warning: an `<iframe>` without a title; add title="what it is"'),
        ("", "<iframe src='https://x.example/a' title='x'></iframe>",
         "6: warning: embeds from x.example are not allowed, so it is shown as a link; allow the "
         "host, or use one that is known"),
    ],
)  # fmt: skip
def test_pages_that_let_their_audience_down_are_warned_about(complaints, location, body, warning):
    report = complaints(f"{DATED}location: {location}\n", body)

    assert report == ([warning] if warning else [])


def test_the_same_warning_twice_names_both_lines(complaints):
    report = complaints(body="[a](sli.do)\n\n[b](sli.do)\n")

    assert [line.partition(":")[0] for line in report] == ["7", "9"]


def test_a_draft_is_not_pestered_about_its_joining_link(complaints):
    assert complaints(f"{DATED}location: Online\npublished: false\n") == []


@pytest.mark.parametrize(
    "address",
    ["Graphs", "GRAPHS/", "graphs.html", "2027-05-11-Graphs.md", "2027/05/11/graphs.html",
     "2027-05-11-graphs", "year/2027-05-11-graphs", "graphs/index.html"],
)  # fmt: skip
def test_an_address_written_differently_leads_to_the_talk(tmp_path, write, programme, address):
    (tmp_path / "year").mkdir()
    write(name="year/2027-05-11-Graphs.md")
    write(name="secret.md", header=f"{DATED}draft: true\n")
    programme.refresh()

    assert programme.meant(address.removesuffix("/index.html")) == "2027-05-11-graphs"
    assert programme.meant("Secret") is None
    assert programme.meant("other") is None


def test_talks_in_folders_are_read_and_their_names_told_apart(tmp_path, write, programme):
    for folder in ("2026", "2027", "_site", "node_modules", ".git", "graphs"):
        (tmp_path / folder).mkdir()
        write(name=f"{folder}/{'index' if folder == 'graphs' else 'talk'}.markdown")
    (tmp_path / "2026" / "README.md").write_text("Just text")
    (tmp_path / "2026" / "about.md").write_text("---\ntitle: About\n---\n")
    programme.refresh()

    assert {page.slug for page in programme.pages()} == {"talk", "2027-talk", "graphs"}
    assert programme.problems() == []
    assert [path.name for path in programme.others()] == ["README.md", "about.md"]


def test_a_version_is_that_of_the_program_and_of_what_is_public_too(
    tmp_path, write, programme, monkeypatch
):
    monkeypatch.setattr(files_module, "SETTLING_NS", 0)
    write(header="title: A\ndate: 2027-06-22\npublishDate: 2999-01-01\n")
    programme.refresh()
    versions = {programme.version}
    monkeypatch.setattr("companion.talks.privacy._later", lambda *_: None)
    for made_by in ("one", "another"):
        monkeypatch.setattr(programme_module, "made_by", lambda made_by=made_by: made_by)
        other = Programme(tmp_path, programme.options, render=programme._render)
        other.refresh()
        versions.add(other.version)

    assert len(versions) == 3
