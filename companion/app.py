"""The wiring: settings in, an application out whose parts know each other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Flask, Request
from flask.sessions import SessionInterface
from gevent import Timeout, get_hub
from gevent.monkey import is_module_patched
from gevent.threadpool import ThreadPool
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from companion import web
from companion.board.others import Nobody, Others
from companion.board.pulse_service import PulseService
from companion.board.rate_limits import RateLimits
from companion.board.rehearsals import LiveRehearsals, Rehearsing
from companion.board.rules import BoardDefaults
from companion.board.service import BoardService
from companion.board.visitors import Visitors
from companion.moderation.accounts import Accounts
from companion.moderation.entrance import Entrance
from companion.moderation.passwords import Passwords
from companion.moderation.rehearsals import RehearsalService
from companion.moderation.retention import Retention, Terms
from companion.moderation.role_links import LinkSigner
from companion.moderation.service import ModerationService
from companion.network.addresses import Addresses
from companion.network.capacity import most_from_one
from companion.network.fetching import UnreachableError
from companion.paths import fingerprint, resource_dir
from companion.realtime.relay import Relay
from companion.realtime.sockets import Sockets
from companion.secret_key import secret_key
from companion.settings import Settings
from companion.store.engine import db, pool_options, prepare
from companion.store.events import Bus
from companion.store.other_servers import Badge, OtherServers, digest_of_key, digest_of_version
from companion.store.sqlite import file_of, room_trouble
from companion.store.writer import Offload, Writer
from companion.talks import PageOptions, Programme
from companion.talks.digest import ProgrammeDigest
from companion.talks.kept import KeptPages
from companion.web.front_door import FrontDoor
from companion.web.kept_files import KeptFiles
from companion.web.mount import Mount
from companion.webhooks.messages import Messages
from companion.webhooks.sending import Post, Sender, post
from companion.webhooks.signing import WebhookSigner

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

MAX_FORM = 64 * 1024
RECEIVER_SECONDS = 5.0  # for all of a webhook's answer
FLOOD = 20  # questions in half a minute
_log = logging.getLogger(__name__)


def build(
    settings: Settings,
    clock: Callable[[], datetime] | None = None,
    programme: Programme | None = None,
    *,
    keeps_pages: bool = False,
) -> Flask:
    """Return the application.

    ``clock`` returns an aware now, for those who test time; ``programme`` is one that has been
    read already, for reading it takes its time. Who serves ``keeps_pages`` for the next start.
    """
    settings = replace(settings, secret_key=secret_key(settings))
    app = _new_flask(settings)
    bus, others = Bus(), _others(settings)
    writer = Writer(_writing_engine(settings.database_url), bus.publish, _offload())
    limits = RateLimits(on=settings.rate_limits, others=others)
    boards = BoardService(
        programme or _programme(settings, keeps_pages=keeps_pages),
        writer,
        limits,
        clock or _now,
        _defaults(settings),
    )
    moderation = ModerationService(boards, LinkSigner(settings.secret_key), writer, limits)
    _add_services(app, settings, moderation, writer, limits)
    visitors = Visitors(settings.secret_key)
    addresses = Addresses(settings.origins, settings.proxies)
    boards.programme.refresh(patience=0)
    web.init_app(app, settings, addresses, moderation, visitors)
    sockets = app.extensions["sockets"] = Sockets(
        app, settings, addresses, moderation, visitors, bus, others
    )
    servers = app.extensions["other_servers"] = _other_servers(settings, boards.programme, others)
    app.extensions["checks"] = (
        lambda: writer.trouble,
        lambda: room_trouble(settings.database_url),
        lambda: sockets.trouble,
        lambda: servers.trouble,
        lambda: boards.programme.trouble,
    )
    _open_to_the_world(app, settings, addresses)
    return app


def _defaults(settings: Settings) -> BoardDefaults:
    """Return the rules of a talk whose page and desk say nothing else."""
    return BoardDefaults(
        settings.moderated,
        FLOOD if settings.rate_limits else 0,
        settings.oidc_required,
        settings.rating,
        settings.pulse,
    )


def _add_services(
    app: Flask,
    settings: Settings,
    moderation: ModerationService,
    writer: Writer,
    limits: RateLimits,
) -> None:
    """Have the application know who does what beside the board and its moderation."""
    boards, others = moderation.boards, limits.others
    passwords = Passwords(settings.password_mib, _offload())
    terms = Terms(settings.retention_days, settings.names_days)
    messages = Messages(lambda path: f"{settings.site}{path}", settings.rounded_times)
    signer = WebhookSigner(settings.secret_key)
    app.extensions.update(
        pulses=PulseService(boards, writer, others),
        rehearsals=RehearsalService(moderation, _rehearsals(app, boards), writer),
        limits=limits,
        accounts=Accounts(moderation, writer, passwords),
        entrance=Entrance(moderation, writer, limits, passwords),
        # What browsers report is counted too: nobody may fill the disk with it.
        violations=RateLimits(on=True, others=others, kind="reported"),
        executor=_offload(),
        writer=writer,
        retention=Retention(boards, writer, terms),
        webhooks=Sender(boards, writer, signer, messages, _in_time(post)),
    )


def _programme(settings: Settings, *, keeps_pages: bool) -> Programme:
    """Return the talks, whose rendered pages are kept beside the database where it is a file.

    A command may be another user's, or have other settings: it takes what is kept, and no more.
    """
    kept = KeptPages.beside(file_of(settings.database_url), settings, writes=keeps_pages)
    return Programme(settings.talks, PageOptions.of(settings), kept=kept)


def _rehearsals(app: Flask, boards: BoardService) -> LiveRehearsals:
    """Return what the programme knows rehearsals by, whoever asks it, within a request or not."""

    def read(query: Callable[[Session], list[Rehearsing]]) -> list[Rehearsing]:
        with app.app_context():
            return query(db.session())

    found = LiveRehearsals(boards.programme, boards.clock, read)
    boards.programme.rehearsals = found
    return found


def release(app: Flask) -> None:
    """Close the connections to the database; they come back when they are needed."""
    with app.app_context():
        db.engine.dispose()
    writer: Writer = app.extensions["writer"]
    writer.release()


class _NoSessions(SessionInterface):
    """Keeps nothing in a cookie of Flask's, and spares every request looking for it."""

    def open_session(self, app: Flask, request: Request) -> None:
        return None


