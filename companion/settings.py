"""Settings: one table of options, read from the environment, refused in one line when wrong.

`OPTIONS`, at the end, says of each how it is read: COMPANION_PORT is the option "port", and
`values.number(1, 65_535)` reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from companion import values
from companion.look.colours import Colour
from companion.look.logo import logo_path
from companion.network.addresses import is_loopback
from companion.network.web_addresses import in_brackets, plain_host
from companion.translations import FOLDER, SOURCE, offered

LEAST_MIB = 19


class ConfigError(Exception):
    """A setting that cannot be meant; the text is one line that says what would be right."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set, checked."""

    talks: Path
    data_folder: Path
    database_url: str
    redis_url: str
    secret_key: str
    host: str
    port: int
    workers: int
    series: str
    logo: Path | None
    accent: Colour | None
    typeface: str
    footer: str
    consent: str
    code_of_conduct: str
    timezone: str
    language: str
    translations: Path | None
    site_url: str
    origins: tuple[str, ...]
    path: str
    proxies: int
    embed_hosts: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    embed_parents: tuple[str, ...]
    moderated: bool
    rating: bool
    pulse: bool
    rate_limits: bool
    tally_ms: int
    log: str
    rounded_times: bool
    retention_days: int
    names_days: int
    password_mib: int
    metrics_token: str
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    oidc_required: bool
    api_origins: tuple[str, ...]
    publish: str
    publish_to: Path | None

    @property
    def secure(self) -> bool:
        """Whether people come by https, so that cookies may insist on it."""
        return self.origins[0].startswith("https:")

    @property
    def cookie_prefix(self) -> str:
        """Return how names of cookies begin; browsers tie the first to a whole host of our own."""
        if not self.secure:
            return ""
        return "__Secure-" if self.path else "__Host-"

    @property
    def site(self) -> str:
        """Return the address that all of ours begin with: the public origin, and the path."""
        return f"{self.origins[0]}{self.path}"

    @property
    def address(self) -> str:
        """Return the address for others to come by, "" where only this machine can be reached."""
        host = urlsplit(self.origins[0]).hostname or ""
        return "" if is_loopback(host) else self.site


@dataclass(frozen=True)
class Option:
    """One setting: its name in Settings, its default as typed, and what it does.

    What is ``secret`` may also be in a file that is named, so that it stands in no environment.
    """

    name: str
    default: str
    parse: Callable[[str], Any]
    help: str
    flag: str = ""
    secret: bool = False

    @property
    def env(self) -> str:
        """Return its environment variable."""
        return f"COMPANION_{self.name.upper()}"

    @property
    def file_env(self) -> str:
        """Return the variable that names the file it is in, "" where it is no secret."""
        return f"{self.env}_FILE" if self.secret else ""


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings that the environment asks for; raises ConfigError."""
    found: dict[str, Any] = {}
    for option in OPTIONS:
        parse = option.parse
        if parse is values.database_address:
            parse = partial(values.database_address, folder=found["data_folder"])
        found[option.name] = _value(option, environ, parse)
    found["logo"] = _logo(found["logo"], found["talks"])
    origins = found["origins"] or _own_origins(found["host"], found["port"])
    settings = Settings(**found | {"origins": origins})
    _refuse_contradictions(settings)
    return settings


def _value(option: Option, environ: Mapping[str, str], parse: Callable[[str], Any]) -> Any:
    text = environ.get(option.env, "").strip()
    file = environ.get(option.file_env, "").strip()
    if text and file:
        raise ConfigError(f"{option.env}: {option.file_env} is set as well; leave one of them out")
    text = (_read(option, file) if file else text) or option.default
    try:
        return parse(text)
    except ValueError as error:
        reason = str(error)
    except (OSError, RuntimeError) as error:  # a path too long, or the home of nobody
        reason = f"{text} cannot be used: {getattr(error, 'strerror', None) or error}"
    raise ConfigError(f"{option.env}: {values.on_one_line(reason)}")


def _read(option: Option, file: str) -> str:
    """Return what is in a secret's file; one that holds nothing is a mistake."""
    try:
        text = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        text, reason = "", getattr(error, "strerror", None) or "it is no text"
    else:
        reason = "it is empty"
    if not text:
        raise ConfigError(f"{option.file_env}: {values.on_one_line(file)} cannot be used: {reason}")
    return text


