"""What every style sheet keeps to."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHEETS = sorted(
    path
    for folder in ("static", "templates")
    for path in (ROOT / folder).rglob("*.css")
    if "vendor" not in path.parts
)
TOKEN = re.compile(r"(?P<prelude>[^{};]*)(?P<mark>[{};])")


def hovered_for_everybody(css: str) -> list[str]:
    """Return the rules for a hovered element that hold on a touch screen too."""
    open_blocks: list[str] = []
    found = []
    for token in TOKEN.finditer(re.sub(r"/\*.*?\*/", "", css, flags=re.S)):
        if token["mark"] == "}":
            open_blocks.pop()
        elif token["mark"] == "{":
            prelude = token["prelude"].strip()
            if ":hover" in prelude and not any("(hover: hover)" in each for each in open_blocks):
                found.append(prelude)
            open_blocks.append(prelude)
    return found


def test_a_rule_that_sticks_after_a_touch_is_found():
    assert hovered_for_everybody(".a { b: c } .a:hover { b: d }") == [".a:hover"]
    assert hovered_for_everybody("@media (hover: hover) { .a:hover { b: d } }") == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_colours_of_a_hovered_element_do_not_stick_on_touch(sheet):
    assert hovered_for_everybody(sheet.read_text()) == []
