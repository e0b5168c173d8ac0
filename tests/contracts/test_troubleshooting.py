"""What troubleshooting quotes is really said, and what it says that doctor sees, doctor says."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "troubleshooting.md"
# What doctor says comes from its checks, and from what refuses settings and databases.
SEEN_BY_DOCTOR = ("cli/checks.py", "cli/settings_file.py", "settings.py", "store/migrate.py")
SEEN_BY_DOCTOR += ("secret_key.py", "store/sqlite.py", "values.py")
QUOTED = re.compile(r"`([^`]+)`")
NOT_SAID = ("companion ", "systemctl ", "journalctl ", "chmod ", "sudo ", "published: ", "kept ")


def rows() -> list[list[str]]:
    """Return the rows of all tables, each as its four cells."""
    found = [line[2:-2].split(" | ") for line in PAGE.read_text().splitlines() if line[:2] == "| "]
    return [row for row in found if row[1] != "why"]


@cache
def said(path: Path) -> str:
    """Return all texts of a module, what is put into them as …; one of a template as it is."""
    if path.suffix != ".py":
        return " ".join(path.read_text().split())
    texts = (_text(node) for node in ast.walk(ast.parse(path.read_text())))
    return "\n".join(text for text in texts if text)


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"%[ds]|\{\w*\}", "…", node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "…" for part in node.values)
    return ""


def is_said(quoted: str, where: list[Path]) -> bool:
    """Whether one module says all parts of it, between which there is something else."""
    parts = [part.strip() for part in quoted.split("…") if part.strip()]
    return any(all(part in said(path) for part in parts) for path in where)


def test_every_row_has_its_four_cells():
    assert len(rows()) > 30
    assert [row for row in rows() if len(row) != 4 or not all(row)] == []


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:40])
def test_what_is_quoted_is_said(row):
    everywhere = [*(ROOT / "companion").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    for quoted in QUOTED.findall(f"{row[0]} {row[1]}"):
        is_name = re.fullmatch(r"[A-Z_]+|[a-z.]+(: \w+)?|companion\.[\w.]+", quoted)
        if not is_name and not quoted.startswith(NOT_SAID):
            # SQLite's own words are nobody's here.
            assert quoted == "unable to open database file" or is_said(quoted, everywhere), quoted


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:40])
def test_what_doctor_is_said_to_see_doctor_says(row):
    where = [ROOT / "companion" / name for name in SEEN_BY_DOCTOR]
    for quoted in QUOTED.findall(row[3]):
        assert is_said(quoted, where), quoted
    assert QUOTED.findall(row[3]) or row[3] == "–"
