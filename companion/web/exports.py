"""What remains of a talk's Q&A: files to take away, and a sheet of paper to run it from."""

from __future__ import annotations

import os
from dataclasses import replace

from flask import Blueprint, Response, abort, current_app, render_template, request, send_file
from flask.typing import ResponseReturnValue

from companion.errors import Refused
from companion.exports import EVERY_FORMAT, FORMATS, WALL_FORMATS, Format, job
from companion.exports.dataset import ONLY, Choice
from companion.exports.wall import Shown
from companion.messages import gettext
from companion.moderation import speaker_view
from companion.store.engine import db
from companion.store.models import Role
from companion.talks import TalkPage
from companion.web.auth import has_role, moderation_service, require_role
from companion.web.replies import absolute_url, find_board, load_talk, render_talk, settle

ON_THE_SHEET = 12  # of two lines each are one page of paper
bp = Blueprint("exports", __name__, url_prefix="/talks/<slug>")


@bp.get("/export")
def choose(slug: str) -> ResponseReturnValue:
    """Show what can be exported, and as what."""
    page = find_board(slug)
    require_role(page, Role.MODERATOR)
    return render_template(
        "exports/choose.html", page=page, formats=FORMATS, wall_formats=WALL_FORMATS
    )


@bp.get("/export/<format>")
def download(slug: str, format: str) -> ResponseReturnValue:
    """Return a talk's Q&A, or its wall, as a file."""
    page = find_board(slug)
    require_role(page, Role.MODERATOR)
    if format not in EVERY_FORMAT:
        words = {"format": format, "formats": ", ".join(EVERY_FORMAT)}
        abort(404, gettext("There is no export as %(format)s. There are: %(formats)s.", **words))
    choice = replace(_choice(), rated=organises(page))
    if choice.declined and not organises(page):
        abort(403, gettext("Only organisers can export what was declined or still waits."))
    if format in WALL_FORMATS:
        return wall_file(page, choice, format)
    return _made(page, choice, FORMATS[format])


@bp.get("/runsheet")
def runsheet(slug: str) -> ResponseReturnValue:
    """Show what is open in the order in which to take it up, to be printed."""
    page = find_board(slug)
    require_role(page, Role.MODERATOR)
    talk = load_talk(page)
    cards = speaker_view.queue(db.session(), talk, {}).unanswered
    return render_talk(
        "exports/runsheet.html",
        talk,
        cards=cards[:ON_THE_SHEET],
        more=max(len(cards) - ON_THE_SHEET, 0),
        slots={talk.row.next_id: gettext("Next"), talk.row.now_id: gettext("Now")}
        if talk.row
        else {},
    )


@bp.app_template_global("organises")
def organises(page: TalkPage) -> bool:
    """Whether an organiser asks."""
    return has_role(page, Role.ORGANISER)


def _choice() -> Choice:
    """Return what of a talk is asked for."""
    only = request.args.get("only", "")
    if only not in ONLY:
        abort(404, gettext("Take either the open or the answered ones, or all of them."))
    return Choice(
        only=only,
        comments=request.args.get("comments") != "0",
        declined=request.args.get("declined") == "1",
        rounded=current_app.config["ROUNDED_TIMES"],
    )


def _made(page: TalkPage, choice: Choice, format: Format) -> Response:
    settle(page)
    wanted = job.TalkExport(
        page=page,
        choice=choice,
        format=format.extension,
        url=absolute_url("pages.talk", slug=page.slug),
        database_url=current_app.config["SQLALCHEMY_DATABASE_URI"],
        now=moderation_service().now,
        bom=request.args.get("bom") == "1",
    )
    return delivered(wanted, format.mime, format.file(page.slug))


def wall_file(page: TalkPage, choice: Choice, format: str) -> Response:
    """Have a talk's wall drawn elsewhere, and answer with it."""
    settle(page)
    wanted = job.WallExport(
        page=page,
        choice=choice,
        shown=Shown(request.args.get("names") != "0", request.args.get("votes") != "0"),
        format=format,
        url=absolute_url("pages.talk", slug=page.slug),
        database_url=current_app.config["SQLALCHEMY_DATABASE_URI"],
        now=moderation_service().now,
    )
    found = WALL_FORMATS[format]
    return delivered(wanted, found.mime, found.file(page.slug))


def delivered(wanted: job.ExportJob, mime: str, name: str) -> Response:
    """Have a file made elsewhere, and answer with it."""
    db.session.rollback()  # a connection is not to be kept while others may need it
    try:
        file = job.run(wanted)
    except Refused as reason:
        abort(503 if reason.retry_after else 413, reason.message)
    response = send_file(file, mime, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"  # it may hold what was never public
    response.content_length = os.fstat(file.fileno()).st_size
    return response
