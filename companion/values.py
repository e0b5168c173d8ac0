"""How the text of a setting is read: each function returns what is meant, or raises ValueError.

`companion.settings.OPTIONS` says which setting is read by which.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from companion.look.colours import Colour, read_colour
from companion.network.addresses import is_host, is_loopback
from companion.network.web_addresses import is_web_address, place
from companion.translations import PAGES, offered

KEY_LENGTH = 16
# All before the last @, for a password may hold what nobody has escaped, and a scheme be left out.
PASSWORD = re.compile(r"^([A-Za-z][\w+.-]*://)?.*@", re.DOTALL)
PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*")
MAX_PATH = 100
# What a page may say under another name, as `companion.talks` has it.
FIELDS = (
    *("title", "speaker", "institute", "date", "from", "to", "end-date", "duration", "timezone"),
    *("location", "room", "category", "tags", "image", "abstract", "description", "meeting_url"),
    *("recording_url", "slides_url", "published", "status", "permalink", "redirect_from"),
    *("moderated", "board", "doors_minutes", "qa_minutes", "rating"),
)
REDIS = frozenset({"redis", "rediss", "valkey", "valkeys", "unix"})
LONGEST_SENTENCE = 300
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})


def number(low: int, high: int) -> Callable[[str], int]:
    """Read a whole number within bounds."""

    def parse(text: str) -> int:
        short = text.isascii() and text.isdecimal() and len(text) < 10
        if not short or not low <= int(text) <= high:
            raise ValueError(f"{text} is not a whole number from {low} to {high}")
        return int(text)

    return parse


def switch(text: str) -> bool:
    """Read on or off, however it is said."""
    if text.lower() not in TRUE | FALSE:
        raise ValueError(f"{text} is neither on nor off")
    return text.lower() in TRUE


def one_of(*words: str) -> Callable[[str], str]:
    """Read one of a few words."""
    *others, last = words
    unlike = f"none of {', '.join(others)} and" if others[1:] else f"neither {others[0]} nor"

    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(f"{text} is {unlike} {last}")
        return text

    return parse


def sentence(text: str) -> str:
    """Read a sentence for people, short enough to be shown."""
    if len(text) > LONGEST_SENTENCE:
        raise ValueError(f"it has {len(text)} characters; at most {LONGEST_SENTENCE} are shown")
    return on_one_line(text)


def on_one_line(text: str) -> str:
    """Return a text that may hold whatever was typed, as a terminal can show it."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def without_password(text: str) -> str:
    """Return an address as it may be shown: who comes to it, and what it is asked, left out."""
    shown, asks, _ = PASSWORD.sub(r"\1…@", text).partition("?")
    return f"{shown}?…" if asks else shown


def accent(text: str) -> Colour | None:
    """Read a colour, as #0a7d6c."""
    return read_colour(text) if text else None


def zone(text: str) -> str:
    """Read the name of a time zone."""
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError):
        raise ValueError(f"unknown time zone {text!r}; use a name such as Europe/London") from None


def language(text: str) -> str:
    """Read the code of a language, however its parts are joined."""
    return text.replace("_", "-")


def key(text: str) -> str:
    """Read a secret that cannot be guessed."""
    if text and len(text) < KEY_LENGTH:
        raise ValueError(f"too short; use at least {KEY_LENGTH} random characters")
    if text and len(set(text)) < KEY_LENGTH // 2:
        raise ValueError("too plain; use random characters")
    return text


def fields(text: str) -> tuple[tuple[str, str], ...]:
    """Read which of our fields stands in pages under which name, as in `from=start_time`."""
    found: dict[str, str] = {}
    for item in filter(None, map(str.strip, text.split(","))):
        ours, equals, theirs = map(str.strip, item.partition("="))
        if not equals or not theirs or "=" in theirs:
            raise ValueError(f"{item} names no field; write it as in from=start_time")
        if ours.lower() not in FIELDS:
            raise ValueError(f"{ours} is no field of a talk; those are {', '.join(FIELDS)}")
        if ours.lower() in found:
            raise ValueError(f"{ours} is named twice; leave one of them out")
        found[ours.lower()] = theirs
    return tuple(found.items())


def folder(text: str) -> Path:
    """Read the folder of talks' pages, which there has to be."""
    path = Path(text).expanduser()
    if not path.is_dir():
        raise ValueError(f"{text} is not a folder; name the one that holds your talks' pages")
    return path.resolve()


def data_folder(text: str) -> Path:
    """Read the folder of what is kept, which there has to be."""
    path = Path(text).expanduser()
    if not path.is_dir():
        raise ValueError(f"{text} is not a folder; make it first, with: mkdir -m 700 {text}")
    return path.resolve()


