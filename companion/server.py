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
import socket
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import gevent
from gevent.server import StreamServer
from gunicorn.app.base import BaseApplication
from gunicorn.workers import ggevent
from sqlalchemy.exc import SQLAlchemyError

from companion import processes
from companion.app import build, release
from companion.errors import Refused, UnavailableError
from companion.settings import Settings, in_brackets
from companion.store.backup import back_up_daily
from companion.store.engine import db
from companion.store.sqlite import file_of, put_all_in_one_file
from companion.talks import Programme

if TYPE_CHECKING:
    from types import FrameType

    from flask import Flask

gc.enable()

MAX_CONNECTIONS = 10_000  # and for those that are told so, as many again
OWN_FILES = 96
MUCH = 65_536
TURNING_AWAY_SECONDS = 2.0
TOO_MANY = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Retry-After: 10\r\nConnection: close\r\n\r\n"
    b"Too many people are here just now. Try again in a minute.\n"
)
GOODBYE_SECONDS = 0.5
LAST_CALL_SECONDS = 1.0
DRAIN_SECONDS = 5
HANGING_SECONDS = 15  # a worker is replaced that gives no sign of life for so long
LOOK_SECONDS = 1.0
IN_MEMORY = "/dev/shm"  # noqa: S108 (gunicorn's heartbeats, which a full disk must not stop)
BACKUP_SECONDS = 600.0  # between looks at whether it is time for one
_log = logging.getLogger(__name__)


class Doorkeeper(StreamServer):  # type: ignore[misc]
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


class Worker(ggevent.GeventWorker):  # type: ignore[misc]
    """A worker that watches the talks' folder, and says goodbye before it stops."""

    _connected = 0

    def run(self) -> None:
        """Serve until told to stop."""
        self._most = _most_connections()
        app: Flask = self.app.wsgi()
        gevent.spawn(app.extensions["writer"].open)
        app.extensions["sockets"].start()
        gevent.spawn(_watch, app)
        gevent.spawn(_keep_backups, app, self.app.settings)
        gc.collect()
        gc.freeze()  # going through all that was imported, again and again, stops everybody
        super().run()

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """Serve a connection, or say that there are too many."""
        if self._connected >= self._most:
            _turn_away(client)
            return
        self._connected += 1
        try:
            super().handle(listener, client, addr)
        finally:
            self._connected -= 1

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Let everyone know, give them a moment to hear it, and close their sockets."""
        gevent.spawn(_say_goodbye, self.app.wsgi())
        super().handle_exit(sig, frame)


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, set up by our settings alone."""

    def __init__(self, settings: Settings, programme: Programme) -> None:
        """Serve what ``settings`` say, beginning with a programme that has been read."""
        self.settings, self._programme = settings, programme
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
            "graceful_timeout": DRAIN_SECONDS,
            "control_socket_disable": True,
            "loglevel": "warning",
            "proc_name": "companion",
            "worker_tmp_dir": IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None,
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


def _most_connections() -> int:
    """Return how many may be connected, and leave room for the database and what is started."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_CONNECTIONS if files < 0 else min(MAX_CONNECTIONS, files - OWN_FILES)


def _turn_away(client: Any) -> None:
    """Answer a connection that is one too many, and let it go."""
    with gevent.Timeout(TURNING_AWAY_SECONDS, False), suppress(OSError):
        client.recv(MUCH)
        client.sendall(TOO_MANY)
        client.shutdown(socket.SHUT_WR)
        while client.recv(MUCH):  # closing before all is read would take the answer back
            continue
    client.close()


def _watch(app: Flask) -> None:
    """Read the pages that change, and end what ends with a talk; tell those who look at it."""
    boards, moderation = app.extensions["boards"], app.extensions["moderation"]
    while True:
        gevent.sleep(LOOK_SECONDS)
        try:
            for slug in boards.programme.refresh():
                page = boards.programme.find(slug)
                if page:
                    boards.note_new_page(page)
                    moderation.settle(page)
            with app.app_context():
                moderation.settle_all(db.session())
        except (UnavailableError, SQLAlchemyError) as error:
            _log.warning("the talks could not be looked at: %s", type(error).__name__)
        except Exception:  # the watch must go on
            _log.exception("the talks could not be looked at")


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


def _say_goodbye(app: Flask) -> None:
    sockets = app.extensions["sockets"]
    sockets.say_goodbye()
    gevent.sleep(GOODBYE_SECONDS)
    sockets.close_all()


def _allow_many_files() -> None:
    """Take as many open files as the system lets us have: each attendee is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def run(settings: Settings, app: Flask) -> None:
    """Serve until stopped; ``app`` has shown that all is in order, and read the programme."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    _allow_many_files()
    # Should gunicorn ever start it anew.
    sys.argv = list(processes.python("companion", "serve")[1:])
    release(app)  # connections outlive no fork
    Server(settings, app.extensions["boards"].programme).run()
