"""One word for a thing: the words that were given up are used nowhere, and the glossary is true."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GIVEN_UP = re.compile(
    r"\b(deeds?|Deed|DOINGS|House|come_in|by_itself|Kept|just_said|nudges?|_nudge|Shelf|SeriesTask"
    r"|mark_of\w*|as_scheduled|talk_named|count_listing|role_session|RoleSession)\b"
    r"|\bclass (Work|Shows|Doors|Table|Order|Task)\b|extensions\[\"aside\"\]"
)
COLUMNS = re.compile(r"\b(row|talk|question|Talk|Question)\.(listed|drives|spoken|names)\b")
SCRIPTS = re.compile(r"\b(reach|tell|dress|rest|quiet)\s*\(|/(reach|quiet|slip|calm|say|alike)\.js")
PATH = re.compile(r"`((?:board|moderation|store|talks|web|realtime|exports|templates)/[\w./-]+)`")


def sources(*patterns: str) -> list[Path]:
    found = [path for pattern in patterns for path in ROOT.glob(pattern)]
    assert found
    return [path for path in found if path != Path(__file__) and "vendor" not in path.parts]


def used(words: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in paths
        for match in words.finditer(path.read_text(encoding="utf-8"))
    ]


def test_no_word_that_was_given_up_is_used():
    python = sources("companion/**/*.py", "tests/support/*.py")
    pages = sources("templates/**/*.html", "docs/*.md", "*.md")
    pages = [path for path in pages if path.name != "CHANGELOG.md"]

    assert used(GIVEN_UP, python + pages) == []
    assert used(COLUMNS, python) == []
    assert used(SCRIPTS, sources("static/js/**/*.js")) == []


def test_the_glossary_names_files_that_are_there():
    for document in ("docs/glossary.md", "SECURITY.md"):
        text = (ROOT / document).read_text(encoding="utf-8")
        named = [path for path in PATH.findall(text) if "." in path]
        roots = (ROOT, ROOT / "companion")
        missing = [path for path in named if not any((root / path).exists() for root in roots)]

        assert (document, missing) == (document, [])
