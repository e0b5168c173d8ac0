"""The address at which those who run a talk bring in questions that were prepared elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from companion import imports
from companion.board.input import CLIENT_KEY, Draft
from companion.errors import Refused
from companion.imports import ENCODINGS, SHAPES, DecodedText, ParsedList, Preview, RowDefaults
from companion.messages import gettext
from companion.store.engine import db
from companion.store.models import TABS, Kind, Role, Status
from companion.talks import TalkPage
from companion.web.auth import do, flashed, redirect_with, require_role
from companion.web.replies import NOT_DONE, find_board, in_words, number, with_status

bp = Blueprint("imports", __name__, url_prefix="/talks/<slug>/import")
LARGEST = 1024 * 1024
AROUND = 64 * 1024  # what a form needs beside the text
TOO_LARGE = gettext("That is more than 1 MB. Bring the questions in as several smaller files.")
CHANGED = gettext("The text is not the one that was looked at. Here it is as it would be now.")
CHOICES = (Status.OPEN, Status.WAITING)


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """Show where a list is pasted or a file is chosen."""
    page = find_board(slug)
    require_role(page, Role.MODERATOR)
    return _render(page, DecodedText(""), RowDefaults(), flash=flashed())


@bp.post("")
def bring(slug: str) -> ResponseReturnValue:
    """Show what would become of each row, or add those that were ticked."""
    page = find_board(slug)
    require_role(page, Role.MODERATOR)
    request.max_content_length = LARGEST + AROUND
    request.max_form_memory_size = LARGEST + AROUND
    try:
        is_adding = request.form.get("do") == "add"
    except RequestEntityTooLarge:
        abort(413, TOO_LARGE)
    return _add(page) if is_adding else _look(page)


def _look(page: TalkPage, problem: str = "", token: str = "") -> Response:
    """Show what would become of each row; with a token, ticked as somebody has ticked them."""
    choice, sent = _choice(), DecodedText(imports.plain(request.form.get("text", "")))
    try:
        sent = _sent()
        reading = _read(sent.text)
    except Refused as refusal:
        return with_status(_render(page, sent, choice, problem=in_words(refusal)), refusal)
    if "name" not in request.form and reading.has_names:
        choice = RowDefaults(choice.status, choice.kind, "")
    ticked = _ticked() if token else None
    token = token or secrets.token_hex(16)
    is_chosen = not _has_file() and sent.encoding == _encoding("encoding")
    guess = "" if is_chosen else sent.encoding
    preview = imports.look(db.session(), page.slug, reading, choice, token, ticked, guess)
    return _render(page, sent, choice, problem=problem, preview=preview, token=token)


def _add(page: TalkPage) -> ResponseReturnValue:
    """Add the rows that were ticked, unless they are not those that were looked at."""
    token = request.form.get("token", "")
    try:
        text = imports.plain(request.form.get("text", ""))
        reading = _read(text)
        looked = _stamp(token, _shape(), text, reading.places)
        if (
            not CLIENT_KEY.fullmatch(token)
            or request.form.get("looked") != looked
            or _is_read_anew()
        ):
            response = _look(page, CHANGED)
            response.status_code = 422
            return response
        drafts = list(_picked(reading, token))
        planned = imports.planned_wall(reading, token) if request.form.get("wall") else None
        done = do(page, Role.MODERATOR, imports.add, drafts, _choice().status, planned)
    except NOT_DONE as reason:
        return with_status(_look(page, in_words(reason), token), reason)
    address = url_for("desk.show", slug=page.slug, tab=TABS[_choice().status])
    if planned:
        address = url_for("wall.show", slug=page.slug)
    return redirect_with(done.message, address)


def _picked(reading: ParsedList, token: str) -> Iterator[Draft]:
    ticked, choice = _ticked(), _choice()
    for found in reading.rows:
        if found.number in ticked:
            try:
                yield imports.draft_of(found, choice, token)
            except Refused as refusal:
                place = reading.place(found.number)
                raise Refused(
                    gettext("%(place)s: %(why)s", place=place, why=refusal.message)
                ) from None


def _ticked() -> frozenset[int]:
    return frozenset(number(row) for row in request.form.getlist("rows"))


def _sent() -> DecodedText:
    """Return the text of the file that was chosen, or else what was pasted."""
    if _has_file():
        return imports.decoded(request.files["file"].stream.read())
    text = imports.plain(request.form.get("text", ""))
    before, wanted = _encoding("decoded_as"), _encoding("encoding")
    return imports.read_as(text, before, wanted) if _is_read_anew() else DecodedText(text, before)


def _has_file() -> bool:
    file = request.files.get("file")
    return bool(file and file.filename) and request.form.get("do") != "add"


def _is_read_anew() -> bool:
    """Whether a file that was read by a guess is to be read as what somebody has chosen."""
    before, wanted = _encoding("decoded_as"), _encoding("encoding")
    return bool(before and wanted) and before != wanted


def _encoding(name: str) -> str:
    encoding = request.form.get(name, "")
    return encoding if encoding in ENCODINGS else ""


def _read(text: str) -> ParsedList:
    """Return what a text holds, by the columns that were chosen of just this table."""
    reading = imports.read(text, _shape())
    if request.form.get("columns_of") != imports.stamp(*reading.columns):
        return reading
    chosen = {role: request.form.get(f"column_{role}", "") for role in ("text", "name", "detail")}
    picks = {
        role: -1 if place == "none" else number(place) for role, place in chosen.items() if place
    }
    return imports.read(text, _shape(), picks)


def _stamp(token: str, shape: str, text: str, places: Mapping[str, int]) -> str:
    """Return what tells all that was looked at: the text, and by which columns."""
    read_by = (f"{role} {place}" for role, place in sorted(places.items()))
    return imports.stamp(token, shape, text, *read_by)


def _shape() -> str:
    shape = request.form.get("shape", "")
    return shape if shape in SHAPES else ""


def _choice() -> RowDefaults:
    """Return what was chosen for the rows that do not say it themselves."""
    form, usual = request.form, RowDefaults()
    status, kind = form.get("status", ""), form.get("kind", "")
    return RowDefaults(
        Status(status) if status in CHOICES else usual.status,
        Kind(kind) if kind in set(Kind) else usual.kind,
        form["name"][:200] if "name" in form else usual.name,
    )


def _render(
    page: TalkPage,
    sent: DecodedText,
    choice: RowDefaults,
    *,
    flash: str = "",
    problem: str = "",
    preview: Preview | None = None,
    token: str = "",
) -> Response:
    shape = preview.shape if preview else _shape()
    html = render_template(
        "imports/import.html",
        page=page,
        text=sent.text,
        encoding=sent.encoding,
        encodings=ENCODINGS,
        shape=shape,
        shapes=SHAPES,
        choice=choice,
        flash=flash,
        problem=problem,
        preview=preview,
        takes_wall=not token or request.form.get("do") != "add" or "wall" in request.form,
        token=token,
        looked=_stamp(token, shape, sent.text, preview.places if preview else {}),
    )
    return make_response(html)
