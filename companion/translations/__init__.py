"""The catalogues of what pages say, and which languages there are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from babel import Locale, UnknownLocaleError

FOLDER = Path(__file__).resolve().parent
SOURCE = "en"  # what templates and code are written in
PAGES, SCRIPTS = "LC_MESSAGES/messages.mo", "LC_MESSAGES/scripts.json"


def locale_name(tag: str) -> str:
    """Return what a language is called by folders and by Babel: "pt_BR" for "pt-BR"."""
    return tag.replace("-", "_")


def offered(folders: Iterable[Path]) -> dict[str, str]:
    """Return the languages that there are catalogues of, each with its name in itself.

    They are called as ``lang`` has it. A folder that is called by no language is none of them,
    nor is one that Babel calls otherwise, and would not find: "zh_TW", which is "zh_Hant_TW".
    """
    found = {path.parents[1].name for folder in folders for path in folder.glob(f"*/{PAGES}")}
    names = {SOURCE: "English"}
    for name in sorted(found - {SOURCE}):
        locale = _locale(name)
        if locale:
            own = locale.get_display_name(locale) or name
            names[name.replace("_", "-")] = own[:1].upper() + own[1:]
    return names


def _locale(name: str) -> Locale | None:
    try:
        locale = Locale.parse(name)
    except (ValueError, UnknownLocaleError):
        return None
    return locale if str(locale) == name else None
