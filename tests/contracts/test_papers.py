"""What is written down agrees with what is."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from companion.settings import OPTIONS

ROOT = Path(__file__).resolve().parents[2]


def requirements() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {(found := Requirement(line)).name: found for line in project["dependencies"]}


def test_the_readme_lists_every_option_and_nothing_else():
    rows = re.findall(
        r"^\| `(COMPANION_\w+)` \| (?:`(--[\w-]+)`)? ?\| (?:`([^`]*)`)? ?\| (.+) \|$",
        (ROOT / "README.md").read_text(),
        re.MULTILINE,
    )

    assert rows == [(option.env, option.flag, option.default, option.help) for option in OPTIONS]


def test_every_cookie_is_named_in_what_is_said_of_privacy(app):
    rows = (ROOT / "docs/privacy.md").read_text().splitlines()
    said = {found[1] for row in rows if (found := re.match(r"\| `(?:__Host-)?(\w+)`", row))}
    cookies = {app.config[key] for key in app.config if key.endswith("_COOKIE")}

    assert {"visitor", "language"} <= cookies <= said


def test_no_other_variable_is_spoken_of():
    known = {name for option in OPTIONS for name in (option.env, option.file_env)}
    written = [
        ROOT / "README.md",
        *(ROOT / "companion").rglob("*.py"),
        *(ROOT / "docs").rglob("*.md"),
    ]
    for path in written:
        found = set(re.findall(r"\bCOMPANION_[A-Z_]*[A-Z]\b", path.read_text()))
        assert found <= known, path


def test_every_dependency_has_its_reason():
    adr = (ROOT / "docs" / "adr" / "0002-dependencies.md").read_text()
    reasons = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (.+) \|$", adr, re.MULTILINE))

    assert set(reasons) == set(requirements())
    assert all(reason.endswith(".") for reason in reasons.values())


def test_a_script_is_short_enough_to_be_read_at_once():
    lengths = {
        path.name: len(path.read_text().splitlines())
        for path in (ROOT / "static" / "js").rglob("*.js")
    }

    assert len(lengths) > 30
    assert {name: length for name, length in lengths.items() if length > 60} == {}


NEWER = re.compile(
    r"AbortSignal\.|BroadcastChannel|structuredClone|requestIdleCallback|reportError|randomUUID"
    r"|\.(at|to(Sorted|Reversed|Spliced)|findLast(Index)?|isWellFormed|checkVisibility|setHTML"
    r"|(show|hide|toggle)Popover|union|intersection|difference)\(|(Object|Map)\.(groupBy|hasOwn)"
    r"|Promise\.(try|withResolvers)|Array\.fromAsync|URL\.(canParse|parse)|Intl\.(Dur|Seg)|\(\?<[=!]"
    r"|navigator\.locks|\bstatic \{"
)


def test_no_script_calls_what_the_browsers_that_the_readme_names_have_not():
    """A call that came later may be asked for first, as ``form.requestSubmit`` is."""
    scripts = sorted((ROOT / "static" / "js").rglob("*.js"))

    found = {path.name: NEWER.findall(path.read_text()) for path in scripts}
    assert {name: calls for name, calls in found.items() if calls} == {}
    guard = (ROOT / "static" / "js" / "guard.js").read_text()
    assert not re.search(r"=>|\b(let|const|class|import|async)\b|`|\?\.|\?\?", guard)
    assert "Safari 15.4, Chrome and Edge 105 and Firefox 104" in (ROOT / "README.md").read_text()


def test_nothing_is_fetched_from_other_sites():
    for folder in ("css", "js"):
        for path in sorted((ROOT / "static" / folder).rglob("*.*")):
            text = path.read_text()
            assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//|from ['\"]https?:", text), (
                path
            )