def _own_origins(host: str, port: int) -> tuple[str, ...]:
    if not is_loopback(host):
        raise ConfigError(
            f"COMPANION_ORIGINS: say under which address people will come when --host is {host}, "
            "as in COMPANION_ORIGINS=https://qa.example.org"
        )
    try:
        names = dict.fromkeys((plain_host(host.lower()), "127.0.0.1", "localhost"))
        return tuple(values.origin(f"http://{in_brackets(name)}:{port}") for name in names)
    except ValueError:
        raise ConfigError(
            f"COMPANION_HOST: {values.on_one_line(host)} is no name to listen on; use 127.0.0.1"
        ) from None


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
    _refuse_open_door(settings)
    _refuse_unknown_language(settings)
    if not settings.rate_limits and not is_loopback(settings.host):
        raise ConfigError(
            "COMPANION_RATE_LIMITS: off is for load tests on this machine only; "
            "listen on 127.0.0.1, or leave them on"
        )


def _refuse_unknown_language(settings: Settings) -> None:
    there_are = offered([FOLDER, *([settings.translations] if settings.translations else [])])
    if settings.language not in there_are:
        wanted = values.on_one_line(settings.language)
        raise ConfigError(
            f"COMPANION_LANGUAGE: there are no pages in {wanted}; choose one of "
            f"{', '.join(there_are)}, or name a folder of more in COMPANION_TRANSLATIONS"
        )


def _refuse_open_door(settings: Settings) -> None:
    if settings.password_mib < LEAST_MIB and not is_loopback(settings.host):
        raise ConfigError(
            f"COMPANION_PASSWORD_MIB: fewer than {LEAST_MIB} are for tests on this machine only; "
            "passwords would be tried too quickly by whoever had the database"
        )


def _refuse_half_a_sign_in(settings: Settings) -> None:
    named = settings.oidc_client_id or settings.oidc_client_secret or settings.oidc_required
    if named and not settings.oidc_issuer:
        raise ConfigError("COMPANION_OIDC_ISSUER: say by which service people sign in")
    if settings.oidc_issuer and not settings.oidc_client_id:
        raise ConfigError(
            "COMPANION_OIDC_CLIENT_ID: needed with COMPANION_OIDC_ISSUER; register this server "
            f"there, with {settings.site}/sign-in/back as its redirect address"
        )
    if settings.oidc_issuer and find_spec("authlib") is None:
        raise ConfigError(
            "COMPANION_OIDC_ISSUER: signing in needs more: pip install 'companion-qa[oidc]'"
        )


def _logo(text: str, talks: Path) -> Path | None:
    try:
        return logo_path(text, talks) if text else None
    except ValueError as error:
        reason = str(error)
    except (OSError, RuntimeError) as error:
        reason = f"{text} cannot be used: {getattr(error, 'strerror', None) or error}"
    raise ConfigError(f"COMPANION_LOGO: {values.on_one_line(reason)}")


