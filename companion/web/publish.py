"""The address at which organisers put a talk's Q&A into the talk's own page, or beside it."""

from __future__ import annotations

import re
from pathlib import Path

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from companion.errors import Refused
from companion.publish.data import folder_for
from companion.publish.publication import Publication, prepare
from companion.store.engine import db
from companion.store.models import Role
from companion.talks import TalkPage
from companion.talks.markdown.job import Rendered, RenderJob
from companion.talks.markdown.supervisor import render_all
from companion.web.auth import flashed, redirect_with, require_role
from companion.web.replies import (
    NOT_DONE,
    absolute_url,
    board_service,
    find_board,
    in_words,
    settle,
    with_status,
)

bp = Blueprint("publish", __name__, url_prefix="/talks/<slug>/publish")
FOLDERS = re.compile(r"(?:/[^/\s]+)+/(?=[^/\s])")
MOVED_ON = "The file or the board has changed since you looked. Look at it again, then publish."


@bp.get("")
def show(slug: str) -> ResponseReturnValue:
    """Show what publishing would change in the talk's file."""
    page = find_board(slug)
    require_role(page, Role.ORGANISER)
    return _page(page, flashed())


@bp.post("")
def publish(slug: str) -> ResponseReturnValue:
    """Publish, or publish and commit, what was looked at; if that has moved on, show it again."""
    page = find_board(slug)
    require_role(page, Role.ORGANISER)
    back = url_for("publish.show", slug=page.slug, comments=1 if _wanted() else None)
    try:
        message = _attempt(page)
    except NOT_DONE as reason:
        return with_status(_page(page, problem=in_words(reason)), reason)
    return redirect_with(message, back)


@bp.get("/<any(page, patch):form>")
def download(slug: str, form: str) -> ResponseReturnValue:
    """Return the changed page, or the change as a patch, and write nothing."""
    page = find_board(slug)
    require_role(page, Role.ORGANISER)
    try:
        publication = _publication(page)
    except Refused as refusal:
        abort(422, _without_folders(str(refusal)))
    content = publication.after if form == "page" else publication.patch()
    name = publication.path.name if form == "page" else f"{page.slug}-qa.patch"
    response = Response(content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _attempt(page: TalkPage) -> str:
    publication = _publication(page)
    if request.form.get("expected_version") != publication.digest:
        raise Refused(MOVED_ON)
    if request.form.get("do") != "commit":
        publication.write()
        return f"Published in {publication.path.name}."
    name = publication.commit()
    return f"Committed as {name}." if name else "It was committed already."


def _publication(page: TalkPage) -> Publication:
    settle(page)
    """Return what would change, as the database and the file are now; raises Refused."""
    to: Path | None = current_app.config["PUBLISH_TO"]
    folder = folder_for(page.path, to) if current_app.config["PUBLISH"] == "data" else None
    url, now = absolute_url("pages.talk", slug=page.slug), board_service().clock()
    talks = board_service().programme.folder
    return prepare(db.session(), page, url, now, talks=talks, comments=_wanted(), folder=folder)


def _preview(markdown: str) -> Markup:
    """Return how the talk's page will show what is published, "" where that cannot be said."""
    [answer] = render_all([RenderJob("", qa=markdown)])
    html = answer.qa_html if isinstance(answer, Rendered) else ""
    return Markup(html)  # noqa: S704 (sanitised as every page is)


def _without_folders(words: str) -> str:
    """Say why without saying in which folder of the server a file is."""
    return FOLDERS.sub("", words)


def _wanted() -> bool:
    """Whether comments are to be published too."""
    return request.values.get("comments") == "1"


def _page(page: TalkPage, flash: str = "", problem: str = "") -> Response:
    found, refusal = None, None
    try:
        found = _publication(page)
    except Refused as reason:
        refusal, problem = reason, str(reason)
    html = render_template(
        "publish/publish.html",
        page=page,
        publication=found,
        preview=_preview(found.shown) if found and found.shown else "",
        comments=_wanted(),
        flash=flash,
        problem=_without_folders(problem),
    )
    response = make_response(html)
    return with_status(response, refusal) if refusal else response
