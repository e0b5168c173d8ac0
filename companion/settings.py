"""Settings: one table of options, read from the environment, refused in one line when wrong."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from companion.network.addresses import is_host, is_loopback

KEY_LENGTH = 16
PASSWORD = re.compile(r"//[^/@]*@")
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})


class ConfigError(Exception):
    """A setting that cannot be meant; the text is one line that says what would be right."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set, checked."""

    talks: Path
    database_url: str
    redis_url: str
    secret_key: str
    host: str
    port: int
    workers: int
    series: str
    timezone: str
    site_url: str
    origins: tuple[str, ...]
    proxies: int
    embed_hosts: tuple[str, ...]
    moderated: bool
    rate_limits: bool
    tally_ms: int
    rounded_times: bool
    retention_days: int
    names_days: int
    metrics_token: str
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    oidc_required: bool
    publish: str
    publish_to: Path | None

    @property
    def secure(self) -> bool:
        """Whether people come by https, so that cookies may insist on it."""
        return self.origins[0].startswith("https:")

    @property
    def address(self) -> str:
        """Return the address for others to come by, "" where only this machine can be reached."""
        first = self.origins[0]
        return "" if is_loopback(urlsplit(first).hostname or "") else first


@dataclass(frozen=True)
class Option:
    """One setting: its name in Settings, its default as typed, and what it does."""

    name: str
    default: str
    parse: Callable[[str], Any]
    help: str
    flag: str = ""

    @property
    def env(self) -> str:
        """Return its environment variable."""
        return f"COMPANION_{self.name.upper()}"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings that the environment asks for; raises ConfigError."""
    values = {option.name: _value(option, environ) for option in OPTIONS}
    origins = values["origins"] or _own_origins(values["host"], values["port"])
    settings = Settings(**values | {"origins": origins})
    _refuse_contradictions(settings)
    return settings


def _value(option: Option, environ: Mapping[str, str]) -> Any:
    text = environ.get(option.env, "").strip() or option.default
    try:
        return option.parse(text)
    except ValueError as error:
        reason = str(error)
    except (OSError, RuntimeError) as error:  # a path too long, or the home of nobody
        reason = f"{text} cannot be used: {getattr(error, 'strerror', None) or error}"
    raise ConfigError(f"{option.env}: {_on_one_line(reason)}")


def _on_one_line(text: str) -> str:
    """Return a text that may hold whatever was typed, as a terminal can show it."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def in_brackets(host: str) -> str:
    """Return a host as addresses have it: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def _own_origins(host: str, port: int) -> tuple[str, ...]:
    if not is_loopback(host):
        raise ConfigError(
            f"COMPANION_ORIGINS: say under which address people will come when --host is {host}, "
            "as in COMPANION_ORIGINS=https://qa.example.org"
        )
    try:
        names = dict.fromkeys((_plain_host(host.lower()), "127.0.0.1", "localhost"))
        return tuple(_origin(f"http://{in_brackets(name)}:{port}") for name in names)
    except ValueError:
        raise ConfigError(
            f"COMPANION_HOST: {_on_one_line(host)} is no name to listen on; use 127.0.0.1"
        ) from None


def secret_key(settings: Settings) -> str:
    """Return the key that was set, else the one kept beside the SQLite file, made when missing.

    Raises ConfigError when it cannot be kept there.
    """
    if settings.secret_key:
        return settings.secret_key
    from sqlalchemy.engine import make_url

    path = Path(f"{make_url(settings.database_url).database}.key")
    try:
        if not path.exists() or not path.stat().st_size:
            _make_key(path)
        return _key(path.read_text().strip() or "empty")
    except ValueError as error:
        raise ConfigError(f"COMPANION_SECRET_KEY: {path} holds a bad one: {error}") from None
    except OSError as error:
        raise ConfigError(
            f"COMPANION_SECRET_KEY: cannot keep one in {path} ({error.strerror}); set it, or put "
            "the database where it can be written"
        ) from None


def _make_key(path: Path) -> None:
    """Write a key beside its place and move it there whole, unless another process was faster."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        made.touch(mode=0o600)
        with made.open("w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        if path.exists() and not path.stat().st_size:  # a full disk left it so, and nobody used it
            made.replace(path)
            return
        try:
            path.hardlink_to(made)
        except FileExistsError:
            return
        except OSError:  # a file system without links
            made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def _refuse_contradictions(settings: Settings) -> None:
    if settings.workers > 1 and not settings.redis_url:
        raise ConfigError(
            f"COMPANION_REDIS_URL: {settings.workers} workers need one to hear of each other's "
            "questions, as in --redis redis://127.0.0.1:6379/0"
        )
    if not settings.secret_key and not settings.database_url.startswith("sqlite"):
        raise ConfigError(
            "COMPANION_SECRET_KEY: needed with PostgreSQL, the same for all workers; make one with "
            "python -c 'import secrets; print(secrets.token_hex(32))'"
        )
    _refuse_half_a_sign_in(settings)
    if not settings.rate_limits and not is_loopback(settings.host):
        raise ConfigError(
            "COMPANION_RATE_LIMITS: off is for load tests on this machine only; "
            "listen on 127.0.0.1, or leave them on"
        )


def _refuse_half_a_sign_in(settings: Settings) -> None:
    named = settings.oidc_client_id or settings.oidc_client_secret or settings.oidc_required
    if named and not settings.oidc_issuer:
        raise ConfigError("COMPANION_OIDC_ISSUER: say by which service people sign in")
    if settings.oidc_issuer and not settings.oidc_client_id:
        raise ConfigError(
            "COMPANION_OIDC_CLIENT_ID: needed with COMPANION_OIDC_ISSUER; register this server "
            f"there, with {settings.origins[0]}/sign-in/back as its redirect address"
        )
    if settings.oidc_issuer and find_spec("authlib") is None:
        raise ConfigError(
            "COMPANION_OIDC_ISSUER: signing in needs more: pip install 'companion-qa[oidc]'"
        )


def _issuer(text: str) -> str:
    if not text:
        return ""
    parts = urlsplit(text) if _is_web_address(text) else urlsplit("")
    is_local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not (parts.scheme == "https" or is_local) or parts.query or parts.fragment or "@" in text:
        raise ValueError(f"{text} is no issuer; use its address, as https://login.example.org")
    return text


def _folder(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_dir():
        raise ValueError(f"{text} is not a folder; name the one that holds your talks' pages")
    return path.resolve()


def _database(text: str) -> str:
    from sqlalchemy.engine import make_url  # most commands end before they need a database
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        url = None
    backend = url.get_backend_name() if url else ""
    if url is None or backend not in ("sqlite", "postgresql", "postgres"):
        raise ValueError(
            f"{PASSWORD.sub('//…@', text)} is not a database address; "
            "use sqlite:///companion.sqlite3 or postgresql://user@host/name"
        )
    if backend == "sqlite":
        if not url.database or url.database == ":memory:":
            raise ValueError("questions need a file; use sqlite:///companion.sqlite3")
        path = Path(url.database).expanduser().resolve()
        if not path.parent.is_dir():
            raise ValueError(f"the folder {path.parent} does not exist; make it first")
        return f"sqlite:///{path}"
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def _redis(text: str) -> str:
    if text and urlsplit(text).scheme not in ("redis", "rediss", "valkey", "valkeys", "unix"):
        raise ValueError(f"{text} is not a Redis address; use redis://127.0.0.1:6379/0")
    return text


def _key(text: str) -> str:
    if text and len(text) < KEY_LENGTH:
        raise ValueError(f"too short; use at least {KEY_LENGTH} random characters")
    if text and len(set(text)) < KEY_LENGTH // 2:
        raise ValueError("too plain; use random characters")
    return text


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError):
        raise ValueError(f"unknown time zone {text!r}; use a name such as Europe/London") from None


def _site(text: str) -> str:
    if text and not _is_web_address(text):
        raise ValueError(f"{text} is not a web address; use one such as https://talks.example.org")
    parts = urlsplit(text.rstrip("/"))
    return parts._replace(netloc=_place(text)).geturl() if text else ""


def _origins(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_origin(item.strip()) for item in text.split(",") if item.strip()))


