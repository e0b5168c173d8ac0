"""A talk's page with its board, as one visitor sees it."""

from __future__ import annotations

import uuid
from dataclasses import replace

from flask import Response, make_response, render_template, request, url_for
from markupsafe import Markup

from companion.board.paging import read_selection
from companion.board.polls import NONE_CHOSEN, Chosen, PollView, as_seen, chosen
from companion.board.queries import Board
from companion.board.rating import opens_at
from companion.board.rules import BoardState
from companion.board.talk_state import TalkState
from companion.board.wall import WallMode, mode_of
from companion.messages import Message, gettext
from companion.report import summary
from companion.store.engine import db
from companion.talks import TalkPage
from companion.web.auth import runs_talk
from companion.web.for_everybody import ANSWER_KEY, Own, context_of, for_everybody
from companion.web.form_state import AskForm, Unsaved, empty_form
from companion.web.headers import allow_frames
from companion.web.rating_view import RatingView, own_rating, rating_of
from companion.web.replies import board_service
from companion.web.visitors import visitor, welcome

FLASHES = {
    ("open", "question"): gettext("Your question is on the board."),
    ("open", "comment"): gettext("Your comment is on the board."),
    ("waiting", "question"): gettext("Your question waits for a moderator."),
    ("waiting", "comment"): gettext("Your comment waits for a moderator."),
    ("open", "answer"): gettext("Your answer is on the board."),
    ("waiting", "answer"): gettext("Your answer waits for a moderator."),
    ("deleted", ""): gettext(
        "What was yours here is deleted. What was answered or merged stays, without your name."
    ),
    ("in", ""): gettext("Thank you. You can ask and vote now."),
    ("pulse", ""): gettext("The speaker and the desk see how many press, and never who."),
    ("withdrawn", ""): gettext("You have withdrawn it. It is not on the board any more."),
}
NO_WORDS = ""
POLLS, BESIDE = "polls/_polls.html", "polls/_beside.html"
RATING_BESIDE = "rating/_beside.html"
STAGE = Markup('<hx-partial hx-target="#stage" hx-swap="outerMorph">{}</hx-partial>')


def talk_page(
    talk: TalkState,
    form: AskForm | None = None,
    unsaved: Unsaved | None = None,
    rating: RatingView | None = None,
) -> Response:
    """Render a talk's page, giving a new visitor a cookie.

    ``form`` and ``rating`` have what was typed already, and ``unsaved`` what was chosen or written
    in a poll.
    """
    allow_frames(frame_hosts(talk.page))
    board, flash, following = board_of(talk), _flash(), _following(talk)
    usual = {"polls": polls_of(talk), "rating": rating_of(talk)}
    own = own_parts(talk)

    def render(board: Board | None, form: AskForm, **context: object) -> str:
        context = usual | context
        return render_template(
            "pages/talk.html",
            talk=talk,
            page=talk.page,
            body=_body(talk, board),
            board=board,
            form=form,
            flash=flash,
            summary=summary_of(talk),
            following=following,
            **context,
        )

    if form or flash or unsaved or rating:
        context = context_of(own) | {"unsaved": unsaved} | ({"rating": rating} if rating else {})
        return welcome(make_response(render(board, form or empty_form(), **context)))
    return welcome(for_everybody("page", talk, board, render, following, own=own))


def board_part(talk: TalkState) -> Response:
    """Render the board and, beside it, the stage, whose times may have changed, and the rest."""
    usual = {"polls": polls_of(talk), "rating": rating_of(talk)}

    def render(board: Board | None, form: AskForm, **context: object) -> str:
        context = usual | context
        context |= {"talk": talk, "page": talk.page, "summary": summary_of(talk), "form": form}
        part = render_template("board/_board.html", board=board, **context)
        stage = Markup(render_template("pages/_stage.html", **context))  # noqa: S704 (a template's own)
        had = talk.row is not None and talk.row.polls  # one that is put away has to go from pages
        polls = render_template(BESIDE, **context) if had else ""
        opens = talk.now >= opens_at(talk)  # one that is switched off has to go from pages
        rating = render_template(RATING_BESIDE, **context) if opens else ""
        return part + str(STAGE.format(stage)) + polls + rating

    return welcome(for_everybody("part", talk, board_of(talk), render, own=own_parts(talk)))


