"""The address at which organisers put a talk's Q&A into the talk's own page, or beside it."""

from __future__ import annotations

from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any

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
from companion.messages import gettext
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
    without_folders,
)

bp = Blueprint("publish", __name__, url_prefix="/talks/<slug>/publish")
NOT_YET = gettext("The questions and answers are not published yet")
CHANGED = gettext("The questions and answers have changed since they were published")
MOVED_ON = gettext(
    "The file or the board has changed since you looked. Look at it again, then publish."
)


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
    back = url_for("publish.show", slug=page.slug, **_asked())
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
        abort(422, without_folders(in_words(refusal)))
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
        return gettext("Published in %(file)s.", file=publication.path.name)
    name = publication.commit()
    if not name:
        return gettext("It was committed already.")
    return gettext("Committed as %(name)s.", name=name)


def _publication(page: TalkPage) -> Publication:
    settle(page)
    asked = _asked()
    wanted = {"wall": not asked["wall"], "polls": not asked["polls"]}
    return _prepared(page, comments=bool(asked["comments"]), **wanted)


def _prepared(page: TalkPage, **wanted: bool) -> Publication:
    """Return what would change, as the database and the file are now; raises Refused."""
    url, now = absolute_url("pages.talk", slug=page.slug), board_service().clock()
    talks, folder = board_service().programme.folder, _folder_of_data_files(page)
    return prepare(db.session(), page, url, now, talks=talks, folder=folder, **wanted)


def _folder_of_data_files(page: TalkPage) -> Path | None:
    """Return where data files are, None where the Q&A goes into the page itself."""
    to: Path | None = current_app.config["PUBLISH_TO"]
    return folder_for(page.path, to) if current_app.config["PUBLISH"] == "data" else None


def unpublished(page: TalkPage) -> str:
    """Say whether a talk's Q&A was ever published, "" if so: in a moment, for many talks."""
    with suppress(Refused):
        folder = _folder_of_data_files(page)
        if (folder / f"{page.slug}.yml").is_file() if folder else page.qa_html:
            return ""
    return NOT_YET


def to_publish(page: TalkPage) -> str:
    """Say what publishing a talk's Q&A would change, "" for nothing; its file is read for that."""
    try:
        ways = product((False, True), (True, False), (True, False))
        names = ("comments", "wall", "polls")
        is_news = all(_prepared(page, **dict(zip(names, way, strict=True))).is_news for way in ways)
    except Refused as reason:
        why = without_folders(in_words(reason))
        return gettext("The questions and answers cannot be published: %(why)s", why=why)
    return (unpublished(page) or CHANGED) if is_news else ""


def _preview(markdown: str) -> Markup:
    """Return how the talk's page will show what is published, "" where that cannot be said."""
    [answer] = render_all([RenderJob("", qa=markdown)])
    html = answer.qa_html if isinstance(answer, Rendered) else ""
    return Markup(html)  # noqa: S704 (sanitised as every page is)


def _asked() -> dict[str, Any]:
    """Return what an address or a form asks for, each None where it is left as usual."""
    unusual = {"comments": "1", "wall": "0", "polls": "0"}
    return {
        name: value if request.values.get(name) == value else None
        for name, value in unusual.items()
    }


def _page(page: TalkPage, flash: str = "", problem: str = "") -> Response:
    found, refusal = None, None
    try:
        found = _publication(page)
    except Refused as reason:
        refusal, problem = reason, in_words(reason)
    html = render_template(
        "publish/publish.html",
        page=page,
        publication=found,
        preview=_preview(found.shown) if found and found.shown else "",
        **_asked(),
        flash=flash,
        problem=without_folders(problem),
    )
    response = make_response(html)
    return with_status(response, refusal) if refusal else response
