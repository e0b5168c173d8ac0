"""What `companion serve` becomes: gunicorn with gevent workers, patched before all else."""
# ruff: noqa: E402 (everything imported after the patch has to see it)

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import gc

gc.disable()  # until all is imported: nothing of it is ever garbage, and looking takes its time

import logging
import os
import resource
import signal
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import gevent
from gevent.server import StreamServer
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers import ggevent
from prometheus_client.multiprocess import mark_process_dead
from sqlalchemy.exc import SQLAlchemyError

from companion import logs, processes, status_line
from companion.app import build, release
from companion.editing import intake
from companion.errors import Refused, UnavailableError
from companion.network.capacity import (
    MAX_CONNECTIONS,
    AddressLimit,
    most_connections,
    most_from_one,
)
from companion.network.web_addresses import in_brackets
from companion.realtime.stalls import Stalls
from companion.settings import Settings
from companion.store.backup import back_up_daily, drop_old_copies
from companion.store.engine import db
from companion.store.other_servers import LOOK_SECONDS as SERVERS_SECONDS
from companion.store.sqlite import file_of, put_all_in_one_file, write_anew
from companion.talks import Programme
from companion.talks.programme import PATIENCE_SECONDS
from companion.web.connections import (
    ANSWER_SECONDS,
    HEADER_SECONDS,
    BareAnswers,
    PromptBody,
    is_the_clients,
    part,
    turn_away,
)
from companion.web.framing import refuse_what_is_ambiguous

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

    from flask import Flask

gc.enable()

GOODBYE_SECONDS = 0.5
LAST_CALL_SECONDS = 1.0
DRAIN_SECONDS = 5
HANGING_SECONDS = 15  # a worker is replaced that gives no sign of life for so long
LOOK_SECONDS = 1.0
TELL_SECONDS = 1.0
IN_MEMORY = "/dev/shm"  # noqa: S108 (heartbeats and whose turn it is: no full disk stops these)
BACKUP_SECONDS = 600.0  # between looks at whether it is time for one
TURN_SECONDS, MOST_WORKERS = 30.0, 64  # between two workers that look for the same work
FIRST_PURGE_SECONDS, PURGE_SECONDS = 5.0, 24 * 3600.0
_log = logging.getLogger(__name__)


class Doorkeeper(StreamServer):  # type: ignore[misc]  # gevent tells no types
    """Accepts connections; whoever has come when it closes is still served."""

    def close(self) -> None:
        """Let in all that wait, as closing would reset them, and then nobody."""
        self.stop_accepting()
        with gevent.Timeout(LAST_CALL_SECONDS, False):
            gevent.sleep(0)  # a handler that begins asks the open socket for its name
            while waiting := self.do_read():
                self.do_handle(*waiting)
                gevent.sleep(0)
        super().close()


ggevent.StreamServer = Doorkeeper  # gunicorn names the class there, and nowhere else


class Worker(ggevent.GeventWorker):  # type: ignore[misc]  # nor does gunicorn
    """A worker that watches the talks' folder, and says goodbye before it stops."""

    _connected = 0

    def run(self) -> None:
        """Serve until told to stop."""
        # A greenlet that fails would be printed with what it holds: a client's address.
        gevent.get_hub().format_context = lambda context: type(context).__name__
        settings = self.app.settings
        self._answers = BareAnswers(settings.origins, settings.path)
        self._most = most_connections()
        # Behind known proxies all come from one address, and are told apart by what those say.
        self._limit = AddressLimit(self._most if settings.proxies else most_from_one())
        app: Flask = self.app.wsgi()
        gevent.spawn(app.extensions["writer"].open)
        app.extensions["sockets"].start()
        gevent.spawn(_watch, app)
        gevent.spawn(_look_for_servers, app)
        gevent.spawn(Stalls().watch)
        if status_line.is_wanted(settings.log):
            gevent.spawn(_show_status, app, self.app.turn)
        gevent.spawn(_keep_telling, app)
        turn = TURN_SECONDS * ((self.age - 1) % MOST_WORKERS)  # what one has done, the next finds
        gevent.spawn_later(turn, _keep_backups, app, settings)
        gevent.spawn_later(turn, _keep_forgetting, app, settings)
        gc.collect()
        gc.freeze()  # going through all that was imported, again and again, stops everybody
        super().run()
        app.extensions["sockets"].finish()
        if status_line.is_wanted(settings.log):
            status_line.clear()

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """Serve a connection, or say that there are too many."""
        if self._connected >= self._most:
            turn_away(client, self._answers.too_many)
            return
        if not self._limit.enter(addr[0]):
            turn_away(client, self._answers.too_many_from_one)
            return
        self._connected += 1
        try:
            super().handle(listener, client, addr)
        finally:
            self._connected -= 1
            self._limit.leave(addr[0])

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        """Answer a request whose body comes in time, as long as the answer is read in time."""
        refuse_what_is_ambiguous(req)
        body = req.body.reader = PromptBody(req)
        sock.settimeout(ANSWER_SECONDS)
        try:
            super().handle_request(listener_name, req, sock, addr)
        except TimeoutError:
            raise StopIteration from None  # gunicorn's sign for: close the connection
        body.is_answered = True

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what is no request, and log no more of it than that."""
        if isinstance(exc, Exception) and not is_the_clients(exc):
            _log.error("a request failed", exc_info=exc)
        part(client, self._answers.to(exc))

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Let everyone know, give them a moment to hear it, and close the sockets there are."""
        if self.alive:
            gevent.spawn(_say_goodbye, self.app.wsgi())
        super().handle_exit(sig, frame)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """Do the same for Ctrl-C, which a terminal sends to the workers too."""
        self.handle_exit(sig, frame)