def _origin(text: str) -> str:
    """Return an origin as browsers write it, however it was typed."""
    address = text.rstrip("/")
    if not _is_web_address(address) or set("/?#@\\ ") & set(address.partition("://")[2]):
        raise ValueError(
            f"{address} is not an origin; list addresses such as https://qa.example.org, "
            "without a path and without *"
        )
    place = _place(address)
    if not is_host(place):
        raise ValueError(f"{address} has no name that a browser could ask for; correct it")
    return f"{urlsplit(address).scheme}://{place}"


def _place(address: str) -> str:
    """Return an address's host and port as browsers write them, without the usual port."""
    parts = urlsplit(address)
    host = in_brackets(_plain_host(parts.hostname or ""))
    usual = parts.port in (None, 443 if parts.scheme == "https" else 80)
    user, at, _ = parts.netloc.rpartition("@")
    return f"{user}{at}{host}" if usual else f"{user}{at}{host}:{parts.port}"


def _plain_host(host: str) -> str:
    """Return a host in small letters of ASCII, an address of IPv6 in its short form.

    The dot that a name may end in is left out, as it is of the names that people ask for.
    """
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return (host if host.isascii() else host.encode("idna").decode()).removesuffix(".")


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and parts.port != 0
        return known and bool(_plain_host(parts.hostname or "").strip(".")) and "*" not in text
    except ValueError:
        return False


