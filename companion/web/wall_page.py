"""A talk's wall as a page: whole or as a fragment, and as it answers what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Response, make_response, render_template, request

from companion.board import backgrounds
from companion.board import wall as walls
from companion.board.clusters import is_named_by
from companion.board.putting_back import last_of
from companion.board.queries import Board
from companion.board.service import Caller
from companion.board.talk_state import TalkState
from companion.board.visitors import pseudonym
from companion.board.wall import COLOURS, WallMode
from companion.board.wall_words import takes_words
from companion.errors import Refused, UnavailableError
from companion.moderation import marks
from companion.moderation import wall as desk_wall
from companion.moderation.wall_offers import offers
from companion.store.engine import db
from companion.store.models import Role, Talk
from companion.talks import TalkPage
from companion.web.auth import has_role, runs_talk
from companion.web.for_everybody import for_everybody
from companion.web.form_state import AskForm, empty_form
from companion.web.marks_shown import draws, runs, shown
from companion.web.replies import (
    in_words,
    load_talk,
    number,
    timed,
    wall_service,
    wants_part,
    with_toast,
)
from companion.web.visitors import visitor, welcome
from companion.web.wall_votes import gate, lay_in

WHOLE, PART = "wall/wall.html", "wall/_wall.html"


def refuse(page: TalkPage, reason: Refused | UnavailableError, typed: object = None) -> Response:
    """Answer with the reason, and without scripts with the wall, and what was ``typed`` there."""
    shown = make_response("") if wants_part() else _refused(page, in_words(reason), typed)
    return with_toast(timed(shown), reason)


def _refused(page: TalkPage, problem: str, typed: object) -> Response:
    talk = load_talk(page)
    return _laid_in(talk, _html(WHOLE, talk, _empty(), problem=problem, typed=typed))


def wall_with(page: TalkPage, form: AskForm) -> Response:
    """Render a talk's wall with what was typed into its form, and why it was refused."""
    talk = load_talk(page)
    return welcome(_laid_in(talk, _html(WHOLE, talk, form)))


def whole(talk: TalkState, flash: str) -> Response:
    """Render a talk's wall as a page, with what a form has led here with."""
    if not flash and not {"note", "cluster"} & request.args.keys():
        return usual(WHOLE, talk)
    return _laid_in(talk, _html(WHOLE, talk, _empty(), flash=flash))


def _empty() -> AskForm:
    return replace(empty_form(), kind="comment")


def _laid_in(talk: TalkState, html: str) -> Response:
    put = lay_in(talk)
    return make_response(put(html.encode()) if put else html)


def usual(template: str, talk: TalkState) -> Response:
    """Render the wall; for all but moderators once, however many have it open."""
    if has_role(talk.page, Role.MODERATOR):
        return _laid_in(talk, _html(template, talk, _empty()))

    def render(board: Board | None, form: AskForm, **context: Any) -> str:
        return _html(template, talk, replace(form, kind="comment"), **context)

    rights = _why_not(talk) or "", gate(talk), draws(talk), runs(talk)
    audience = " ".join(map(str, (template, *rights)))
    return for_everybody(audience, talk, None, render, arranged(talk), lay_in(talk))


def _why_not(talk: TalkState) -> Refused | None:
    """Return why whoever asks may not arrange a wall, None for those who may."""
    who = Caller(visitor(), request.remote_addr or "", partial(runs_talk, talk.page))
    return wall_service().why_not_arrange(db.session(), talk, who)


def arranged(talk: TalkState) -> int:
    """Return how often that was arranged which whoever asks is shown."""
    is_away = walls.mode_of(talk) is WallMode.OFF and not has_role(talk.page, Role.MODERATOR)
    return walls.NOBODY_PLACED if is_away else walls.arranged(db.session(), talk.row)


def _html(template: str, talk: TalkState, form: AskForm, flash: str = "", **more: object) -> str:
    context = _context(talk, moderates=has_role(talk.page, Role.MODERATOR)) | more
    return render_template(
        template,
        talk=talk,
        page=talk.page,
        form=form,
        flash=flash,
        **_chosen(talk, context),
        **context,
    )


def _context(talk: TalkState, *, moderates: bool) -> dict[str, Any]:
    """Return what a wall shows: put away, it is the moderators' alone."""
    session, mode = db.session(), walls.mode_of(talk)
    is_away = mode is WallMode.OFF and not moderates
    why_not = None if moderates else _why_not(talk)
    wall = walls.put_away(talk) if is_away else walls.wall(session, talk)
    return {
        "wall": wall,
        "offers": offers(wall) if moderates else (),
        "is_away": is_away,
        "problem": "",
        "typed": None,
        "backdrop": backgrounds.backdrop(session, None if is_away else talk.row),
        "arranges": why_not is None,
        "why_not": why_not,
        "gate": gate(talk),
        "log": marks.log_of(session, talk) if moderates else (),
        "waiting": desk_wall.how_many_wait(session, talk) if moderates else 0,
        "moderates": moderates,
        "names_clusters": moderates or takes_words(talk),
        "colours": COLOURS,
        **shown(talk),
    }


def _chosen(talk: TalkState, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form arranges, if a note or cluster is chosen, and what can be put back of it.

    Whether its words may be changed is known for a cluster alone: a note's never are, here.
    """
    wall, args = context["wall"], request.args
    notes = (*wall.placed, *wall.inbox) if context["arranges"] else ()
    clusters = wall.clusters if context["arranges"] else ()
    ids = {name: number(args.get(name)) for name in ("note", "cluster")}
    note = next((note for note in notes if note.card.id == ids["note"]), None)
    cluster = next((one for one in clusters if one.area.id == ids["cluster"]), None)
    me = None if context["moderates"] or talk.row is None else _me(talk.row)
    of = {"question_id": ids["note"]} if note else {"cluster_id": ids["cluster"]}
    return {
        "chosen": note,
        "chosen_cluster": cluster,
        "renames": bool(cluster) and is_named_by(db.session(), ids["cluster"], me),
        "last": _last(talk, me, **of) if note or cluster else None,
    }


def _last(talk: TalkState, me: str | None, **of: int) -> int | None:
    """Return what was done last: by whoever asks, or for moderators by anybody."""
    return last_of(db.session(), talk.row, me, talk.now, **of) if talk.row else None


def _me(row: Talk) -> str:
    return pseudonym(row.key, visitor() or "")
