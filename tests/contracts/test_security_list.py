"""The list of controls is whole, and names tests that are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIST = (ROOT / "docs" / "security.md").read_text()
ROWS = re.findall(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", LIST, re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
REASONS = ("Does not apply", "Not done", "Ruff's")


def test_every_control_is_there_once_in_its_order():
    assert [int(number) for number, *_ in ROWS] == list(range(1, 53))


def test_every_control_has_a_test_or_a_reason():
    bare = [number for number, *_, proof in ROWS if not NAMED.search(proof)]

    assert all(proof.startswith(REASONS) for number, *_, proof in ROWS if number in bare)
    assert len(bare) <= 8


@pytest.mark.slow
def test_every_test_that_is_named_is_there():
    missing = []
    for path, name in NAMED.findall(LIST):
        file = ROOT / "tests" / path
        tree = ast.parse(file.read_text()) if file.exists() else ast.Module([], [])
        if name not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}:
            missing.append(f"{path}::{name}")

    assert missing == []
