"""The board's addresses: read it, ask, vote, edit and withdraw, with scripts or without."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from companion.board import queries
from companion.board.cards import Card
from companion.board.input import TEXT_MAX
from companion.board.questions import ANSWERED_NOW
from companion.board.room_code import FIELD as CODE
from companion.board.talk_state import TalkState
from companion.errors import Refused, UnavailableError
from companion.languages import translated
from companion.messages import gettext
from companion.store.engine import db
from companion.store.models import Status
from companion.talks import TalkPage
from companion.web.auth import redirect_with, runs_talk_afresh
from companion.web.card_cache import card_html
from companion.web.form_state import AskForm, form_of, typed_form
from companion.web.replies import (
    NOT_DONE,
    board_service,
    field_of,
    find_board,
    in_words,
    in_words_on,
    is_unchanged,
    load_talk,
    not_modified,
    refused_shortly,
    render_talk,
    timed,
    wants_part,
    with_status,
)
from companion.web.talk_page import board_of, board_part, talk_page
from companion.web.visitors import visitor, welcome
from companion.web.wall_page import wall_with

bp = Blueprint("board", __name__, url_prefix="/talks/<slug>")
NOT_YOURS = gettext(
    "Only the browser that asked this can change it, until it is dealt with. Open the page there."
)

IN = gettext("You may arrange notes now.")
WRITTEN = {
    Status.OPEN: gettext("Your note is on the wall."),
    Status.WAITING: gettext("Your note waits for a moderator."),
}


@bp.get("/board")
def show(slug: str) -> ResponseReturnValue:
    """Return the board as a fragment; 204 when it is still what the browser has."""
    talk = load_talk(find_board(slug))
    if is_unchanged(talk) and visitor():  # whoever has lost the cookie has nothing of this board
        return not_modified()
    return timed(board_part(talk))


@bp.get("/alike")
def alike(slug: str) -> ResponseReturnValue:
    """Return what is on the board already and likely says the same as a draft."""
    talk = load_talk(find_board(slug))
    text = request.args.get("text", "")[:TEXT_MAX]
    cards = queries.alike(db.session(), talk, visitor(), text)
    return render_talk("board/_alike.html", talk, cards=cards)


@bp.post("/questions")
def ask(slug: str) -> ResponseReturnValue:
    """Put a question on the board; its card reaches everybody by broadcast."""
    page = find_board(slug)
    try:
        if request.form.get(CODE):
            _give_code(page)
        asked = board_service().ask(
            page.slug,
            visitor(),
            request.form,
            request.remote_addr or "",
            runs_talk=partial(runs_talk_afresh, page),
        )
    except NOT_DONE as reason:
        return _refuse(page, reason)
    if _is_from_wall() and wants_part():
        return timed(make_response({"status": asked.status}))
    if wants_part():
        return timed(board_part(load_talk(page)))
    if _is_from_wall():
        said = str(translated(WRITTEN.get(asked.status, "")))
        return redirect_with(said, url_for("wall.show", slug=page.slug))
    kind = "comment" if request.form.get("kind") == "comment" else "question"
    return _back(page, "board", flash=asked.status.value, kind=kind)


def _is_from_wall() -> bool:
    return request.form.get("from") == "wall"


@bp.post("/room-code")
def give_code(slug: str) -> ResponseReturnValue:
    """Take the room code; whatever else was typed meanwhile stays."""
    page = find_board(slug)
    try:
        _give_code(page)
    except NOT_DONE as reason:
        if _is_from_wall():
            return redirect_with(in_words(reason), url_for("wall.show", slug=page.slug))
        return _refuse_code(page, reason)
    if _is_from_wall():
        return redirect_with(IN, url_for("wall.show", slug=page.slug))
    if wants_part():
        return timed(board_part(load_talk(page)))
    if request.form.get("text") or request.form.get("detail"):
        return talk_page(load_talk(page), typed_form(request.form, ""))
    return _back(page, "board", flash="in")


def _give_code(page: TalkPage) -> None:
    typed, address = request.form.get(CODE, ""), request.remote_addr or ""
    board_service().give_code(db.session(), page.slug, visitor(), typed, address)


@bp.post("/questions/<int:question>/vote")
def vote(slug: str, question: int) -> ResponseReturnValue:
    """Have this visitor's vote be as wanted."""
    page = find_board(slug)
    wanted = request.form.get("wanted")
    if wanted not in ("0", "1"):
        abort(422, gettext("A vote says whether it is wanted: 1 or 0."))
    try:
        card, state = board_service().vote(
            page.slug,
            visitor(),
            question,
            request.remote_addr or "",
            wanted=wanted == "1",
            runs_talk=partial(runs_talk_afresh, page),
        )
    except NOT_DONE as reason:
        if _is_from_wall() and not wants_part():
            return redirect_with(in_words(reason), url_for("wall.show", slug=page.slug))
        return _refuse_shortly(page, reason)
    if _is_from_wall():
        return _voted_on_wall(page, card)
    if wants_part():
        return make_response(card_html(page.slug, card, state))
    at = {"at": str(question)} if queries.is_long(db.session(), page.slug) else {}
    return _back(page, f"question-{question}", **at)


