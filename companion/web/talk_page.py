"""A talk's page with its board, as one visitor sees it."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, request
from markupsafe import Markup

from companion.board.paging import read_view
from companion.board.queries import Board
from companion.board.rules import BoardState
from companion.board.talk_state import TalkState
from companion.report import summary
from companion.store.engine import db
from companion.talks import TalkPage
from companion.web.auth import runs_talk
from companion.web.form_state import AskForm
from companion.web.headers import allow_frames
from companion.web.replies import board_service, render_talk
from companion.web.visitors import visitor, welcome

FLASHES = {
    "open": "Your {kind} is on the board.",
    "waiting": "Your {kind} waits for a moderator.",
    "deleted": "What you asked is deleted. What was answered or merged stays, without your name.",
    "in": "Thank you. You can ask and vote now.",
    "withdrawn": "You have withdrawn it. It is not on the board any more.",
}


def talk_page(talk: TalkState, form: AskForm) -> Response:
    """Render a talk's page, giving a new visitor a cookie."""
    allow_frames(frame_hosts(talk.page))
    board = board_of(talk)
    response = render_talk(
        "pages/talk.html",
        talk,
        body=_body(talk.page, board),
        board=board,
        form=form,
        flash=_flash(),
        summary=summary_of(talk),
    )
    return welcome(response)


def _body(page: TalkPage, board: Board | None) -> Markup:
    """Return a page's body, with its published Q&A where the board has nothing to show for it."""
    html = page.html if board and board.total else f"{page.html}\n{page.qa_html}".strip()
    return Markup(html)  # noqa: S704 (sanitised when it was read)


def summary_of(talk: TalkState) -> tuple[tuple[int, str], ...]:
    """Return what became of a talk's questions, once it is over."""
    return summary(db.session(), talk.page) if talk.page.board and talk.is_over else ()


def _flash() -> str:
    """Return what to say after a form without scripts has led back here."""
    kind = "comment" if request.args.get("kind") == "comment" else "question"
    return FLASHES.get(request.args.get("flash", ""), "").format(kind=kind)


def frame_hosts(page: TalkPage) -> tuple[str, ...]:
    """Return which hosts a page may show players from."""
    embed = page.recording.embed if page.recording else None
    return tuple(dict.fromkeys((*page.frame_hosts, *((embed.host,) if embed else ()))))


def board_of(talk: TalkState) -> Board | None:
    """Return the board as this visitor sees it, or None when the talk has none."""
    if not talk.page.board:
        return None
    board = board_service().board(db.session(), talk, visitor(), read_view(request.args))
    outside = board_service().needs_sign_in(visitor()) and board.state is not BoardState.CLOSED
    if (outside or board.needs_code) and runs_talk(talk.page):
        return replace(board, needs_code=False)
    return replace(board, needs_sign_in=outside)