def _hosts(text: str) -> tuple[str, ...]:
    found = tuple(item.strip().lower().rstrip(".") for item in text.split(",") if item.strip())
    for host in found:
        letters = host.replace("-", "a")
        if not host.isascii() or not all(part.isalnum() for part in letters.split(".")):
            raise ValueError(f"{host} is not a host name; list names such as video.example.org")
    return found


def _switch(text: str) -> bool:
    if text.lower() not in TRUE | FALSE:
        raise ValueError(f"{text} is neither on nor off")
    return text.lower() in TRUE


def _publish(text: str) -> str:
    if text not in ("page", "data"):
        raise ValueError(f"{text} is neither page nor data")
    return text


def _data_folder(text: str) -> Path | None:
    path = Path(text).expanduser().resolve() if text else None
    if path and path.exists() and not path.is_dir():
        raise ValueError(f"{text} is not a folder; name the one for data files, such as _data/qa")
    return path


def _number(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        short = text.isascii() and text.isdecimal() and len(text) < 10
        if not short or not low <= int(text) <= high:
            raise ValueError(f"{text} is not a whole number from {low} to {high}")
        return int(text)

    return parse


OPTIONS = (
    Option("talks", ".", _folder, "The folder of Markdown pages, one per talk.", "--talks"),
    Option(
        "database_url",
        "sqlite:///companion.sqlite3",
        _database,
        "Where questions and votes are kept: an SQLite file, or PostgreSQL.",
        "--database",
    ),
    Option(
        "redis_url",
        "",
        _redis,
        "Valkey or Redis, through which several workers hear of each other.",
        "--redis",
    ),
    Option("host", "127.0.0.1", str, "The address to listen on.", "--host"),
    Option("port", "8000", _number(1, 65_535), "The port to listen on.", "--port"),
    Option(
        "workers", "1", _number(1, 64), "How many processes serve; two need Redis.", "--workers"
    ),
    Option(
        "secret_key",
        "",
        _key,
        "Signs cookies. With SQLite it is made and kept beside the database when not set.",
    ),
    Option("series", "Talks", str, "What the series of talks is called, on every page."),
    Option("timezone", "Europe/London", _zone, "The zone of talks that do not name one."),
    Option("site_url", "", _site, "The site that relative links in the pages are meant for."),
    Option(
        "origins",
        "",
        _origins,
        "The addresses people come by, the public one first, with commas between. "
        "Needed unless the server listens on this machine only.",
    ),
    Option(
        "proxies",
        "0",
        _number(0, 5),
        "How many reverse proxies stand in front and set X-Forwarded-For, -Proto and -Host.",
    ),
    Option("embed_hosts", "", _hosts, "More hosts whose embeds may be shown, with commas between."),
    Option("moderated", "off", _switch, "Hold new questions for a moderator, unless a page says."),
    Option("rate_limits", "on", _switch, "Off for load tests on this machine only."),
    Option("tally_ms", "200", _number(0, 5_000), "Votes are told at most this often, in ms."),
    Option(
        "rounded_times",
        "off",
        _switch,
        "Round when something was asked, in exports, to 15 minutes.",
    ),
    Option(
        "retention_days",
        "30",
        _number(1, 3_650),
        "So many days after a talk no browser can be tied to what it asked and voted there any "
        "more, and what nobody was shown is deleted.",
    ),
    Option(
        "names_days",
        "365",
        _number(1, 3_650),
        "So many days after a talk the names of those who asked and moderated are deleted.",
    ),
    Option(
        "metrics_token",
        "",
        _key,
        "What Prometheus has to send to read /metrics; there is no such page without it.",
    ),
    Option(
        "oidc_issuer",
        "",
        _issuer,
        "The service by which attendees can sign in, by OpenID Connect: its issuer's address.",
    ),
    Option("oidc_client_id", "", str, "What this server is called there."),
    Option("oidc_client_secret", "", str, "The secret it was given there, if any."),
    Option("oidc_required", "off", _switch, "Only who has signed in can ask and vote."),
    Option(
        "publish",
        "page",
        _publish,
        "Where a talk's Q&A is published: page for the talk's own, data for a data file.",
    ),
    Option(
        "publish_to",
        "",
        _data_folder,
        "The folder of these data files, where it is not _data/qa of the Jekyll site.",
    ),
)
