"""What is no readable file is a problem of its own, and takes nothing else down."""

from __future__ import annotations

import os
from socket import AF_UNIX, socket

import pytest

from tests.support.talks import messages


def test_a_missing_folder_is_a_problem_and_takes_nothing_down(tmp_path, write, programme):
    write()
    programme.refresh()
    programme.folder = tmp_path / "nowhere"

    assert programme.refresh() == set()
    assert programme.find("talk") is not None
    assert messages(programme) == ["the folder of talks cannot be read: No such file or directory"]
    assert programme.trouble == f"{tmp_path / 'nowhere'} cannot be read"
    programme.folder = tmp_path
    assert programme.refresh() == set()
    assert programme.trouble == ""
    assert programme.problems() == []


def make_pipe(path):
    os.mkfifo(path)


def make_socket(path):
    with socket(AF_UNIX) as listening:
        listening.bind(str(path))


ODD = {
    "a link to itself": (lambda path: path.symlink_to(path), "Too many levels of symbolic links"),
    "links in a circle": (
        lambda path: (path.symlink_to("other"), path.with_name("other").symlink_to(path)),
        "Too many levels of symbolic links",
    ),
    "a link to nowhere": (lambda path: path.symlink_to("gone"), "a link to a file that is not"),
    "a link to a device": (lambda path: path.symlink_to("/dev/zero"), "this is a device"),
    "a link to a folder": (lambda path: path.symlink_to("."), "this is a folder"),
    "a folder": (lambda path: path.mkdir(), "this is a folder"),
    "a pipe": (make_pipe, "this is a pipe"),
    "a socket": (make_socket, "this is a socket"),
    "too large": (lambda path: path.write_bytes(b"x" * 280_000), "the page is too long"),
    "endless": (lambda path: path.symlink_to("/proc/self/pagemap"), "the page is too long"),
    "a name in two lines": (
        lambda path: path.with_name("od\nd.md").write_text("---\ndate: 2026-03-05\n---\n"),
        "name of the file or its folder holds a character that cannot be shown",
    ),
    "a name that is no text": (
        lambda path: path.with_name("od\udcffd.md").write_text("---\ndate: 2026-03-05\n---\n"),
        "name of the file or its folder holds a character that cannot be shown",
    ),
    "a folder whose name is no text": (
        lambda path: (
            path.with_name("2027\x1b").mkdir(),
            (path.with_name("2027\x1b") / path.name).write_text("---\ndate: 2026-03-05\n---\n"),
        ),
        "name of the file or its folder holds a character that cannot be shown",
    ),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("below", ["", "2026/"])
def test_what_is_no_readable_file_is_its_own_problem_and_others_go_on(
    tmp_path, write, programme, odd, below
):
    write()
    programme.refresh()
    path = tmp_path / f"{below}odd.md"
    path.parent.mkdir(exist_ok=True)
    make, why = ODD[odd]
    make(path)
    write(name="late.md")

    assert programme.refresh() == {"late"}
    [problem] = [item for item in programme.problems() if item.path.stem.startswith("od")]
    assert (why in problem.message, problem.fatal) == (True, True)
    assert str(problem).encode().decode().splitlines() == [str(problem)]
    assert {page.slug for page in programme.pages()} == {"talk", "late"}


@pytest.mark.parametrize("odd", ["a link to itself", "a link to nowhere", "a pipe", "a folder"])
def test_a_page_that_becomes_unreadable_stays_up_until_it_can_be_read(write, programme, odd):
    path = write("Old words", name="odd.md")
    programme.refresh()
    path.unlink()
    ODD[odd][0](path)

    assert programme.refresh() == set()
    assert programme.find("odd").html == "<p>Old words</p>"
    path.rmdir() if path.is_dir() else path.unlink()
    write("New words", name="odd.md")
    assert programme.refresh() == {"odd"}
    assert programme.problems() == []
