"""The wall's addresses: a talk's board as notes that are arranged by hand."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from companion.board import wall as walls
from companion.board.strokes import told_since
from companion.board.talk_state import TalkState
from companion.board.wall import WallMode
from companion.messages import gettext
from companion.moderation import marks
from companion.moderation import wall as desk_wall
from companion.store.engine import db
from companion.store.models import Role
from companion.web.auth import flashed, has_role
from companion.web.replies import (
    find_board,
    is_unchanged,
    load_talk,
    not_modified,
    number,
    timed,
    wall_service,
)
from companion.web.visitors import welcome
from companion.web.wall_changes import as_whoever, perform, perform_at_desk
from companion.web.wall_page import PART, arranged, usual, whole

bp = Blueprint("wall", __name__, url_prefix="/talks/<slug>/wall")
LOG = "wall/_log.html"
AWAY = gettext("The wall is put away at the moment.")
DISSOLVED = gettext("The cluster is no more; its notes are where they were.")


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """Show a talk's wall."""
    return welcome(whole(load_talk(find_board(slug)), flashed()))


@bp.get("/notes")
def fragment(slug: str) -> ResponseReturnValue:
    """Return the wall as a fragment; 204 when it is still what the browser has.

    Moderators can have its log alone.
    """
    talk = load_talk(find_board(slug))
    if request.args.get("part") == "log":
        return _log(talk)
    if request.args.get("arranged") == str(arranged(talk)) and is_unchanged(talk):
        return not_modified()
    return timed(usual(PART, talk))


def _log(talk: TalkState) -> ResponseReturnValue:
    if not has_role(talk.page, Role.MODERATOR):
        return not_modified()
    log = marks.log_of(db.session(), talk)
    return timed(make_response(render_template(LOG, page=talk.page, log=log)))


@bp.get("/places")
def places(slug: str) -> ResponseReturnValue:
    """Return where those notes are that were arranged since; 204 when none was."""
    page, since = find_board(slug), number(request.args.get("since"))
    mode, revision, found = walls.places_since(db.session(), page.slug, since)
    if mode is WallMode.OFF and not has_role(page, Role.MODERATOR):
        abort(403, AWAY)
    if revision == since:
        return not_modified()
    areas = walls.areas_since(db.session(), page.slug, since)
    marked = told_since(db.session(), page.slug, since)
    return timed(make_response(walls.told(revision, since, found, areas) | marked))


@bp.post("/notes/<int:question>")
def arrange(slug: str, question: int) -> ResponseReturnValue:
    """Have a note be where it is wanted, and of the colour that is."""
    page, both = find_board(slug), (desk_wall.arrange, wall_service().arrange)
    wanted = partial(as_whoever, page, Role.MODERATOR, *both, question, request.form)
    return perform(page, wanted, gettext("The note is where you wanted it."), note=question)


@bp.post("/clusters")
def make_cluster(slug: str) -> ResponseReturnValue:
    """Make a cluster, with those notes in it that a form names."""
    page, both = find_board(slug), (desk_wall.make_cluster, wall_service().make_cluster)
    typed = request.form, request.form.getlist("note")
    wanted = partial(as_whoever, page, Role.MODERATOR, *both, *typed)
    return perform(page, wanted, gettext("The cluster is on the wall."), leads=True)


@bp.post("/clusters/<int:cluster>")
def alter_cluster(slug: str, cluster: int) -> ResponseReturnValue:
    """Have a cluster be where it is wanted, of that name, colour and size, or be no more."""
    page, both = find_board(slug), (desk_wall.alter_cluster, wall_service().alter_cluster)
    wanted = partial(as_whoever, page, Role.MODERATOR, *both, cluster, request.form)
    if request.form.get("do") == "dissolve":
        return perform(page, wanted, DISSOLVED)
    return perform(page, wanted, gettext("The cluster is as you wanted it."), cluster=cluster)


@bp.post("/put-back")
def put_back(slug: str) -> ResponseReturnValue:
    """Undo what was done to a note, cluster or mark: one's own, or as a moderator anybody's.

    Moderators can have all put back that the same person did within the hour.
    """
    page, change = find_board(slug), number(request.form.get("change"))
    if request.form.get("all") == "1":
        return perform_at_desk(page, desk_wall.put_back_all, change)
    both = desk_wall.put_back, wall_service().put_back
    wanted = partial(as_whoever, page, Role.MODERATOR, *both, change)
    return perform(page, wanted, gettext("It is as it was."))
