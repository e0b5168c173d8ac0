"""The pages: blueprints, error pages, headers, and what every template may use."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from flask import Flask, Response, render_template
from flask_compress import Compress
from jinja2 import StrictUndefined
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    PendingRollbackError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionInTimeError
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from companion.board.plural import plural
from companion.board.richtext import headline_within_link
from companion.board.service import BoardService
from companion.board.visitors import Visitors
from companion.errors import RETRY_SECONDS, InDoubtError, SignedOutError, UnavailableError
from companion.moderation.service import ModerationService
from companion.network.addresses import Addresses
from companion.settings import Settings
from companion.web import (
    assets,
    auth,
    board,
    csrf,
    desk,
    exports,
    feeds,
    headers,
    health,
    imports,
    join,
    metrics,
    openid,
    organise,
    pages,
    publish,
    recording,
    report,
    screen,
    sign_in,
    speaker,
    violations,
    visitors,
)
from companion.web.card_cache import card_html
from companion.web.replies import BUSY, DOUBTFUL, toast, wants_part

PARTS = (
    *(sign_in, openid, join, desk, recording, speaker, screen, report, exports, imports, publish),
    *(organise, feeds, board, health, metrics, violations, pages),
)
# The database's, whatever it is; the last are ours.
FAILING = (DatabaseError, InterfaceError, PendingRollbackError, NoConnectionInTimeError)
OURS = (DataError, IntegrityError, ProgrammingError)
TITLES = {
    403: "Not allowed",
    404: "Not found",
    408: "Too slow",
    413: "Too much at once",
    429: "One moment",
    500: "Something went wrong",
    503: "One moment",
}
MESSAGES = {
    404: "There is nothing at this address. Perhaps the talk has moved.",
    408: "What you sent did not arrive in time. Send it again.",
    413: "That was more than this page takes. Shorten it and send it again.",
    500: "The fault is ours, and it has been noted. Nothing you did caused it.",
    503: "The database does not answer. Go back and try again in a few seconds.",
}


def init_app(
    app: Flask,
    settings: Settings,
    addresses: Addresses,
    moderation: ModerationService,
    known: Visitors,
) -> None:
    """Let the application answer every address."""
    boards = moderation.boards
    app.extensions.update(boards=boards, moderation=moderation)
    app.config.update(
        SERIES=settings.series, SITE=settings.origins[0], ROUNDED_TIMES=settings.rounded_times
    )
    app.config.update(PUBLISH=settings.publish, PUBLISH_TO=settings.publish_to)
    app.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["br", "deflate"],  # of static files
        COMPRESS_BR_LEVEL=5,
    )
    Compress(app)
    assets.init_app(app)
    headers.init_app(app, settings.origins)
    csrf.init_app(app, addresses)
    metrics.init_app(app, settings.metrics_token, settings.database_url)
    visitors.init_app(app, known, secure=settings.secure)
    openid.init_app(app, settings)
    for part in PARTS:
        app.register_blueprint(part.bp)
    _prepare_templates(app, settings, boards)
    app.register_error_handler(HTTPException, _error_page)
    app.register_error_handler(SignedOutError, auth.signed_out)
    for error in (UnavailableError, *FAILING):
        app.register_error_handler(error, _unavailable)


def _prepare_templates(app: Flask, settings: Settings, boards: BoardService) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        card_html=card_html, retention_days=settings.retention_days, names_days=settings.names_days
    )
    app.jinja_env.filters.update(clock=_clock, clock_seconds=_clock_seconds, day=_day)
    app.jinja_env.filters.update(iso=datetime.isoformat, epoch_ms=epoch_ms, plural=plural)
    app.jinja_env.filters["headline"] = headline_within_link
    app.jinja_env.filters["in_zone"] = partial(_in_zone, boards)
    app.context_processor(
        lambda: {"series": settings.series, "site": app.config["SITE"], "now": boards.clock()}
    )


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M}"


def _clock_seconds(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%H:%M:%S}"


def _day(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y}"


def _in_zone(boards: BoardService, moment: datetime, slug: str) -> str:
    """Return a moment in a talk's zone, which is named, for those without scripts."""
    page = boards.programme.find(slug)
    local = moment.astimezone(page.zone if page else UTC)
    place = page.zone.key.split("/")[-1].replace("_", " ") if page else "UTC"
    return f"{local:%d %B %Y, %H:%M} {place}"


def epoch_ms(moment: datetime) -> int:
    """Return a moment as JavaScript counts time."""
    return round(moment.timestamp() * 1000)


def _error_page(error: HTTPException) -> tuple[str, int, dict[str, str]] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    said = "" if error.description == type(error).description else error.description
    message = said or MESSAGES.get(code, error.description or "")
    title, wait = TITLES.get(code, error.name), {}
    if code == 503:
        wait["Retry-After"] = str(RETRY_SECONDS)
    if wants_part():
        return toast(message), code, wait
    upcoming = pages.upcoming()
    page = render_template(
        "errors/error.html", code=code, title=title, message=message, upcoming=upcoming
    )
    return page, code, wait


def _unavailable(error: Exception) -> Response | tuple[str, int, dict[str, str]]:
    """Answer what the database could not do; what it was asked wrongly is a fault of ours."""
    if isinstance(error, OURS):
        raise error
    said = BUSY if isinstance(error, UnavailableError) else None
    if _is_in_doubt(error):
        said = DOUBTFUL
    return _error_page(ServiceUnavailable(said))  # type: ignore[return-value]  # 503 is a page


def _is_in_doubt(error: BaseException | None) -> bool:
    """Whether this, or what was being answered when it came, may have been saved."""
    return error is not None and (
        isinstance(error, InDoubtError) or _is_in_doubt(error.__context__)
    )