def _new_flask(settings: Settings) -> Flask:
    app = Flask(
        "companion",
        template_folder=resource_dir("templates"),
        static_folder=resource_dir("static"),
        static_url_path=f"/static/{fingerprint(resource_dir('static'))}",
    )
    app.session_interface = _NoSessions()
    app.config.update(
        DEBUG=False,  # whatever the environment says: it would show strangers what went wrong
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=pool_options(settings.database_url),
        MAX_CONTENT_LENGTH=MAX_FORM,
        APPLICATION_ROOT=settings.path or "/",
    )
    db.init_app(app)
    app.teardown_appcontext(_close_session)
    with app.app_context():
        prepare(db.engine)
    return app


def _open_to_the_world(app: Flask, settings: Settings, addresses: Addresses) -> None:
    """Have every request, the sockets' too, come through one door, and believe known proxies."""
    hops = settings.proxies
    files = KeptFiles(app.wsgi_app, app.static_url_path or "")
    inside = Mount(files, settings.path) if settings.path else files
    door: WSGIApplication = FrontDoor(inside, addresses, settings.path, hops, most_from_one())
    if hops:
        door = ProxyFix(door, hops, hops, hops)
    app.wsgi_app = door  # type: ignore[method-assign, assignment]  # Flask's way


def _close_session(_error: BaseException | None) -> None:
    """Let a request's session go before Flask-SQLAlchemy does, whose failure would be a bare 500.

    A connection that has broken cannot be given back; the answer is written already.
    """
    try:
        db.session.remove()
    except SQLAlchemyError as error:
        _log.info("a session could not be closed: %s", type(error).__name__)
        db.session().invalidate()
        db.session.remove()


def _others(settings: Settings) -> Others:
    return Relay(settings.redis_url, settings.secret_key) if settings.redis_url else Nobody()


def _other_servers(settings: Settings, programme: Programme, others: Others) -> OtherServers:
    key, talks = digest_of_key(settings.secret_key), ProgrammeDigest(programme)

    def badge() -> Badge:
        return Badge(key, digest_of_version(), talks(), others.name)

    return OtherServers(settings.database_url, badge, others.hears)


def _writing_engine(url: str) -> sa.Engine:
    engine = sa.create_engine(url, pool_size=1, max_overflow=0, pool_pre_ping=True)
    prepare(engine, writing=True)
    return engine


def _offload() -> Offload:
    """Return what runs something where it stops nobody: a thread of its own under gevent."""
    if not is_module_patched("threading"):
        return lambda work: work()
    pool = ThreadPool(1, hub=get_hub())
    return lambda work: pool.apply(work)


def _in_time(post: Post) -> Post:
    """Return what sends, and under gevent waits for no receiver that drips its answer."""
    if not is_module_patched("threading"):
        return post

    def post_in_time(url: str, headers: Mapping[str, str], body: str, *, public_only: bool) -> int:
        with Timeout(RECEIVER_SECONDS, UnreachableError("TimeoutError")):
            return post(url, headers, body, public_only=public_only)

    return post_in_time


def _now() -> datetime:
    return datetime.now(UTC)
