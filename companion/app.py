"""The wiring: settings in, an application out whose parts know each other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Flask
from gevent import get_hub
from gevent.monkey import is_module_patched
from gevent.threadpool import ThreadPool
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from companion import web
from companion.board.rate_limits import RateLimits
from companion.board.rules import BoardDefaults
from companion.board.service import BoardService
from companion.board.visitors import Visitors
from companion.moderation.retention import Retention, Terms
from companion.moderation.role_links import LinkSigner
from companion.moderation.service import ModerationService
from companion.network.addresses import Addresses
from companion.network.capacity import most_from_one
from companion.paths import fingerprint, resource_dir
from companion.realtime.relay import Relay
from companion.realtime.sockets import Sockets
from companion.settings import Settings, secret_key
from companion.store.engine import db, prepare
from companion.store.events import Bus
from companion.store.sqlite import room_trouble
from companion.store.writer import Offload, Writer
from companion.talks import PageOptions, Programme
from companion.talks.programme import PATIENCE_SECONDS
from companion.web.front_door import FrontDoor

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

MAX_FORM = 64 * 1024
FLOOD = 20  # questions in half a minute
_log = logging.getLogger(__name__)


def build(
    settings: Settings,
    clock: Callable[[], datetime] | None = None,
    programme: Programme | None = None,
) -> Flask:
    """Return the application.

    ``clock`` returns an aware now, for those who test time; ``programme`` is one that has been
    read already, for reading it takes its time.
    """
    settings = replace(settings, secret_key=secret_key(settings))
    app = _new_flask(settings)
    bus = Bus()
    writer = Writer(_writing_engine(settings.database_url), bus.publish, _offload())
    relay = Relay(settings.redis_url, settings.secret_key) if settings.redis_url else None
    limits = RateLimits(on=settings.rate_limits, others=relay)
    boards = BoardService(
        programme or Programme(settings.talks, _page_options(settings)),
        writer,
        limits,
        clock or _now,
        BoardDefaults(
            settings.moderated, FLOOD if settings.rate_limits else 0, settings.oidc_required
        ),
    )
    moderation = ModerationService(boards, LinkSigner(settings.secret_key), writer, limits)
    visitors = Visitors(settings.secret_key)
    boards.programme.refresh(PATIENCE_SECONDS)
    addresses = Addresses(settings.origins, settings.proxies)
    web.init_app(app, settings, addresses, moderation, visitors)
    app.extensions["limits"] = limits
    # What browsers report is counted too: nobody may fill the disk with it.
    app.extensions["violations"] = RateLimits(on=True, others=relay, kind="reported")
    terms = Terms(settings.retention_days, settings.names_days)
    app.extensions.update(
        executor=_offload(), writer=writer, retention=Retention(boards, writer, terms)
    )
    sockets = app.extensions["sockets"] = Sockets(
        app, settings, addresses, moderation, visitors, bus, relay
    )
    app.extensions["checks"] = (
        lambda: writer.trouble,
        lambda: room_trouble(settings.database_url),
        lambda: sockets.trouble,
    )
    _open_to_the_world(app, settings, addresses)
    return app


def release(app: Flask) -> None:
    """Close the connections to the database; they come back when they are needed."""
    with app.app_context():
        db.engine.dispose()
    writer: Writer = app.extensions["writer"]
    writer.release()


def _new_flask(settings: Settings) -> Flask:
    app = Flask(
        "companion",
        template_folder=resource_dir("templates"),
        static_folder=resource_dir("static"),
        static_url_path=f"/static/{fingerprint(resource_dir('static'))}",
    )
    app.config.update(
        DEBUG=False,  # whatever the environment says: it would show strangers what went wrong
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True},
        MAX_CONTENT_LENGTH=MAX_FORM,
        VISITOR_COOKIE="__Host-visitor" if settings.secure else "visitor",
        ROLE_COOKIE="__Host-role" if settings.secure else "role",
    )
    db.init_app(app)
    app.teardown_appcontext(_close_session)
    with app.app_context():
        prepare(db.engine)
    return app


def _open_to_the_world(app: Flask, settings: Settings, addresses: Addresses) -> None:
    """Have every request, the sockets' too, come through one door, and believe known proxies."""
    hops = settings.proxies
    door: WSGIApplication = FrontDoor(app.wsgi_app, addresses, hops, most_from_one())
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


def _page_options(settings: Settings) -> PageOptions:
    return PageOptions(settings.timezone, settings.site_url, settings.embed_hosts)


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


def _now() -> datetime:
    return datetime.now(UTC)