def polls_part(talk: TalkState) -> Response:
    """Render a talk's polls alone, as this visitor sees them."""
    mine = chosen(db.session(), talk.row, visitor())
    part = _polls_html(talk, polls_of(talk, mine), str(uuid.uuid4()))
    if mine:  # what can be answered can be deleted, also by whoever has asked nothing
        part += render_template("polls/_answered.html", talk=talk, page=talk.page)
    return welcome(make_response(part))


def polls_of(talk: TalkState, mine: Chosen = NONE_CHOSEN) -> tuple[PollView, ...]:
    """Return a talk's polls as somebody sees them who has answered so, or as a stranger does."""
    return as_seen(board_service().polls(db.session(), talk), mine)


def own_parts(talk: TalkState) -> tuple[Own, ...]:
    """Return what of a page is a visitor's own: the polls they have answered, and their rating.

    What can be given can be deleted, also by whoever has asked nothing.
    """
    rated = own_rating(talk)
    deleting = Own({"has_answered": True}, (_deleting(talk),)) if rated else None
    return tuple(own for own in (own_polls(talk), rated, deleting) if own)


def own_polls(talk: TalkState) -> Own | None:
    """Return the polls of somebody who has answered one, None for all others."""
    mine = chosen(db.session(), talk.row, visitor())
    if not mine:
        return None
    polls = polls_of(talk, mine)
    answers = _polls_html(talk, polls_of(talk)), _polls_html(talk, polls)
    return Own({"polls": polls, "has_answered": True}, (answers, _deleting(talk)))


def _polls_html(talk: TalkState, polls: tuple[PollView, ...], key: str = ANSWER_KEY) -> str:
    context = {"talk": talk, "page": talk.page, "polls": polls, "answer_key": key}
    return render_template(POLLS, **context)


def _deleting(talk: TalkState) -> tuple[str, str]:
    """Return how one's own can be deleted by whoever has nothing here, and by whoever has."""
    context = {"talk": talk, "page": talk.page}
    nothing, something = (
        render_template("board/_delete_mine.html", has_own=has_own, **context)
        for has_own in (False, True)
    )
    return nothing, something


def _body(talk: TalkState, board: Board | None) -> Markup:
    """Return a page's body, with its published Q&A where the board has nothing to show for it.

    What leads to the wall leads to the list while the wall is put away.
    """
    page = talk.page
    html = page.html if board and board.total else f"{page.html}\n{page.qa_html}".strip()
    if mode_of(talk) is WallMode.OFF:
        html = _without_wall(html, page.slug)
    return Markup(html)  # noqa: S704 (sanitised when it was read)


def _without_wall(html: str, slug: str) -> str:
    wall, board = (
        url_for("wall.show", slug=slug),
        url_for("pages.talk", slug=slug, _anchor="board"),
    )
    return html.replace(f'"{wall}" class="wall-link"', f'"{board}" class="board-link"')


def summary_of(talk: TalkState) -> tuple[Message, ...]:
    """Return what became of a talk's questions, once it is over."""
    return summary(db.session(), talk.page) if talk.page.board and talk.is_over else ()


def _following(talk: TalkState) -> TalkPage | None:
    """Return the talk that comes next: after this one, or after today where this one has been."""
    catalogue = board_service().programme.catalogue()
    return catalogue.next_after(max(talk.now, talk.page.starts))


def _flash() -> str:
    """Return what to say after a form without scripts has led back here."""
    flash = request.args.get("flash", "")
    asked = request.args.get("kind", "")
    kind = asked if asked in ("comment", "answer") else "question"
    return FLASHES.get((flash, kind), FLASHES.get((flash, ""), NO_WORDS))


def frame_hosts(page: TalkPage) -> tuple[str, ...]:
    """Return which hosts a page may show players from."""
    embed = page.recording.embed if page.recording else None
    return tuple(dict.fromkeys((*page.frame_hosts, *((embed.host,) if embed else ()))))


def board_of(talk: TalkState) -> Board | None:
    """Return the board as this visitor sees it, or None when the talk has none."""
    if not talk.page.board:
        return None
    board = board_service().board(db.session(), talk, visitor(), read_selection(request.args))
    outside = board_service().needs_sign_in(visitor()) and board.state is not BoardState.CLOSED
    if (outside or board.needs_code) and runs_talk(talk.page):
        return replace(board, needs_code=False)
    return replace(board, needs_sign_in=outside)
