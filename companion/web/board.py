"""The board's addresses: read it, ask, vote, edit and withdraw, with scripts or without."""

from __future__ import annotations

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

from companion.board import questions
from companion.board.input import TEXT_MAX
from companion.errors import Refused
from companion.store.engine import db
from companion.store.writer import UnavailableError
from companion.talks import TalkPage
from companion.web.card_cache import card_html
from companion.web.forms import AskForm, empty_form, form_of, typed_form
from companion.web.pages import as_scheduled, board_of, boards, find_page, talk_page
from companion.web.visitors import visitor, welcome

bp = Blueprint("board", __name__, url_prefix="/talks/<slug>")
NOT_DONE = (Refused, UnavailableError)
BUSY = "It could not be saved just now. Send it again in a few seconds; nothing you typed is lost."
RETRY_SECONDS = 3
STAGE = Markup('<hx-partial hx-target="#stage" hx-swap="outerMorph">{}</hx-partial>')


def wants_part() -> bool:
    """Whether htmx asks, so that a part of the page is enough."""
    return request.headers.get("HX-Request") == "true"


def find_board(slug: str) -> TalkPage:
    """Return the page of a talk that has a board, or answer 404."""
    page = find_page(slug)
    if not page.board:
        abort(404, "This talk has no board.")
    return page


def is_unchanged(page: TalkPage) -> bool:
    """Whether what a browser has, by what it asks with, is still what it would get.

    Time alone changes what is shown from one phase to the next, without any revision.
    """
    since, phase = request.args.get("since", ""), request.args.get("phase", "")
    if not since or since != str(questions.revision(db.session(), page.slug)):
        return False
    return not phase or phase == as_scheduled(page).phase(boards().clock())


@bp.get("/board")
def show(slug: str) -> ResponseReturnValue:
    """Return the board as a fragment; 204 when it is still what the browser has."""
    page = find_board(slug)
    if is_unchanged(page):
        return timed(make_response("", 204))
    return timed(welcome(_board_part(page, empty_form())))


@bp.get("/alike")
def alike(slug: str) -> ResponseReturnValue:
    """Return what is on the board already and likely says the same as a draft."""
    page = find_board(slug)
    text = request.args.get("text", "")[:TEXT_MAX]
    cards = boards().alike(db.session(), page, visitor(), text)
    return render_template("board/_alike.html", page=page, cards=cards)


@bp.post("/questions")
def ask(slug: str) -> ResponseReturnValue:
    """Put a question on the board; its card reaches everybody by broadcast."""
    page = find_board(slug)
    try:
        asked = boards().ask(page.slug, visitor(), request.form)
    except NOT_DONE as reason:
        return _refuse(page, reason)
    if wants_part():
        return timed(_board_part(page, empty_form()))
    kind = "comment" if request.form.get("kind") == "comment" else "question"
    return _back(page, "board", said=asked.status.value, kind=kind)


@bp.post("/questions/<int:question>/vote")
def vote(slug: str, question: int) -> ResponseReturnValue:
    """Have this visitor's vote be as wanted."""
    page = find_board(slug)
    wanted = request.form.get("wanted")
    if wanted not in ("0", "1"):
        abort(422, "A vote says whether it is wanted: 1 or 0.")
    try:
        boards().vote(page.slug, visitor(), question, wanted=wanted == "1")
        if wants_part():
            return _card_part(page, question)
    except NOT_DONE as reason:
        return _refuse(page, reason)
    return _back(page, f"question-{question}")


@bp.get("/questions/<int:question>/edit")
def edit_form(slug: str, question: int) -> ResponseReturnValue:
    """Show the form that changes one's own question."""
    page = find_board(slug)
    try:
        form = form_of(boards().card(db.session(), page, visitor(), question))
        return _edit_page(page, question, form)
    except Refused as refusal:
        abort(404, str(refusal))


@bp.post("/questions/<int:question>/edit")
def edit(slug: str, question: int) -> ResponseReturnValue:
    """Change one's own question."""
    page = find_board(slug)
    try:
        boards().edit(page.slug, visitor(), question, request.form)
    except NOT_DONE as reason:
        return _refuse_edit(page, question, reason)
    if wants_part():
        return timed(_board_part(page, empty_form()))
    return _back(page, f"question-{question}")


@bp.post("/questions/<int:question>/withdraw")
def withdraw(slug: str, question: int) -> ResponseReturnValue:
    """Take one's own question back."""
    page = find_board(slug)
    try:
        boards().withdraw(page.slug, visitor(), question)
    except NOT_DONE as reason:
        return _refuse(page, reason)
    if wants_part():
        return timed(_board_part(page, empty_form()))
    return _back(page, "board", said="withdrawn")


def _refuse(page: TalkPage, reason: Refused | UnavailableError) -> Response:
    """Answer with the form again, what was typed kept, and the reason."""
    form = typed_form(request.form, in_words(reason))
    if not wants_part():
        return reply_status(talk_page(as_scheduled(page), form), reason)
    part = render_template("board/_ask_form.html", page=page, board=board_of(page), form=form)
    return reply_status(make_response(part), reason)


def _refuse_edit(page: TalkPage, question: int, reason: Refused | UnavailableError) -> Response:
    """Answer with the edit form again, or with the talk's page to those who may not edit."""
    form = typed_form(request.form, in_words(reason))
    try:
        return reply_status(_edit_page(page, question, form), reason)
    except Refused:
        return _refuse(page, reason)


def in_words(reason: Refused | UnavailableError) -> str:
    """Return why something was not done."""
    return str(reason) if isinstance(reason, Refused) else BUSY


def reply_status(response: Response, reason: Refused | UnavailableError) -> Response:
    """Give an answer the status that goes with why something was not done."""
    if isinstance(reason, Refused):
        code, wait = 429 if reason.retry_after else 422, reason.retry_after
    else:
        code, wait = 503, RETRY_SECONDS
    response.status_code = code
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _board_part(page: TalkPage, form: AskForm) -> Response:
    """Render the board and, beside it, the stage, whose times may have changed."""
    page = as_scheduled(page)
    phase = page.phase(boards().clock())
    board = render_template(
        "board/_board.html", page=page, phase=phase, board=board_of(page), form=form
    )
    stage = render_template("live/_stage.html", page=page, phase=phase)
    return make_response(board + str(STAGE.format(Markup(stage))))  # noqa: S704 (a template's own)


def _card_part(page: TalkPage, question: int) -> Response:
    card = boards().card(db.session(), page, visitor(), question)
    state = boards().state(db.session(), page)
    return make_response(card_html(page, card, state))


def _edit_page(page: TalkPage, question: int, form: AskForm) -> Response:
    card = boards().card(db.session(), page, visitor(), question)
    if not card.own or not card.editable:
        raise Refused("Only the browser that asked this can change it, until it is dealt with.")
    template = "board/_edit.html" if wants_part() else "pages/edit.html"
    return make_response(render_template(template, page=page, card=card, form=form))


def timed(response: Response) -> Response:
    """Say what the time is here, so that the browser's countdown can go by it."""
    response.headers["Companion-Now"] = str(round(boards().clock().timestamp() * 1000))
    return response


def _back(page: TalkPage, anchor: str, **said: str) -> ResponseReturnValue:
    query = f"?{urlencode(said)}" if said else ""
    address = url_for("pages.talk", slug=page.slug)
    return redirect(f"{address}{query}#{anchor}", 303)
