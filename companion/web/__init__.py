"""The pages: blueprints, error pages, headers, and what every template may use."""

from __future__ import annotations

from datetime import datetime
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
from werkzeug.exceptions import Gone, HTTPException, ServiceUnavailable

from companion import languages
from companion.board.richtext import headline_within_link
from companion.board.service import BoardService
from companion.board.visitors import Visitors
from companion.board.wall_service import WallService
from companion.errors import (
    RETRY_SECONDS,
    InDoubtError,
    NoBoardError,
    SignedOutError,
    UnavailableError,
)
from companion.languages import translated
from companion.logs import request_id
from companion.messages import gettext
from companion.moderation.service import ModerationService
from companion.network.addresses import Addresses
from companion.organiser import PublicWords
from companion.settings import Settings
from companion.talks.catalogue import speaker_slug
from companion.web import (
    account,
    api,
    assets,
    auth,
    board,
    coming_back,
    cookies,
    csrf,
    dates,
    desk,
    embed,
    embedded_poll,
    exports,
    feeds,
    for_everybody,
    headers,
    health,
    imports,
    integrations,
    join,
    language_switch,
    listing,
    look,
    masthead,
    metrics,
    openid,
    organise,
    organise_pages,
    organise_talk,
    organiser_sign_in,
    page_editor,
    pages,
    polls,
    poster,
    preview,
    publish,
    pulse,
    questions,
    rating,
    recording,
    rehearsals,
    report,
    request_log,
    screen,
    sentences,
    sign_in,
    speaker,
    violations,
    visitors,
    wall,
    wall_background,
    wall_columns,
    wall_marks,
)
from companion.web.card_cache import card_html, note_html, waiting_html
from companion.web.codings import BROTLI
from companion.web.problems import problem, wants_problem
from companion.web.replies import BUSY, DOUBTFUL, epoch_ms, toast, wants_part

PARTS = (
    *(sign_in, openid, join, desk, recording, speaker, screen, report, exports, imports, publish),
    *(organiser_sign_in, account, integrations, organise, organise_talk, poster, questions, api),
    *(organise_pages, page_editor),
    *(feeds, board, embed, embedded_poll, wall, wall_background, wall_columns, wall_marks),
    *(polls, rating, pulse),
    *(health, metrics, violations),
    *(language_switch, pages),
)
# The database's, whatever it is; the last are ours.
FAILING = (DatabaseError, InterfaceError, PendingRollbackError, NoConnectionInTimeError)
OURS = (DataError, IntegrityError, ProgrammingError)
TITLES = {
    400: gettext("Bad Request"),
    403: gettext("Not allowed"),
    404: gettext("Not found"),
    405: gettext("Method Not Allowed"),
    410: gettext("Over"),
    408: gettext("Too slow"),
    413: gettext("Too much at once"),
    422: gettext("Unprocessable Entity"),
    429: gettext("One moment"),
    500: gettext("Something went wrong"),
    503: gettext("One moment"),
}
MESSAGES = {
    400: gettext("The browser (or proxy) sent a request that this server could not understand."),
    404: gettext("There is nothing at this address. Perhaps the talk has moved."),
    405: gettext("The method is not allowed for the requested URL."),
    408: gettext("What you sent did not arrive in time. Send it again."),
    413: gettext("That was more than this page takes. Shorten it and send it again."),
    500: gettext("The fault is ours, and it has been noted. Nothing you did caused it."),
    503: gettext("The database does not answer. Go back and try again in a few seconds."),
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
    app.extensions.update(boards=boards, walls=WallService(boards), moderation=moderation)
    app.extensions.update(public_words=PublicWords())
    _configure(app, settings)
    languages.init_app(app, settings)
    sentences.init_app(app)
    request_log.init_app(app, settings)
    Compress(app)
    assets.init_app(app)
    look.init_app(app, settings)
    headers.init_app(app, settings.origins, settings.path)
    csrf.init_app(app, addresses)
    api.init_app(app, settings.api_origins)
    metrics.init_app(app, settings.metrics_token, settings.database_url)
    cookies.init_app(app, settings)
    visitors.init_app(app, known)
    openid.init_app(app, settings)
    account.init_app(app)
    embed.init_app(app, settings)
    for_everybody.init_app(app)
    rehearsals.init_app(app)
    masthead.init_app(app)
    listing.init_app(app)
    preview.init_app(app)
    for part in PARTS:
        app.register_blueprint(part.bp)
    _prepare_templates(app, settings, boards)
    _answer_errors(app)


def _configure(app: Flask, settings: Settings) -> None:
    """Have whoever answers find what they need of the settings."""
    app.config.update(
        SERIES=settings.series,
        ORIGIN=settings.origins[0],
        ORIGINS=settings.origins,
        SITE=settings.site,
        ROUNDED_TIMES=settings.rounded_times,
        PUBLISH=settings.publish,
        PUBLISH_TO=settings.publish_to,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_ALGORITHM_STREAMING=["br", "deflate"],  # of what is downloaded
        COMPRESS_BR_LEVEL=BROTLI,
    )


def _answer_errors(app: Flask) -> None:
    app.register_error_handler(HTTPException, _error_page)
    app.register_error_handler(SignedOutError, auth.signed_out)
    app.register_error_handler(NoBoardError, _no_board)
    for error in (UnavailableError, *FAILING):
        app.register_error_handler(error, _unavailable)


def _prepare_templates(app: Flask, settings: Settings, boards: BoardService) -> None:
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        card_html=card_html,
        note_html=note_html,
        waiting_html=waiting_html,
        retention_days=settings.retention_days,
        names_days=settings.names_days,
    )
    app.jinja_env.globals.update(asked_for=coming_back.asked_for)
    app.jinja_env.filters.update(iso=datetime.isoformat, epoch_ms=epoch_ms)
    app.jinja_env.filters.update(headline=headline_within_link, speaker_slug=speaker_slug)
    dates.init_app(app, boards, ZoneInfo(settings.timezone))
    app.context_processor(
        lambda: {"series": settings.series, "site": app.config["SITE"], "now": boards.clock()}
    )


def _error_page(
    error: HTTPException,
) -> Response | tuple[str, int, dict[str, str]] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    said = "" if error.description == type(error).description else error.description
    message = translated(said or MESSAGES.get(code, error.description or ""))
    title, wait = translated(TITLES.get(code, error.name)), {}
    if code == 503:
        wait["Retry-After"] = str(RETRY_SECONDS)
    if wants_problem():
        return problem(error, code, message, wait)
    if wants_part():
        return toast(message), code, wait
    upcoming = pages.upcoming()
    page = render_template(
        "errors/error.html",
        code=code,
        title=title,
        message=message,
        upcoming=upcoming,
        reference=request_id.get() if code >= 500 else "",
    )
    return page, code, wait


def _no_board(_error: NoBoardError) -> Response | tuple[str, int, dict[str, str]]:
    """Answer whoever wrote on the board of a rehearsal just as it ended."""
    return _error_page(Gone(rehearsals.OVER))  # type: ignore[return-value]  # 410 is a page


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
