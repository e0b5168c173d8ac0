"""The board's addresses: read it, ask, vote, edit and withdraw, with scripts or without."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from companion.board import queries
from companion.board.input import TEXT_MAX
from companion.board.questions import ANSWERED_NOW
from companion.board.room_code import FIELD as CODE
from companion.board.talk_state import TalkState
from companion.errors import Refused, UnavailableError
from companion.store.engine import db
from companion.talks import TalkPage
from companion.web.auth import runs_talk
from companion.web.card_cache import card_html
from companion.web.form_state import AskForm, empty_form, form_of, typed_form
from companion.web.replies import (
    NOT_DONE,
    board_service,
    field_of,
    find_board,
    in_words,
    is_unchanged,
    load_talk,
    not_modified,
    render_talk,
    timed,
    wants_part,
    with_status,
    with_toast,
)
from companion.web.talk_page import board_of, summary_of, talk_page
from companion.web.visitors import visitor, welcome

bp = Blueprint("board", __name__, url_prefix="/talks/<slug>")
NOT_YOURS = (
    "Only the browser that asked this can change it, until it is dealt with. Open the page there."
)
STAGE = Markup('<hx-partial hx-target="#stage" hx-swap="outerMorph">{}</hx-partial>')


@bp.get("/board")
def show(slug: str) -> ResponseReturnValue:
    """Return the board as a fragment; 204 when it is still what the browser has."""
    talk = load_talk(find_board(slug))
    if is_unchanged(talk) and visitor():  # whoever has lost the cookie has nothing of this board
        return not_modified()
    return timed(welcome(_board_part(talk)))


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
            runs_talk=lambda: runs_talk(page),
        )
    except NOT_DONE as reason:
        return _refuse(page, reason)
    if wants_part():
        return timed(_board_part(load_talk(page)))
    kind = "comment" if request.form.get("kind") == "comment" else "question"
    return _back(page, "board", flash=asked.status.value, kind=kind)


@bp.post("/room-code")
def give_code(slug: str) -> ResponseReturnValue:
    """Take the room code; whatever else was typed meanwhile stays."""
    page = find_board(slug)
    try:
        _give_code(page)
    except NOT_DONE as reason:
        return _refuse_code(page, reason)
    if wants_part():
        return timed(_board_part(load_talk(page)))
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
        abort(422, "A vote says whether it is wanted: 1 or 0.")
    try:
        card, state = board_service().vote(
            page.slug,
            visitor(),
            question,
            request.remote_addr or "",
            wanted=wanted == "1",
            runs_talk=lambda: runs_talk(page),
        )
    except NOT_DONE as reason:
        return _refuse_shortly(page, reason)
    if wants_part():
        return make_response(card_html(page.slug, card, state))
    at = {"at": str(question)} if queries.is_long(db.session(), page.slug) else {}
    return _back(page, f"question-{question}", **at)


@bp.get("/questions/<int:question>/edit")
def edit_form(slug: str, question: int) -> ResponseReturnValue:
    """Show the form that changes one's own question."""
    talk = load_talk(find_board(slug))
    try:
        return _edit_page(talk, question)
    except Refused as refusal:
        abort(404, str(refusal))


@bp.post("/questions/<int:question>/edit")
def edit(slug: str, question: int) -> ResponseReturnValue:
    """Change one's own question."""
    page = find_board(slug)
    try:
        board_service().edit(
            page.slug, visitor(), question, request.form, runs_talk=lambda: runs_talk(page)
        )
    except NOT_DONE as reason:
        return _refuse_edit(page, question, reason)
    if wants_part():
        return timed(_board_part(load_talk(page)))
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
        return timed(_board_part(load_talk(page)))
    return _back(page, "board", flash="withdrawn")


@bp.post("/questions/delete")
def delete_own(slug: str) -> ResponseReturnValue:
    """Delete all that this visitor asked here."""
    page = find_board(slug)
    try:
        board_service().delete_own(page.slug, visitor())
    except NOT_DONE as reason:
        return _refuse_shortly(page, reason)
    if wants_part():
        return timed(_board_part(load_talk(page)))
    return _back(page, "board", flash="deleted")


def _refuse(page: TalkPage, reason: Refused | UnavailableError) -> Response:
    """Answer with the form again, what was typed kept, and the reason."""
    talk, form = load_talk(page), typed_form(request.form, in_words(reason), field_of(reason))
    if not wants_part():
        return with_status(talk_page(talk, form), reason)
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
    return with_toast(welcome(make_response("")), reason)


def _refuse_edit(page: TalkPage, question: int, reason: Refused | UnavailableError) -> Response:
    """Answer with the edit form again, or with the talk's page to those who may not edit."""
    form = typed_form(request.form, in_words(reason), field_of(reason))
    if wants_part() and isinstance(reason, UnavailableError):
        return _refuse_shortly(page, reason)
    try:
        return with_status(_edit_page(load_talk(page), question, form), reason)
    except Refused:
        return _refuse_shortly(page, reason)


def _board_part(talk: TalkState) -> Response:
    """Render the board and, beside it, the stage, whose times may have changed."""
    context = {"talk": talk, "page": talk.page, "summary": summary_of(talk)}
    board = render_template("board/_board.html", board=board_of(talk), form=empty_form(), **context)
    stage = Markup(render_template("pages/_stage.html", **context))  # noqa: S704 (a template's own)
    return make_response(board + str(STAGE.format(stage)))


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
