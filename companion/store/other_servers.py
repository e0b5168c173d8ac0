"""The other servers on one PostgreSQL, as it shows them, and what keeps them from being one.

A worker has a connection there whose name says what it works with. It ends with the worker, so that
nothing has to be tidied up, and it needs no Redis: servers that have none in common see it too.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from companion.messages import Message, gettext, together
from companion.paths import fingerprint, resource_dir
from companion.store.engine import OBSERVERS, prepare
from companion.store.sqlite import file_of

PACKAGE, NAME = "companion-qa", "companion-server"
LOOK_SECONDS = 5.0
SILENT_SECONDS = 20  # after which a worker is taken for gone whose connection nobody has closed
DIFFERENCES = {
    "key": gettext(
        "another server on this database has another COMPANION_SECRET_KEY, so that people and "
        "links of one are strangers at the other; give both the same"
    ),
    "version": gettext(
        "another server on this database is another version; bring both to the same"
    ),
    "talks": gettext(
        "another server on this database has other talks, or settings by which it reads them "
        "otherwise; give both the same COMPANION_TALKS and settings"
    ),
}
UNHEARD = gettext(
    "another server on this database is not heard of, so that people at one hear late of what "
    "happens at the other; give both the same COMPANION_REDIS_URL"
)
_TELL = sa.text("SELECT set_config('application_name', :name, false)")
_SEEN = sa.text(
    "SELECT application_name FROM pg_stat_activity "
    "WHERE datname = current_database() AND starts_with(application_name, :name) "
    "AND pid != pg_backend_pid() "
    "AND state_change > clock_timestamp() - make_interval(secs => :silent)"
)
Difference = tuple[Message, frozenset[str]]
_ASKED = {"name": f"{NAME} ", "silent": SILENT_SECONDS}


@dataclass(frozen=True)
class Badge:
    """What a worker works with, in digests of 8 digits, and what it is called.

    PostgreSQL keeps 63 letters of a connection's name; this is shorter.
    """

    key: str
    version: str
    talks: str
    worker: str

    @property
    def name(self) -> str:
        """Return what its connection is called."""
        return " ".join((NAME, *astuple(self)))


def digest_of_key(secret: str) -> str:
    """Return what tells two secret keys apart, and neither to anybody."""
    return hmac.digest(secret.encode(), b"which key", "sha256")[:4].hex()


@cache
def digest_of_version() -> str:
    """Return what tells two versions apart, those between releases too by what they show."""
    shown = (fingerprint(resource_dir(name)) for name in ("templates", "static"))
    return sha256(" ".join((version(PACKAGE), *shown)).encode()).hexdigest()[:8]


def badges(connection: sa.Connection) -> list[Badge]:
    """Return those of all workers on a PostgreSQL database but the one who asks."""
    given = (name.split()[1:] for name in connection.scalars(_SEEN, _ASKED))
    return [Badge(*each) for each in given if len(each) == len(Badge.__match_args__)]


def differences(seen: Iterable[Badge]) -> list[Difference]:
    """Return in what workers differ that have to be alike: the words, and what each of them has."""
    every = list(seen)
    values = {what: frozenset(getattr(badge, what) for badge in every) for what in DIFFERENCES}
    return [(words, values[what]) for what, words in DIFFERENCES.items() if len(values[what]) > 1]


class OtherServers:
    """Shows a worker to those on the same PostgreSQL, and tells why they do not go together.

    It takes two looks at the same for that: talks change at one worker before the other, and may
    change again before the next look. ``hears`` says whether what a worker tells is heard here.
    """

    def __init__(self, url: str, badge: Callable[[], Badge], hears: Callable[[str], bool]) -> None:
        """Be a worker on a database; nothing is connected yet."""
        self.trouble: str = ""
        self._badge, self._hears, self._before = badge, hears, list[Difference]()
        self._engine = None if file_of(url) else _observing(url)

    def look(self) -> None:
        """Show what this worker works with, and see the others'; SQLite has one server alone."""
        if self._engine is None:
            return
        own = self._badge()
        try:
            with self._engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.execute(_TELL, {"name": own.name})
                others = badges(connection)
        except SQLAlchemyError:  # whoever reads or writes says so
            return
        found = differences([own, *others])
        alike = (other.worker for other in others if other.key == own.key)
        unheard = frozenset(worker for worker in alike if not self._hears(worker))
        if unheard:
            found.append((UNHEARD, unheard))
        lasting = [words for words, values in found if _lasts(words, values, self._before)]
        self.trouble = together(*lasting, between="; ")
        self._before = found


def _lasts(words: Message, values: frozenset[str], before: Iterable[Difference]) -> bool:
    """Whether the last look found the same: two who still differ, or somebody still not heard."""
    known = dict(before).get(words, frozenset())
    return len(values & known) >= (1 if words == UNHEARD else 2)


def _observing(url: str) -> sa.Engine:
    engine = sa.create_engine(url, pool_size=OBSERVERS, max_overflow=0, pool_pre_ping=True)
    prepare(engine)
    return engine