OPTIONS = (
    Option("talks", ".", values.folder, "The folder of Markdown pages, one per talk.", "--talks"),
    Option(
        "data_folder",
        ".",
        values.data_folder,
        "The folder of all that has to be kept: the database, its key, its backups, and the "
        "settings in companion.env.",
        "--data-folder",
    ),
    Option(
        "database_url",
        "sqlite:///companion.sqlite3",
        values.database_address,
        "Where questions and votes are kept: an SQLite file, or PostgreSQL.",
        "--database",
        secret=True,  # there may be a password in it, as in the next
    ),
    Option(
        "redis_url",
        "",
        values.redis,
        "Valkey or Redis, through which several workers hear of each other.",
        "--redis",
        secret=True,
    ),
    Option("host", "127.0.0.1", str, "The address to listen on.", "--host"),
    Option("port", "8000", values.number(1, 65_535), "The port to listen on.", "--port"),
    Option(
        "workers",
        "1",
        values.number(1, 64),
        "How many processes serve; two need Redis.",
        "--workers",
    ),
    Option(
        "secret_key",
        "",
        values.key,
        "Signs cookies. With SQLite it is made and kept beside the database when not set.",
        secret=True,
    ),
    Option("series", "Talks", str, "What the series of talks is called, on every page."),
    Option(
        "logo",
        "",
        str,
        "The series' logo: an SVG, PNG or JPEG of at most 200 KB, in the folder of talks or by its "
        "whole path.",
    ),
    Option(
        "accent",
        "",
        values.accent,
        "The series' colour, as #0a7d6c. Where nothing on it could be read, or it could not be "
        "seen in the dark, the nearest shade is taken that can.",
    ),
    Option(
        "typeface",
        "own",
        values.one_of("own", "system", "serif"),
        "What headings are set in: own (Bricolage Grotesque), system, or serif.",
    ),
    Option(
        "footer", "", values.sentence, "A sentence at the foot of the pages that attendees see."
    ),
    Option("consent", "", values.sentence, "A sentence beside the ask box, on what becomes of it."),
    Option(
        "code_of_conduct",
        "",
        values.page_address,
        "The address of the series' code of conduct, linked at the foot of these pages.",
    ),
    Option("timezone", "Europe/London", values.zone, "The zone of talks that do not name one."),
    Option(
        "language",
        SOURCE,
        values.language,
        "The language of pages for those whose browsers ask for none that there is.",
    ),
    Option(
        "translations",
        "",
        values.translations,
        "A folder of translations into further languages, or of other words for ours.",
    ),
    Option("site_url", "", values.site, "The site that relative links in the pages are meant for."),
    Option(
        "fields",
        "",
        values.fields,
        "Fields that your pages name otherwise, as in from=start_time, with commas between.",
    ),
    Option(
        "origins",
        "",
        values.origins,
        "The addresses people come by, the public one first, with commas between. "
        "Needed unless the server listens on this machine only.",
    ),
    Option(
        "path",
        "",
        values.path,
        "The path below which all of it is, as /qa, where the host has other pages too.",
    ),
    Option(
        "proxies",
        "0",
        values.number(0, 5),
        "How many reverse proxies stand in front and set X-Forwarded-For, -Proto and -Host.",
    ),
    Option(
        "embed_hosts",
        "",
        values.hosts,
        "More hosts whose embeds may be shown, with commas between.",
    ),
    Option(
        "embed_parents",
        "",
        values.parents,
        "The sites whose pages may show a talk's board in a frame, with commas between.",
    ),
    Option(
        "moderated", "off", values.switch, "Hold new questions for a moderator, unless a page says."
    ),
    Option(
        "rating",
        "on",
        values.switch,
        "Ask people whether a talk was worth their time, unless a page says.",
    ),
    Option("pulse", "off", values.switch, "Let people say how they follow, unless a page says."),
    Option("rate_limits", "on", values.switch, "Off for load tests on this machine only."),
    Option("tally_ms", "200", values.number(0, 5_000), "Votes are told at most this often, in ms."),
    Option(
        "log",
        "text",
        values.one_of("text", "json"),
        "How log lines look: text, or json, an object on each line.",
    ),
    Option(
        "rounded_times",
        "off",
        values.switch,
        "Round when something was asked, in exports, to 15 minutes.",
    ),
    Option(
        "retention_days",
        "30",
        values.number(1, 3_650),
        "So many days after a talk no browser can be tied to what it asked and voted there any "
        "more, and what nobody was shown is deleted.",
    ),
    Option(
        "names_days",
        "365",
        values.number(1, 3_650),
        "So many days after a talk the names of those who asked and moderated are deleted.",
    ),
    Option(
        "password_mib",
        "64",
        values.number(1, 1_024),
        "So many MiB of memory it takes to try an organiser's password, one at a time.",
    ),
    Option(
        "metrics_token",
        "",
        values.key,
        "What Prometheus has to send to read /metrics; there is no such page without it.",
        secret=True,
    ),
    Option(
        "oidc_issuer",
        "",
        values.issuer,
        "The service by which attendees can sign in, by OpenID Connect: its issuer's address.",
    ),
    Option("oidc_client_id", "", str, "What this server is called there."),
    Option("oidc_client_secret", "", str, "The secret it was given there, if any.", secret=True),
    Option("oidc_required", "off", values.switch, "Only who has signed in can ask and vote."),
    Option(
        "api_origins",
        "",
        values.api_origins,
        "The addresses of other sites whose pages may read from /api/ what everybody may, with "
        "commas between; * for all.",
    ),
    Option(
        "publish",
        "page",
        values.one_of("page", "data"),
        "Where a talk's Q&A is published: page for the talk's own, data for a data file.",
    ),
    Option(
        "publish_to",
        "",
        values.publish_folder,
        "The folder of these data files, where it is not _data/qa of the Jekyll site.",
    ),
)
