"""The addresses at which organisers add talks: by a form, or as files of their own."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from companion.editing import intake, new_talk, saving, versions
from companion.editing.intake import MOVED_ON, Intake
from companion.editing.saving import PageChange
from companion.errors import Refused, SignedOutError
from companion.messages import gettext
from companion.store.models import Role
from companion.talks.reading import LoadedFile
from companion.web.auth import flashed, redirect_with, require_role
from companion.web.preview import is_preview, preview_part, signed_out_while_typing
from companion.web.replies import board_service, wants_part, with_status, without_folders

bp = Blueprint("organise_pages", __name__, url_prefix="/organise/pages")
bp.register_error_handler(SignedOutError, signed_out_while_typing)
LARGEST = 1024 * 1024
AROUND = 64 * 1024  # what a form needs beside the file
TOO_LARGE = gettext("That is more than 1 MB. Send it in smaller parts, or without pictures.")
TOO_LONG = gettext("That is more than a page may hold. Shorten it, and send it again.")
ADDED = gettext("The talk is written. It is on the programme within seconds.")
SHOWN = 100


@bp.get("")
def show() -> ResponseReturnValue:
    """Show how pages are added, and which files are shown as no talk."""
    require_role(None, Role.ORGANISER)
    return _pages(flash=flashed())


@bp.post("")
def bring() -> ResponseReturnValue:
    """Show what would become of each file that is sent, or take over those that were chosen."""
    actor = require_role(None, Role.ORGANISER)
    request.max_content_length = LARGEST + AROUND
    try:
        is_taking = request.form.get("do") == "take"
    except RequestEntityTooLarge:
        abort(413, without_folders(TOO_LARGE))
    try:
        return _take(actor.called) if is_taking else _look()
    except Refused as reason:
        return with_status(_pages(problem=reason.message), reason)


@bp.get("/new")
def new() -> ResponseReturnValue:
    """Show the form for a new talk."""
    require_role(None, Role.ORGANISER)
    return _form({})


@bp.post("/new")
def add() -> ResponseReturnValue:
    """Write a new talk's file, or show how its page would look."""
    actor = require_role(None, Role.ORGANISER)
    request.max_content_length = request.max_form_memory_size = LARGEST
    try:
        typed = {name: request.form.get(name, "") for name in new_talk.FIELDS}
    except RequestEntityTooLarge:
        abort(413, without_folders(TOO_LONG))
    try:
        found = _would_be(typed)
        if is_preview():
            return preview_part(found) if wants_part() else _form(typed, found=found)
        slug = _add(typed, actor.called)
    except Refused as reason:
        if wants_part():
            return with_status(preview_part(None, without_folders(reason.message)), reason)
        return with_status(_form(typed, problem=reason), reason)
    return redirect_with(without_folders(ADDED), url_for("page_editor.show", slug=slug))


@bp.get("/new/address")
def address() -> ResponseReturnValue:
    """Offer the address that a title makes, unless another one has been typed."""
    require_role(None, Role.ORGANISER, background=True)
    typed, offered = request.args.get("slug", ""), request.args.get("offered", "")
    wanted = new_talk.offered_slug(request.args.get("title", ""))
    is_own = bool(typed) and typed != offered
    slug = typed if is_own else wanted
    problem = ""
    try:
        _name({"slug": slug}) if slug else None
    except Refused as reason:
        problem = without_folders(reason.message)
    return render_template(
        "page_editor/_address.html", slug=slug[:200], offered=wanted, problem=problem
    )


def _would_be(typed: Mapping[str, str]) -> LoadedFile:
    """Return what the new page would be; raises Refused."""
    content = new_talk.page_text(typed).encode()
    found = board_service().programme.as_it_would_be(_name(typed), content)
    fatal = next((each.message for each in found.problems if each.fatal), "")
    if fatal:
        raise Refused(gettext("%(problem)s. Change it.", problem=fatal))
    return found


def _add(typed: Mapping[str, str], who: str) -> str:
    name = _name(typed)
    change = PageChange(name, None, new_talk.page_text(typed).encode())
    what = versions.ADD.about(name=name)
    saving.save(board_service().programme.folder, [change], who, what)
    return name.removesuffix(".md")


def _name(typed: Mapping[str, str]) -> str:
    return new_talk.file_name(typed, saving.slugs_of(board_service().programme.folder))


def _look(problem: Refused | None = None, token: str = "") -> Response:
    """Show what would become of each file; raises Refused."""
    programme = board_service().programme
    file = request.files.get("file")
    name = request.form.get("name", "") if token else (file and file.filename) or ""
    data = intake.taken_up(programme.folder, token) if token else file.read() if file else b""
    found = intake.look(programme, name, data)
    token = token or intake.put_aside(programme.folder, data)
    html = render_template(
        "page_editor/intake.html",
        intake=found,
        name=name,
        token=token,
        chosen=_chosen(found) if problem else None,
        problem=without_folders(problem.message) if problem else "",
    )
    return make_response(html)


def _take(who: str) -> ResponseReturnValue:
    programme, token = board_service().programme, request.form.get("token", "")
    data = intake.taken_up(programme.folder, token)
    found = intake.look(programme, request.form.get("name", ""), data)
    try:
        if request.form.get("looked") != found.look_hash:
            raise Refused(MOVED_ON)
        said = intake.bring_in(programme.folder, found, _chosen(found), who)
    except Refused as reason:
        return with_status(_look(reason, token), reason)
    intake.throw_away(programme.folder, token)
    return redirect_with(without_folders(said), url_for(".show"))


def _chosen(found: Intake) -> frozenset[str]:
    numbers = set(request.form.getlist("files"))
    return frozenset(f.name for at, f in enumerate(found.files) if str(at) in numbers)


def _pages(*, flash: str = "", problem: str = "") -> Response:
    """Show how pages are added, and every file that is no talk on the programme."""
    programme = board_service().programme
    files = programme.files()
    try:
        given = saving.slugs_of(programme.folder)
    except Refused as reason:
        given, problem = {}, problem or reason.message
    shown = {page.path for page in programme.pages()}
    hidden = [
        (name, slug, files[name])
        for name, slug in given.items()
        if name in files and programme.folder / name not in shown
    ]
    html = render_template(
        "page_editor/pages.html",
        hidden=hidden[:SHOWN],
        more=max(len(hidden) - SHOWN, 0),
        flash=flash,
        problem=without_folders(problem),
    )
    return make_response(html)


def _form(
    typed: Mapping[str, str], *, found: LoadedFile | None = None, problem: Refused | None = None
) -> Response:
    empty = dict.fromkeys(new_talk.FIELDS, "")
    html = render_template(
        "page_editor/new.html",
        typed=empty | dict(typed),
        offered=new_talk.offered_slug(typed.get("title", "")),
        found=found,
        problem=without_folders(problem.message) if problem else "",
        field=problem.field if problem else "",
        zone=board_service().programme.options.timezone,
    )
    return make_response(html)
