"""What programs read as JSON: the programme, talks, boards and Q&A. They change nothing."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from flask import Blueprint, Flask, Response, abort, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import TooManyRequests, Unauthorized

from companion.api import openapi
from companion.api.documents import Document, Documents
from companion.board.rate_limits import RateLimits
from companion.board.talk_state import TalkState
from companion.errors import Refused, UnavailableError
from companion.exports import json
from companion.exports.dataset import Part, QuestionRecord, Reader
from companion.moderation import tokens
from companion.moderation.hashed_secrets import hashed
from companion.network.capacity import network_of
from companion.store.engine import db
from companion.store.writer import Writer
from companion.talks import TalkPage
from companion.web.conditional import etag, tagged, unchanged
from companion.web.problems import PREFIX, wants_problem
from companion.web.replies import absolute_url, board_service, load_talk

AGAIN = ("limit", "declined")  # of what was asked with, for the next part as well
MOST, USUAL, DIGITS, LONGEST = 100, 50, 9, 200
bp = Blueprint("api", __name__, url_prefix=f"{PREFIX}v1")
WRONG = "This token is unknown, has expired or was revoked. Ask whoever runs the server."
NOT_PUBLIC = "What was never public takes an organiser's token: Authorization: Bearer …"
TOO_MANY = "Too many wrong tokens came from your network. Wait, and use one that is right."
WRONG_NUMBER = "{} is a whole number from {} to {}."
WRONG_CURSOR = "after is not what a Link of ours has said. Begin without it."
NOT_OVER = "The talk is not over yet. What is asked until then is its board: {}"


def init_app(app: Flask, origins: Sequence[str]) -> None:
    """Let pages of other ``origins`` read what everybody may; of all where one of them is *."""
    if not origins:
        return

    @app.after_request
    def share(response: Response) -> Response:
        if not wants_problem():
            return response
        response.vary.add("Origin")
        origin = request.headers.get("Origin", "")
        is_known = "*" in origins or origin in origins
        if origin and is_known and "Authorization" not in request.headers:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = "ETag, Link"
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
                response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
        return response


@bp.get("/openapi.json")
def description() -> ResponseReturnValue:
    """Return the description of this interface, as OpenAPI 3.1 has it."""
    document = openapi.describe(f"{request.script_root}{bp.url_prefix}")
    return _answer(document, etag(document))


@bp.get("/programme")
def programme() -> ResponseReturnValue:
    """Return the programme, the earliest talk first."""
    most, after = _number("limit", USUAL, MOST, least=1), _cursor()
    pages = [page for page in board_service().programme.pages() if _place(page) > after]
    shown, more = pages[:most], len(pages) > most
    following = _written(shown[-1]) if more else ""
    shown = board_service().programme.with_bodies(shown)
    document = _documents(Reader()).programme(board_service().talks(db.session(), shown))
    return _answer(document, etag(document, following), after=following)


@bp.get("/talks/<slug>")
def talk(slug: str) -> ResponseReturnValue:
    """Return one talk."""
    state = load_talk(_page(slug))
    return _answer_about(state, Reader(), lambda found: found.talk(state))


@bp.get("/talks/<slug>/board")
def board(slug: str) -> ResponseReturnValue:
    """Return a talk's board as it is now; an organiser's token shows what their exports have."""
    return _answer_with_questions(load_talk(_board_page(slug)), _reader(), Documents.board)


@bp.get("/talks/<slug>/qa")
def qa(slug: str) -> ResponseReturnValue:
    """Return a talk's Q&A, as the JSON export has it, once the talk is over."""
    state, reader = load_talk(_board_page(slug)), _reader()
    if not state.is_over and not reader.organises:
        abort(404, NOT_OVER.format(absolute_url("api.board", slug=slug)))
    return _answer_with_questions(state, reader, Documents.qa)


@bp.get("/talks/<slug>/questions/<int:question>")
def question(slug: str, question: int) -> ResponseReturnValue:
    """Return one question, if whoever asks may see it."""
    state, reader = load_talk(_board_page(slug)), _reader()

    def write(found: Documents) -> Document:
        document = found.question(state, question) if len(str(question)) <= DIGITS else None
        return document or abort(404, "There is no such question, or not for everybody.")

    return _answer_about(state, reader, write, question)


def _page(slug: str) -> TalkPage:
    page = board_service().programme.find(slug)
    return page or abort(404, "There is no such talk. The programme lists those that there are.")


