"""The programme, the talk's page, and what a balancer asks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from companion.board.questions import Board
from companion.board.service import Boards
from companion.report import summary
from companion.store.engine import db
from companion.store.models import Talk
from companion.talks import Phase, TalkPage
from companion.web.forms import AskForm, empty_form
from companion.web.headers import allow_frames
from companion.web.visitors import visitor, welcome

bp = Blueprint("pages", __name__)
SAID = {
    "open": "Your {kind} is on the board.",
    "waiting": "Your {kind} waits for a moderator.",
    "withdrawn": "It is off the board.",
}


def boards() -> Boards:
    """Return every talk's board."""
    found: Boards = current_app.extensions["boards"]
    return found


def address(endpoint: str, **values: Any) -> str:
    """Return a full address under the public one, whatever host a request names."""
    site: str = current_app.config["SITE"]
    return site + url_for(endpoint, **values)


def find_page(slug: str) -> TalkPage:
    """Return a published talk's page, or answer 404."""
    page = boards().programme.find(slug)
    if page is None:
        abort(404, "There is no such talk. It may have moved, or the address may be mistyped.")
    return page


def as_scheduled(page: TalkPage) -> TalkPage:
    """Return a talk's page with its times as the desk has moved them."""
    return boards().scheduled(db.session(), page)


def upcoming() -> list[TalkPage]:
    """Return the talks that are still to come, the next one first."""
    now = boards().clock()
    return [page for page in boards().programme.pages() if page.phase(now) is Phase.UPCOMING]


@bp.get("/")
def programme() -> ResponseReturnValue:
    """Show what is on now, what comes, and what has been."""
    now = boards().clock()
    talks = boards().programme.pages()
    phases = {page.slug: page.phase(now) for page in talks}
    return render_template(
        "pages/programme.html",
        live=[page for page in talks if phases[page.slug] not in (Phase.UPCOMING, Phase.OVER)],
        upcoming=[page for page in talks if phases[page.slug] is Phase.UPCOMING],
        past=[page for page in reversed(talks) if phases[page.slug] is Phase.OVER],
        phases=phases,
    )


@bp.get("/talks/<slug>")
def talk(slug: str) -> ResponseReturnValue:
    """Show a talk's page with its board."""
    return talk_page(as_scheduled(find_page(slug)), empty_form())


def talk_page(page: TalkPage, form: AskForm) -> Response:
    """Render a talk's page, giving a new visitor a cookie."""
    allow_frames(frame_hosts(page))
    board = board_of(page)
    html = render_template(
        "pages/talk.html",
        page=page,
        body=_body(page, board),
        phase=page.phase(boards().clock()),
        board=board,
        form=form,
        said=_said(),
        summary=_summary(page),
    )
    return welcome(make_response(html))


def _body(page: TalkPage, board: Board | None) -> Markup:
    """Return a page's body, with its published Q&A where the board has nothing to show for it."""
    html = page.html if board and board.total else f"{page.html}\n{page.qa_html}".strip()
    return Markup(html)  # noqa: S704 (sanitised when it was read)


def _summary(page: TalkPage) -> tuple[tuple[int, str], ...]:
    """Return what became of a talk's questions, once it is over."""
    is_over = page.board and page.phase(boards().clock()) is Phase.OVER
    return summary(db.session(), page) if is_over else ()


def _said() -> str:
    """Return what to say after a form without scripts has led back here."""
    kind = "comment" if request.args.get("kind") == "comment" else "question"
    return SAID.get(request.args.get("said", ""), "").format(kind=kind)


def frame_hosts(page: TalkPage) -> tuple[str, ...]:
    """Return which hosts a page may show players from."""
    embed = page.recording.embed if page.recording else None
    return tuple(dict.fromkeys((*page.frame_hosts, *((embed.host,) if embed else ()))))


def board_of(page: TalkPage) -> Board | None:
    """Return the board as this visitor sees it, or None when the talk has none."""
    if not page.board:
        return None
    asked = request.args
    sort, find = asked.get("sort", ""), asked.get("find", "")[:100]
    return boards().board(db.session(), page, visitor(), sort, find)


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Say that this process answers."""
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Say that the database answers too; 503 when it does not."""
    try:
        db.session.execute(sa.select(Talk.id).limit(1))
    except sa.exc.SQLAlchemyError:
        return "the database does not answer\n", 503
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/<path:path>")
def old_address(path: str) -> ResponseReturnValue:
    """Lead a talk's old address to its page."""
    find = boards().programme.redirect
    slug = find(f"/{path}") or find(f"/{path}/") or find(f"/{path.rstrip('/')}")
    return redirect(url_for("pages.talk", slug=slug or abort(404)), 301)
