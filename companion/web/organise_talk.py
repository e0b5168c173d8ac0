"""The organisers' page of one talk: what is to be done, its links and settings, who is here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Concatenate, ParamSpec

from flask import Blueprint, Response, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from companion import organiser
from companion.board.presence import here_at
from companion.languages import translated
from companion.messages import gettext
from companion.moderation import controls, role_links, sample_questions
from companion.moderation.audit import log_of
from companion.moderation.context import ActionContext
from companion.moderation.crew import crew
from companion.moderation.rehearsals import RehearsalService
from companion.moderation.roles import EVERY_TALK, Actor
from companion.moderation.snapshot import BoardSnapshot
from companion.organiser.checklist import TalkFacts, checklist
from companion.organiser.handouts import Handout, handouts
from companion.organiser.settings import settings_of
from companion.store.engine import db
from companion.store.models import Role
from companion.talks import TalkPage
from companion.web.auth import (
    do,
    flashed,
    moderation_service,
    redirect_with,
    require_role,
    role_cookie,
)
from companion.web.dates import long_day
from companion.web.publish import to_publish
from companion.web.qr import qr_code
from companion.web.replies import (
    NOT_DONE,
    board_service,
    find_board,
    find_page,
    in_words,
    load_talk,
    number,
    render_talk,
    with_status,
)

bp = Blueprint("organise_talk", __name__)
P = ParamSpec("P")
ENDED = gettext("The rehearsal is over. Nothing of it is left.")


@bp.get("/talks/<slug>/organise")
def show(slug: str) -> ResponseReturnValue:
    """Show a talk's checklist, links, settings, log, and who is here."""
    page = find_page(slug)
    return _page(page, require_role(None, Role.ORGANISER), flashed())


@bp.get("/organise/<slug>")
def shorter(slug: str) -> ResponseReturnValue:
    """Lead from below the page of all talks to one's own."""
    require_role(None, Role.ORGANISER)
    return redirect(url_for("organise_talk.show", slug=find_page(slug).slug))


@bp.post("/talks/<slug>/organise/links")
def renew(slug: str) -> ResponseReturnValue:
    """Make a new link for a role; whoever came by the old one is out."""
    return _perform(slug, "links", role_links.renew, request.form.get("role", ""))


@bp.post("/talks/<slug>/organise/settings")
def change(slug: str) -> ResponseReturnValue:
    """Set what attendees may do, and what the views show."""
    return _perform(slug, "settings", controls.switch, dict(request.form))


@bp.post("/talks/<slug>/organise/rehearsal")
def rehearse(slug: str) -> ResponseReturnValue:
    """Have a talk be tried out on a board of its own, whose page for organisers is shown then."""
    page, me = find_board(slug), require_role(None, Role.ORGANISER)
    minutes, wants_samples = number(request.form.get("minutes")), request.form.get("samples") == "1"
    samples = sample_questions.in_words(translated) if wants_samples else []
    try:
        own = _rehearsals().begin(page, role_cookie(), minutes, samples)
    except NOT_DONE as reason:
        return with_status(_page(page, me, in_words(reason)), reason)
    return redirect(url_for("organise_talk.show", slug=own), 303)


@bp.post("/talks/<slug>/organise/rehearsal/end")
def end_rehearsal(slug: str) -> ResponseReturnValue:
    """End a rehearsal: all that is on its board goes."""
    page, me = find_board(slug), require_role(None, Role.ORGANISER)
    try:
        talk = _rehearsals().end(page, role_cookie())
    except NOT_DONE as reason:
        return with_status(_page(page, me, in_words(reason)), reason)
    return _back_to(talk, "rehearsal", ENDED)


def _rehearsals() -> RehearsalService:
    found: RehearsalService = current_app.extensions["rehearsals"]
    return found


def _perform(
    slug: str,
    part: str,
    action: Callable[Concatenate[ActionContext, P], str],
    *args: P.args,
    **kwargs: P.kwargs,
) -> ResponseReturnValue:
    page = find_board(slug)
    try:
        done = do(page, Role.ORGANISER, action, *args, **kwargs)
    except NOT_DONE as reason:
        answer = _page(page, require_role(None, Role.ORGANISER), in_words(reason))
        return with_status(answer, reason)
    return _back_to(page.slug, part, done.message)


def _back_to(slug: str, part: str, message: str) -> Response:
    """Lead to the part of the page where something was done, which says what came of it."""
    address = url_for("organise_talk.show", slug=slug, said=part)
    answer = make_response(redirect_with(message, address))
    answer.headers["Location"] += f"#{part}"
    return answer


def _page(page: TalkPage, me: Actor, flash: str) -> Response:
    talk, session = load_talk(page), db.session()
    figures = organiser.figures(session, talk)
    signed_in = crew(session, talk.now, page.slug)
    problems = board_service().programme.problems()
    opened = role_links.opened(session, page.slug)[page.slug]
    facts = TalkFacts(
        figures,
        tuple(problem for problem in problems if problem.path == page.path),
        opened,
        to_publish(page) if figures.answered and talk.is_over and not page.is_rehearsal else "",
    )
    return render_talk(
        "organise/talk.html",
        talk,
        flash=flash,
        checks=checklist(facts),
        opened=opened,
        links=_links(page),
        qr=qr_code,
        settings=settings_of(talk, board_service().loader(page).defaults),
        rehearsal=_rehearsals().find(session, page.slug),
        here=here_at(session, talk),
        crew=[*signed_in[page.slug], *signed_in[EVERY_TALK]],
        log=log_of(BoardSnapshot(session, talk), me),
    )


def _links(page: TalkPage) -> list[Handout]:
    """Return what is handed out; a talk without a board has its page alone."""
    site, found = current_app.config["SITE"], moderation_service().links(db.session(), page.slug)
    urls = {view: f"{site}{address}" for view, address in found.items()}
    urls = urls if page.board else {"attendee": urls["attendee"]}
    return [_in_words(handout) for handout in handouts(page, urls, long_day)]


def _in_words(handout: Handout) -> Handout:
    """Return a handout in the language of who hands it out."""
    name, what, subject, text = (
        str(translated(said))
        for said in (handout.name, handout.what, handout.subject, handout.text)
    )
    return replace(handout, name=name, what=what, subject=subject, text=text)
