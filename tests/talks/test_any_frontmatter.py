"""Whatever stands in a page's frontmatter is that page's problem, and no other's."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companion.talks import PageOptions, Programme
from companion.talks.facts import ALSO_READ, KEYS, STATES
from companion.talks.header import plain_key
from companion.values import FIELDS
from tests.support.talks import render_here

NAMES = sorted({*(name for names in KEYS.values() for name in names), *STATES, *ALSO_READ, *FIELDS})
TIMES = st.sampled_from(
    [
        *("12:00-13:00", "12–1pm", "25:61", "noon", "2027-06-22T12:00:00+25:00", "May 6, 2024"),
        *("31 February 2027", "0001-01-01", "9999-12-31", "-1", "1e400", "Mars/Crater", "12:00-"),
    ]
)
PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.datetimes() | TIMES
    | st.text(st.characters(codec="utf-8"), max_size=30)
)  # fmt: skip
KEY = st.sampled_from(NAMES) | st.text(st.characters(codec="utf-8"), max_size=10)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4),
    max_leaves=8,
)
HEADERS = st.dictionaries(KEY, VALUES, max_size=8)
OTHERS = KEY.filter(lambda key: plain_key(key) not in ("title", "date"))  # as the good page has
MAPPING = st.dictionaries(st.sampled_from(FIELDS), OTHERS, max_size=3).map(
    lambda found: tuple(found.items())
)


def as_yaml(header: dict[str, object]) -> str:
    return f"---\n{yaml.safe_dump(header, allow_unicode=True)}---\n\nWords.\n"


def as_toml(header: dict[str, object]) -> str:
    lines = (f"{json.dumps(key)} = {_toml(value)}" for key, value in header.items())
    return "+++\n" + "\n".join(lines) + "\n+++\n\nWords.\n"


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return json.dumps(value if value is not None else "")


@pytest.mark.parametrize("written", [as_yaml, as_toml])
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(header=HEADERS, fields=MAPPING)
def test_no_frontmatter_is_another_pages_problem(tmp_path: Path, written, header, fields):
    good, odd = tmp_path / "good.md", tmp_path / "odd.md"
    good.write_text("---\ntitle: Good\ndate: 2027-06-22\n---\n", encoding="utf-8")
    odd.write_text(written(header), encoding="utf-8", errors="replace")
    programme = Programme(tmp_path, PageOptions(fields=fields), render=render_here)
    programme.refresh()

    names = {page.path.name for page in programme.all_pages()}
    problems = [problem for problem in programme.problems() if problem.path.name == "odd.md"]
    assert "good.md" in names
    assert "odd.md" not in names or not any(item.fatal for item in problems)
    lines = odd.read_text(encoding="utf-8").count("\n") + 1
    assert all(1 <= item.line <= lines for item in problems)
    if "odd.md" not in names:
        assert problems