def _board_page(slug: str) -> TalkPage:
    page = _page(slug)
    return page if page.board else abort(404, "This talk has no board.")


def _answer_with_questions(
    state: TalkState,
    reader: Reader,
    write: Callable[[Documents, TalkState, Sequence[QuestionRecord]], Document],
) -> Response:
    """Answer with some of a talk's questions, and say where the next ones are."""
    most = _number("limit", USUAL, MOST, least=1)
    after = _number("after", 0, 10**DIGITS - 1)
    documents = _documents(reader)
    version = etag(documents.state(state), write.__name__, most, after)
    if short := unchanged(version):
        return short
    entries = documents.entries(state, Part(after, most + 1))
    following = str(entries[most - 1].number) if len(entries) > most else ""
    document = write(documents, state, entries[:most])
    return _answer(document, version, after=following)


def _answer_about(
    state: TalkState, reader: Reader, write: Callable[[Documents], Document], *asked: object
) -> Response:
    documents = _documents(reader)
    version = etag(documents.state(state), request.endpoint, *asked)
    return unchanged(version) or _answer(write(documents), version)


def _answer(document: Document, version: str, *, after: str = "") -> Response:
    """Answer with a document, and where there is more after it, with its address."""
    if short := unchanged(version):
        return short
    response = Response(json.written(document), content_type="application/json")
    if after and request.endpoint:
        asked = {name: request.args[name] for name in AGAIN if name in request.args}
        values = asked | {"after": after} | (request.view_args or {})
        following = absolute_url(request.endpoint, **values)
        response.headers["Link"] = f'<{following}>; rel="next"'
    response.vary.add("Authorization")
    return tagged(response, version)


def _documents(reader: Reader) -> Documents:
    return Documents(
        db.session(),
        reader,
        board_service().clock(),
        lambda page: absolute_url("pages.talk", slug=page.slug),
        current_app.config["ROUNDED_TIMES"],
    )


def _reader() -> Reader:
    """Return with whose eyes to read, by the token; answer 401 where it is none of ours.

    What is no Bearer may be for a proxy in front, and is not meant for us.
    """
    given, wants_all = request.authorization, request.args.get("declined") == "1"
    if given is None or given.type != "bearer":
        if wants_all:
            raise Unauthorized(NOT_PUBLIC, www_authenticate=WWWAuthenticate("bearer"))
        return Reader()
    _check(given.token or "")
    return Reader(organises=True, declined=wants_all)


def _check(token: str) -> None:
    now = board_service().clock()
    found = tokens.find(db.session(), token, now)
    if found is None:
        _count_wrong_one()
        how = WWWAuthenticate("bearer", {"error": "invalid_token"})
        raise Unauthorized(WRONG, www_authenticate=how)
    writer: Writer = current_app.extensions["writer"]
    is_due = tokens.is_due(found, now) and not writer.trouble
    db.session.rollback()
    if is_due:
        with suppress(UnavailableError):
            writer(lambda change: tokens.note_used(change, hashed(token), now))


def _count_wrong_one() -> None:
    limits: RateLimits = current_app.extensions["limits"]
    try:
        limits.spend("token", "", network_of(request.remote_addr or ""))
    except Refused as refusal:
        raise TooManyRequests(TOO_MANY, retry_after=refusal.retry_after) from None


def _number(name: str, usual: int, most: int, *, least: int = 0) -> int:
    """Return a number that was asked for; answer 400 where it is none."""
    text = request.args.get(name, str(usual))
    is_short = text.isascii() and text.isdecimal() and len(text) <= DIGITS
    if not is_short or not least <= int(text) <= most:
        abort(400, WRONG_NUMBER.format(name, least, most))
    return int(text)


def _place(page: TalkPage) -> tuple[str, str]:
    """Return where in the programme a talk stands, in the order of its pages."""
    return page.starts.isoformat(), page.slug


def _written(page: TalkPage) -> str:
    return urlsafe_b64encode("\n".join(_place(page)).encode()).decode().rstrip("=")


def _cursor() -> tuple[str, str]:
    """Return the place after which to go on; answer 400 where nobody has said that."""
    given = request.args.get("after", "")
    if not given:
        return "", ""
    try:
        text = urlsafe_b64decode((given[:LONGEST] + "==").encode("ascii")).decode()
        starts, slug = text.split("\n")
        datetime.fromisoformat(starts)
    except ValueError:
        abort(400, WRONG_CURSOR)
    return starts, slug
