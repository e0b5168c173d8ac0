"""Which browser somebody signs in with: in words, and whether an account has used it before."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from companion.messages import Message, gettext, read_back

# What stands in the header of each, the first that fits; most claim to be others, too.
PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", gettext("an iPhone")),
    ("iPad", gettext("an iPad")),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS", gettext("a Mac")),
    ("Linux", "Linux"),
)
ON_A_SYSTEM = gettext("%(program)s on %(system)s", program="", system="")
A_BROWSER = gettext("a browser")
MOST_MARKS = 5


@dataclass(frozen=True)
class Browser:
    """A browser: what it is in words, and the marks of accounts that have used it."""

    words: str
    marks: tuple[str, ...] = ()

    def has(self, mark: str) -> bool:
        """Whether the account that makes this mark has used it before."""
        return any(hmac.compare_digest(mark.encode(), held.encode()) for held in self.marks)


def in_words(user_agent: str) -> str:
    """Return which browser and system a header names; no version, for nobody is to be traced."""
    program = next((name for sign, name in PROGRAMS if sign in user_agent), A_BROWSER)
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return str(ON_A_SYSTEM.about(program=program, system=system) if system else program)


def kept(words: str) -> Message:
    """Return the message that the words for a browser are, as they were kept."""
    found = read_back(words, [ON_A_SYSTEM])
    return found.about(**{name: read_back(str(said)) for name, said in found.values.items()})


def read_marks(cookie: str) -> tuple[str, ...]:
    """Return the marks that a browser's cookie holds, the last that signed in first."""
    return tuple(mark for mark in cookie[:200].split(".") if mark)[:MOST_MARKS]


def with_mark(browser: Browser, mark: str) -> str:
    """Return a browser's cookie once an account has used it."""
    others = [held for held in browser.marks if held != mark]
    return ".".join([mark, *others][:MOST_MARKS])
