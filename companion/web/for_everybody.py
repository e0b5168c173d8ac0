"""Pages and parts on which little is a visitor's own: rendered once, and filled in for each."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from flask import Flask, Response, current_app, make_response, request

from companion.board.memo import Memo
from companion.board.queries import Board
from companion.board.talk_state import TalkState
from companion.board.visitors import is_person
from companion.languages import language
from companion.web.card_cache import card_html
from companion.web.codings import coding_of
from companion.web.form_state import AskForm, empty_form
from companion.web.gaps import Gapped
from companion.web.masthead import leads_to_organise
from companion.web.replies import board_service, epoch_ms
from companion.web.visitors import visitor

MOST = 64  # in each language
# What stands for each visitor's own until it is filled in; nobody ever sees these.
KEY_MARK, ANSWER_KEY = str(uuid.uuid4()), str(uuid.uuid4())
NOW = datetime.fromtimestamp(4_000_000_000 + secrets.randbelow(5_000_000_000), UTC)
MARKS = (KEY_MARK, ANSWER_KEY, str(epoch_ms(NOW)))
GAPS: Mapping[str, object] = {"now": NOW, "answer_key": ANSWER_KEY}


class Render(Protocol):
    """Renders a page or part with new forms, and in a page with the present moment, ``now``.

    ``answer_key`` is that of the form for an answer to a prompt.
    """

    def __call__(self, board: Board | None, form: AskForm, **context: object) -> str:
        """Return its HTML."""


def init_app(app: Flask) -> None:
    """Keep what is the same for everybody."""
    app.extensions["for_everybody"] = Memo(MOST * len(app.config["LANGUAGES"]))


class Own(NamedTuple):
    """What of a page or part is a visitor's own beside the board: the ``context`` that has it.

    In what strangers see each first one of ``parts`` gives place to the second.
    """

    context: Mapping[str, object]
    parts: tuple[tuple[str, str], ...]


def context_of(own: Sequence[Own]) -> dict[str, object]:
    """Return what a template needs to render all of a visitor's own."""
    return {name: value for each in own for name, value in each.context.items()}


def for_everybody(
    kind: str,
    talk: TalkState,
    board: Board | None,
    render: Render,
    also: Hashable = None,
    lay_in: Callable[[bytes], bytes] | None = None,
    own: Sequence[Own] = (),
) -> Response:
    """Answer with a ``kind`` of page or part, from memory where little on it is the visitor's.

    ``also`` is what else it shows, beside the talk; ``lay_in`` puts the visitor's own into it.
    """
    if board and (board.is_personal or not board.selection.is_usual):
        return make_response(render(board, empty_form(), **context_of(own)))
    memo: Memo[Gapped] = current_app.extensions["for_everybody"]
    place = (language(), request.script_root, leads_to_organise())
    name = (kind, talk.slug, *place, *_audience(board))
    gapped = memo.get(name, (talk.version, also), lambda: _gapped(board, render))
    values = (str(uuid.uuid4()), str(uuid.uuid4()), str(epoch_ms(board_service().clock())))
    filling = dict(zip(MARKS, values, strict=True))
    if not (own or lay_in or (board and board.voted)):
        return _compressed(gapped, filling)
    html = gapped.filled(filling)
    for theirs, mine in (part for each in own for part in each.parts):
        theirs, mine = (one.replace(ANSWER_KEY, filling[ANSWER_KEY]) for one in (theirs, mine))
        html = html.replace(theirs.encode(), mine.encode(), 1)
    html = lay_in(html) if lay_in else html
    return make_response(_with_votes(html, talk, board) if board else html)


def _audience(board: Board | None) -> tuple[object, ...]:
    """Return what tells apart people who see different things, though nothing of their own."""
    if board is None:
        return ()
    return board.selection, board.needs_code, board.needs_sign_in, is_person(visitor())


def _gapped(board: Board | None, render: Render) -> Gapped:
    """Return what those see who have voted for nothing, with gaps."""
    seen = board and board.without_votes()
    return Gapped(render(seen, replace(empty_form(), key=KEY_MARK), **GAPS), MARKS)


def _with_votes(html: bytes, talk: TalkState, board: Board) -> bytes:
    """Put the cards that somebody has voted for in the places of those that nobody has."""
    for card in board.voted:
        stranger = replace(card, voted=False)
        before, after = (card_html(talk.slug, one, board.state) for one in (stranger, card))
        html = html.replace(before.encode(), after.encode(), 1)
    return html


def _compressed(gapped: Gapped, filling: Mapping[str, str]) -> Response:
    coding = coding_of(request.headers.get("Accept-Encoding", ""))
    compressed = gapped.compressed(filling, coding) if coding else None
    response = make_response(compressed or gapped.filled(filling))
    if compressed:
        response.headers["Content-Encoding"] = coding
    return response