def publish_folder(text: str) -> Path | None:
    """Read the folder of data files, which may be made later."""
    path = Path(text).expanduser().resolve() if text else None
    if path and path.exists() and not path.is_dir():
        raise ValueError(f"{text} is not a folder; name the one for data files, such as _data/qa")
    return path


def translations(text: str) -> Path | None:
    """Read the folder of translations, in which there have to be some."""
    path = Path(text).expanduser()
    if text and len(offered([path])) == 1:
        raise ValueError(
            f"{text} has no translations; name a folder that has some, as cy/{PAGES} in it"
        )
    return path.resolve() if text else None


def database_address(text: str, folder: Path | None = None) -> str:
    """Read a database's address, as it is used from here on.

    An SQLite file without a whole path is in the ``folder``, or in the one that one stands in.
    """
    from sqlalchemy.engine import make_url  # most commands end before they need a database
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    backend = url.get_backend_name() if url else ""
    if url is None or backend not in ("sqlite", "postgresql", "postgres"):
        raise ValueError(
            f"{without_password(text)} is not a database address; "
            "use sqlite:///companion.sqlite3 or postgresql://user@host/name"
        )
    if backend == "sqlite":
        if not url.database or url.database == ":memory:":
            raise ValueError("questions need a file; use sqlite:///companion.sqlite3")
        path = (Path(folder or "") / Path(url.database).expanduser()).resolve()
        if not path.parent.is_dir():
            raise ValueError(f"the folder {path.parent} does not exist; make it first")
        return f"sqlite:///{path}"
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def redis(text: str) -> str:
    """Read the address of a Redis."""
    if text and not _is_redis(text):
        raise ValueError(
            f"{without_password(text)} is not a Redis address; use redis://127.0.0.1:6379/0"
        )
    return text


def _is_redis(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in REDIS and parts.port != 0
    except ValueError:  # what is no port may be the half of a password
        return False


def page_address(text: str) -> str:
    """Read the address of a page."""
    if text and not is_web_address(text):
        raise ValueError(f"{text} is not a web address; use one as https://example.org/conduct")
    return text


def issuer(text: str) -> str:
    """Read the address of a sign-in service: by https, or on this machine."""
    if not text:
        return ""
    parts = urlsplit(text) if is_web_address(text) else urlsplit("")
    is_local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not (parts.scheme == "https" or is_local) or parts.query or parts.fragment or "@" in text:
        raise ValueError(
            f"{without_password(text)} is no issuer; use its address, as https://login.example.org"
        )
    return text


def site(text: str) -> str:
    """Read the address of a site, without the slash at its end."""
    if text and not is_web_address(text):
        raise ValueError(f"{text} is not a web address; use one such as https://talks.example.org")
    parts = urlsplit(text.rstrip("/"))
    return parts._replace(netloc=place(text)).geturl() if text else ""


def origins(text: str) -> tuple[str, ...]:
    """Read origins with commas between, each once."""
    return tuple(dict.fromkeys(origin(item.strip()) for item in text.split(",") if item.strip()))


def api_origins(text: str) -> tuple[str, ...]:
    """Read origins with commas between, or * for all."""
    return ("*",) if text == "*" else origins(text)


def origin(text: str) -> str:
    """Read an origin as browsers write it, however it was typed."""
    address = text.rstrip("/")
    if not is_web_address(address) or set("/?#@\\ ") & set(address.partition("://")[2]):
        raise ValueError(
            f"{address} is not an origin; list addresses such as https://qa.example.org, "
            "without a path and without *; for a path there is COMPANION_PATH"
        )
    host = place(address)
    if not is_host(host):
        raise ValueError(f"{address} has no name that a browser could ask for; correct it")
    return f"{urlsplit(address).scheme}://{host}"


def parents(text: str) -> tuple[str, ...]:
    """Read the origins of other sites' pages; one that cannot be meant is named."""
    try:
        return origins(text)
    except ValueError as error:
        raise ValueError(
            f"{str(error).partition(';')[0].partition(' has no')[0]}; list the sites whose pages "
            "show boards, as https://talks.example.org, without a path and without *"
        ) from None


def path(text: str) -> str:
    """Read a path as addresses go on from it, "" for that of the whole host."""
    found = text.rstrip("/")
    if not PATH.fullmatch(found) or len(found) > MAX_PATH:
        raise ValueError(f"{text} is not a path below a host; write it as /qa")
    return found


def hosts(text: str) -> tuple[str, ...]:
    """Read names of hosts with commas between."""
    found = tuple(item.strip().lower().rstrip(".") for item in text.split(",") if item.strip())
    for host in found:
        letters = host.replace("-", "a")
        if not host.isascii() or not all(part.isalnum() for part in letters.split(".")):
            raise ValueError(f"{host} is not a host name; list names such as video.example.org")
    return found
