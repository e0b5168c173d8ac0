"""A file is replaced as a whole or not at all, by one at a time, and only while nobody else did."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import resource
import signal
from pathlib import Path

import pytest

from companion.errors import Refused
from companion.writing import files

OLD, NEW = b"old\r\nbytes\xff", b"new bytes"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "talk.md"
    path.write_bytes(OLD)
    return path


def in_a_process(work, *arguments) -> int:
    """Do something in a process of its own; returns its exit code, below 0 when it was killed."""
    process = multiprocessing.get_context("fork").Process(target=work, args=arguments)
    process.start()
    process.join(30)
    assert process.exitcode is not None
    return process.exitcode


def test_the_new_bytes_are_there_and_nothing_else_is(path):
    path.chmod(0o640)

    files.replace(path, OLD, NEW)

    assert path.read_bytes() == NEW
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(path.parent.iterdir()) == [path]


def test_what_has_changed_meanwhile_is_left_alone(path):
    with pytest.raises(Refused, match="has changed meanwhile"):
        files.replace(path, b"older", NEW)

    assert path.read_bytes() == OLD
    assert list(path.parent.iterdir()) == [path]


def test_what_has_come_or_gone_meanwhile_has_changed(path):
    with pytest.raises(Refused, match="has changed meanwhile"):
        files.replace(path, None, NEW)
    path.unlink()
    with pytest.raises(Refused, match="has changed meanwhile"):
        files.replace(path, OLD, NEW)
    assert list(path.parent.iterdir()) == []


def test_a_new_file_gets_its_folders_and_the_usual_permissions(tmp_path):
    path = tmp_path / "_data" / "qa" / "talk.yml"
    usual = tmp_path / "usual"
    usual.touch()

    files.replace(path, None, NEW)

    assert path.read_bytes() == NEW
    assert path.stat().st_mode == usual.stat().st_mode


def test_a_link_stays_and_the_file_it_leads_to_changes(path, tmp_path):
    folder = tmp_path / "linked"
    folder.mkdir()
    link = folder / "talk.md"
    link.symlink_to(path)

    files.replace(link, OLD, NEW)

    assert link.is_symlink()
    assert path.read_bytes() == NEW


def killed_before_renaming(path: Path) -> None:
    def kill(*_arguments: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    Path.rename = kill  # type: ignore[assignment, method-assign]
    files.replace(path, OLD, NEW)


def test_killed_before_the_last_step_the_old_file_is_whole(path):
    assert in_a_process(killed_before_renaming, path) == -signal.SIGKILL
    assert path.read_bytes() == OLD

    files.replace(path, OLD, NEW)
    assert path.read_bytes() == NEW


def refused_without_room(path: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (4, 4))
    with pytest.raises(Refused, match="cannot be written: File too large"):
        files.replace(path, OLD, NEW)


def test_when_it_cannot_be_written_the_old_file_is_whole(path):
    assert in_a_process(refused_without_room, path) == 0
    assert path.read_bytes() == OLD
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_cannot_be_is_told(tmp_path):
    (tmp_path / "_data").touch()

    with pytest.raises(Refused, match=r"talk\.yml cannot be written: "):
        files.replace(tmp_path / "_data" / "talk.yml", None, NEW)
    with pytest.raises(Refused, match="cannot be read: Is a directory"):
        files.read(tmp_path)


def publish_over(path: Path, name: int, start: object) -> None:
    start.wait(30)  # type: ignore[attr-defined]
    try:
        files.replace(path, OLD, b"%d" % name)
    except Refused as refusal:
        os._exit(1 if "has changed meanwhile" in str(refusal) else 2)
    os._exit(0)


def test_of_many_at_once_one_publishes_and_the_others_are_told(path):
    fork = multiprocessing.get_context("fork")
    start = fork.Event()
    crowd = [fork.Process(target=publish_over, args=(path, name, start)) for name in range(8)]
    for one in crowd:
        one.start()
    start.set()
    for one in crowd:
        one.join(30)

    assert sorted(one.exitcode for one in crowd) == [0, *[1] * 7]
    [winner] = [name for name, one in enumerate(crowd) if one.exitcode == 0]
    assert path.read_bytes() == b"%d" % winner


def test_whoever_holds_the_folder_for_long_is_not_waited_for(path, monkeypatch):
    monkeypatch.setattr(files, "TURNS", 2)
    handle = os.open(path.parent, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(Refused, match="somebody else is writing in"):
            files.replace(path, OLD, NEW)
    finally:
        os.close(handle)
    assert path.read_bytes() == OLD