class SameLogger(Logger):  # type: ignore[misc]
    """What gunicorn says itself, said as all else is: as JSON, or above the status line."""

    def setup(self, cfg: Any) -> None:
        """Set it up as gunicorn does, but for where lines go and how they look."""
        super().setup(cfg)
        self.error_log.handlers = list(logging.getLogger().handlers)


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, set up by our settings alone."""

    def __init__(self, settings: Settings, programme: Programme) -> None:
        """Serve what ``settings`` say, beginning with a programme that has been read."""
        self.settings, self._programme = settings, programme
        self.turn = status_line.Turn(_place_in_memory())
        super().__init__()

    def load_config(self) -> None:
        """Translate the settings into gunicorn's."""
        options: dict[str, Any] = {
            "bind": f"{in_brackets(self.settings.host)}:{self.settings.port}",
            "workers": self.settings.workers,
            "worker_class": Worker,
            "worker_connections": 2 * MAX_CONNECTIONS,
            "backlog": 4096,
            "timeout": HANGING_SECONDS,
            "keepalive": HEADER_SECONDS,
            "http_parser": "python",  # the one that is tested, whatever else is installed
            # Whom to believe about a client is for COMPANION_PROXIES to say.
            "forwarded_allow_ips": "",
            "forwarder_headers": "",
            "secure_scheme_headers": {},
            "graceful_timeout": DRAIN_SECONDS,
            "control_socket_disable": True,
            "loglevel": "warning",
            "proc_name": "companion",
            "logger_class": SameLogger,
            "worker_tmp_dir": _place_in_memory(),
            "child_exit": lambda _arbiter, worker: _stop_counting(worker.pid),
            "on_exit": self._tidy_up,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def _tidy_up(self, _arbiter: object) -> None:
        """Leave one file that holds everything, once the last worker has gone."""
        put_all_in_one_file(self.settings.database_url)

    def load(self) -> Flask:
        """Return the application; each worker makes its own."""
        return build(self.settings, programme=self._programme)


def _place_in_memory() -> str | None:
    return IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None


def _stop_counting(worker: int) -> None:
    """Forget what a worker that has gone had at the moment; what it has counted stays."""
    if os.environ.get(processes.SHARED_METRICS):
        mark_process_dead(worker)  # type: ignore[no-untyped-call]  # it tells no types


def _watch(app: Flask) -> None:
    """Read the pages that change, and end what ends with a talk; tell those who look at it."""
    boards, moderation = app.extensions["boards"], app.extensions["moderation"]
    rehearsals = app.extensions["rehearsals"]
    while True:
        gevent.sleep(LOOK_SECONDS)
        try:
            for slug in boards.programme.refresh(PATIENCE_SECONDS):
                page = boards.programme.listed(slug)
                if page:
                    boards.note_new_page(page)
                    moderation.settle(page)
            with app.app_context():
                moderation.settle_all(db.session())
                rehearsals.sweep(db.session())
            intake.sweep(boards.programme.folder)
        except (UnavailableError, SQLAlchemyError) as error:
            _log.warning("the talks could not be looked at: %s", type(error).__name__)
        except Exception:  # the watch must go on
            _log.exception("the talks could not be looked at")


def _show_status(app: Flask, turn: status_line.Turn) -> None:
    """Keep the terminal's last line up to date, when it is this worker's turn.

    Counting is done on a thread of its own.
    """
    found: list[tuple[int, int]] = [(0, 0)]

    def look() -> None:
        with app.app_context(), suppress(SQLAlchemyError):
            found[:] = [status_line.counts(db.session())]

    def counts() -> tuple[int, int]:
        app.extensions["executor"](look)
        return found[0]

    line = status_line.StatusLine(counts)
    while True:
        if turn.is_ours():
            line.show()
        gevent.sleep(status_line.EVERY_SECONDS)


def _look_for_servers(app: Flask) -> None:
    """See what other servers there are, and be seen by them."""
    servers = app.extensions["other_servers"]
    while True:
        try:
            servers.look()
        except Exception:  # the look-out must go on
            _log.exception("other servers could not be looked for")
        gevent.sleep(SERVERS_SECONDS)


def _keep_telling(app: Flask) -> None:
    """Tell webhooks what is due, each in its own time: a slow one keeps no other waiting."""
    busy: set[int] = set()
    while True:
        gevent.sleep(TELL_SECONDS)
        for number in set(_to_be_told(app)) - busy:
            busy.add(number)
            gevent.spawn(_tell, app, number).link(lambda _, done=number: busy.discard(done))


def _to_be_told(app: Flask) -> list[int]:
    try:
        with app.app_context():
            due: list[int] = app.extensions["webhooks"].due(db.session())
            return due
    except (UnavailableError, SQLAlchemyError) as error:
        _log.warning("the webhooks could not be looked at: %s", type(error).__name__)
    except Exception:  # it must go on
        _log.exception("the webhooks could not be looked at")
    return []


def _tell(app: Flask, number: int) -> None:
    try:
        with app.app_context():
            app.extensions["webhooks"].send_to(db.session(), number)
    except (UnavailableError, SQLAlchemyError) as error:
        _log.warning("webhook %s was not told: %s", number, type(error).__name__)
    except Exception:  # what is due is tried again
        _log.exception("webhook %s was not told", number)


def _keep_backups(app: Flask, settings: Settings) -> None:
    """Make a backup each day, on a thread of its own."""
    path = file_of(settings.database_url)
    while path:
        gevent.sleep(BACKUP_SECONDS)
        now = app.extensions["boards"].clock()
        try:
            app.extensions["executor"](partial(back_up_daily, path, now))
        except (Refused, OSError) as error:
            _log.error("no backup could be made: %s", error)


def _keep_forgetting(app: Flask, settings: Settings) -> None:
    """Delete each day what has been kept long enough, once people are being served."""
    pause = FIRST_PURGE_SECONDS
    while True:
        gevent.sleep(pause)
        pause = PURGE_SECONDS
        try:
            _forget(app, settings)
        except (UnavailableError, SQLAlchemyError, OSError) as error:
            _log.warning("nothing could be deleted: %s", type(error).__name__)
        except Exception:  # it must be tried again tomorrow
            _log.exception("nothing could be deleted")


def _forget(app: Flask, settings: Settings) -> None:
    with app.app_context():
        gone = app.extensions["retention"].purge(db.session())
    path = file_of(settings.database_url)
    if path is None:
        return
    drop_old_copies(path, app.extensions["boards"].clock(), settings.retention_days)
    if gone:
        app.extensions["executor"](partial(_write_anew, path))


def _write_anew(path: Path) -> None:
    if not write_anew(path):
        _log.warning("what was deleted is in the database's bytes still; run: companion purge")


def _say_goodbye(app: Flask) -> None:
    sockets = app.extensions["sockets"]
    sockets.say_goodbye()
    while True:  # not everybody waits before coming back
        gevent.sleep(GOODBYE_SECONDS)
        sockets.close_all()


def _allow_many_files() -> None:
    """Take as many open files as the system lets us have: each attendee is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class _AboveStatus(logging.StreamHandler[Any]):
    """Writes to a terminal whose last line is another one."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{status_line.CLEAR}{super().format(record)}"


def _log_to_stderr(kind: str) -> None:
    handler = _AboveStatus() if status_line.is_wanted(kind) else logging.StreamHandler()
    handler.setFormatter(logs.formatter(kind))
    logging.basicConfig(handlers=[handler])


def run(settings: Settings, app: Flask) -> None:
    """Serve until stopped; ``app`` has shown that all is in order, and read the programme."""
    _log_to_stderr(settings.log)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    _allow_many_files()
    os.environ.pop("SCRIPT_NAME", None)  # gunicorn would take it for the path of all addresses
    # Should gunicorn ever start it anew.
    sys.argv = list(processes.python("companion", "serve")[1:])
    release(app)  # connections outlive no fork
    Server(settings, app.extensions["boards"].programme).run()
