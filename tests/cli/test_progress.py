"""Long work shows how far it is, on a terminal and nowhere else."""

import io
import sys

from companion.cli.progress import pages_of, progress
from companion.store.backup import back_up
from tests.support.factories import make_question


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def at_a_terminal(monkeypatch) -> Terminal:
    """Have what is written to standard error go to a terminal; pytest takes it until the test."""
    found = Terminal()
    monkeypatch.setattr(sys, "stderr", found)
    return found


def test_a_bar_goes_to_its_end(monkeypatch):
    terminal = at_a_terminal(monkeypatch)
    with progress("Copying", 4) as advance:
        advance(1)
        advance(3)

    assert "Copying" in terminal.getvalue()
    assert "100%" in terminal.getvalue()


def test_a_backup_says_how_far_it_is(engine, sqlite_url, tmp_path, monkeypatch):
    terminal = at_a_terminal(monkeypatch)
    monkeypatch.setattr("companion.store.backup.AT_ONCE", 8)
    make_question(engine)

    with pages_of("Saving") as report:
        back_up(sqlite_url, tmp_path / "kept.sqlite3", report)

    shown = terminal.getvalue()
    assert shown.count("Saving") > 2
    assert "100%" in shown


def test_nothing_is_shown_elsewhere(capsys):
    with progress("Copying", 4) as advance:
        advance(4)
    with pages_of("Saving") as report:
        report(0, 4)

    assert capsys.readouterr() == ("", "")