def _voted_on_wall(page: TalkPage, card: Card) -> ResponseReturnValue:
    if wants_part():
        return timed(make_response({"votes": card.votes}))
    back = url_for("wall.show", slug=page.slug, _anchor=f"note-{card.id}")
    return redirect(back, 303)


@bp.get("/questions/<int:question>/edit")
def edit_form(slug: str, question: int) -> ResponseReturnValue:
    """Show the form that changes one's own question."""
    talk = load_talk(find_board(slug))
    try:
        return _edit_page(talk, question)
    except Refused as refusal:
        abort(404, refusal.message)


@bp.post("/questions/<int:question>/edit")
def edit(slug: str, question: int) -> ResponseReturnValue:
    """Change one's own question."""
    page = find_board(slug)
    try:
        board_service().edit(
            page.slug, visitor(), question, request.form, runs_talk=partial(runs_talk_afresh, page)
        )
    except NOT_DONE as reason:
        return _refuse_edit(page, question, reason)
    if wants_part():
        return timed(board_part(load_talk(page)))
    return _back(page, f"question-{question}")


@bp.post("/questions/<int:question>/withdraw")
def withdraw(slug: str, question: int) -> ResponseReturnValue:
    """Take one's own question back."""
    page = find_board(slug)
    try:
        board_service().withdraw(page.slug, visitor(), question)
    except NOT_DONE as reason:
        return _refuse_shortly(page, reason)
    if wants_part():
        return timed(board_part(load_talk(page)))
    return _back(page, "board", flash="withdrawn")


@bp.post("/questions/delete")
def delete_own(slug: str) -> ResponseReturnValue:
    """Delete all that is this visitor's here."""
    page = find_board(slug)
    try:
        board_service().delete_own(page.slug, visitor())
    except NOT_DONE as reason:
        return _refuse_shortly(page, reason)
    if wants_part():
        return timed(board_part(load_talk(page)))
    return _back(page, "board", flash="deleted")


def _refuse(page: TalkPage, reason: Refused | UnavailableError) -> Response:
    """Answer with the form again, what was typed kept, and the reason."""
    talk, said = load_talk(page), in_words_on(page, reason)
    form = typed_form(request.form, said, field_of(reason))
    if not wants_part():
        shown = wall_with(page, form) if _is_from_wall() else talk_page(talk, form)
        return with_status(shown, reason)
    part = render_talk("board/_ask_form.html", talk, board=board_of(talk), form=form)
    return with_status(welcome(part), reason)


def _refuse_code(page: TalkPage, reason: Refused | UnavailableError) -> Response:
    """Answer with the field for the code again, and the reason."""
    if not wants_part():
        return _refuse(page, reason)
    if isinstance(reason, UnavailableError):
        return _refuse_shortly(page, reason)
    talk, form = load_talk(page), typed_form(request.form, in_words(reason), CODE)
    part = render_talk("board/_room_code.html", talk, board=board_of(talk), form=form)
    return with_status(welcome(part), reason)


def _refuse_shortly(page: TalkPage, reason: Refused | UnavailableError) -> Response:
    """Answer with the reason alone; without scripts, on the talk's page."""
    if not wants_part():
        return _refuse(page, reason)
    return refused_shortly(reason)


def _refuse_edit(page: TalkPage, question: int, reason: Refused | UnavailableError) -> Response:
    """Answer with the edit form again, or with the talk's page to those who may not edit."""
    form = typed_form(request.form, in_words(reason), field_of(reason))
    if wants_part() and isinstance(reason, UnavailableError):
        return _refuse_shortly(page, reason)
    try:
        return with_status(_edit_page(load_talk(page), question, form), reason)
    except Refused:
        return _refuse_shortly(page, reason)


def _edit_page(talk: TalkState, question: int, form: AskForm | None = None) -> Response:
    card = queries.card(db.session(), talk, visitor(), question)
    if not card.own or not card.editable:
        raise Refused(NOT_YOURS)
    if card.now:
        raise Refused(ANSWERED_NOW)
    template = "board/_edit.html" if wants_part() else "pages/edit.html"
    stored = form_of(card)
    if form and form.field == "expected_version":
        form = replace(form, expected_version=stored.expected_version)
    return render_talk(template, talk, card=card, form=form or stored)


def _back(page: TalkPage, anchor: str, **asked: str) -> ResponseReturnValue:
    query = f"?{urlencode(asked)}" if asked else ""
    address = url_for("pages.talk", slug=page.slug)
    return redirect(f"{address}{query}#{anchor}", 303)
