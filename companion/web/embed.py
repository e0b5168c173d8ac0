"""A talk's board on the series' own site: in a frame there, and what puts the frame there."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue

from companion.board.queries import Board
from companion.board.talk_state import TalkState
from companion.messages import gettext
from companion.settings import Settings
from companion.talks import TalkPage
from companion.web.for_everybody import for_everybody
from companion.web.form_state import AskForm
from companion.web.headers import allow_others, allow_parents
from companion.web.replies import absolute_url, board_service, find_board, load_talk, number
from companion.web.talk_page import board_of, own_polls, polls_of, summary_of
from companion.web.visitors import welcome_framed

bp = Blueprint("embed", __name__)
WIDTH, HEIGHT = 640, 720
TALK = re.compile(r"/(?:talks|embed)/([^/]+)/?")
SCHEMES = ("light", "dark")
ELSEWHERE = gettext("No other site shows this series' boards.")


def init_app(app: Flask, settings: Settings) -> None:
    """Let the sites that were set show boards; without any, nobody may."""
    app.config.update(EMBED_PARENTS=settings.embed_parents)
    app.jinja_env.globals.update(embed_parents=settings.embed_parents, snippet=snippet)


def snippet(address: str, slug: str, title: str = "") -> str:
    """Return what another site's page needs in order to show a board.

    ``address`` is the one that all of ours begin with.
    """
    src, size = _address_of(address, slug), f"{address}/embed.js"
    return render_template("embed/snippet.html.jinja", src=src, script=size, title=title)


def _address_of(address: str, slug: str) -> str:
    return f"{address}/embed/{quote(slug)}"


def liquid(address: str) -> str:
    """Return an include for the layout of a Jekyll site's talks."""
    text = Path(__file__).with_suffix(".liquid").read_text(encoding="utf-8")
    return text.replace("ADDRESS", address)


@bp.get("/embed/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """Show a talk's board alone: the one page that others may frame."""
    allow_parents(current_app.config["EMBED_PARENTS"])
    return _page(load_talk(find_board(slug)))


def _page(talk: TalkState) -> Response:
    scheme = chosen_scheme()

    polls, answered = polls_of(talk), own_polls(talk)
    own = (answered,) if answered else ()

    def render(board: Board | None, form: AskForm, **context: object) -> str:
        context = {"polls": polls, "talk": talk, "page": talk.page} | context
        context["summary"] = summary_of(talk)
        return render_template("embed/board.html", board=board, form=form, scheme=scheme, **context)

    return welcome_framed(for_everybody(f"embed {scheme}", talk, board_of(talk), render, own=own))


def chosen_scheme() -> str:
    """Return whether a frame is to be light or dark, or both for its reader to choose."""
    wanted = request.args.get("scheme", "")
    return wanted if wanted in SCHEMES else "light dark"


@bp.get("/embed.js")
def script() -> ResponseReturnValue:
    """Return what sizes the frames, at an address that stays."""
    allow_others()
    text = Path(str(current_app.static_folder), "js", "embed.js").read_text(encoding="utf-8")
    response = make_response(text)
    response.content_type = "text/javascript; charset=utf-8"
    response.add_etag()
    return response.make_conditional(request)


@bp.get("/oembed")
def oembed() -> ResponseReturnValue:
    """Tell a site that was given a talk's address how to show its board."""
    if request.args.get("format", "json") != "json":
        abort(501, gettext("This is told as JSON only."))
    page = _page_at(request.args.get("url", ""))
    width, height = _at_most("maxwidth", WIDTH), _at_most("maxheight", HEIGHT)
    html = render_template(
        "embed/frame.html.jinja",
        src=_address_of(current_app.config["SITE"], page.slug),
        title=page.title,
        width=width,
        height=height,
    )
    return jsonify(
        {
            "version": "1.0",
            "type": "rich",
            "title": page.title,
            "author_name": page.speaker,
            "provider_name": current_app.config["SERIES"],
            "provider_url": absolute_url("pages.programme"),
            "cache_age": 3_600,
            "width": width,
            "height": height,
            "html": html,
        }
    )


def _at_most(name: str, usual: int) -> int:
    """Return how large a frame is: as usual, or as an asker has room for."""
    return min(usual, number(request.args.get(name)) or usual)


def _page_at(address: str) -> TalkPage:
    """Return the page of the talk that an address of ours is of, or answer 404."""
    if not current_app.config["EMBED_PARENTS"]:
        abort(404, ELSEWHERE)
    path = _path_of(address)
    found = TALK.fullmatch(path.removeprefix(request.script_root))
    page = board_service().programme.find(unquote(found[1])) if found else None
    is_ours = path.startswith(f"{request.script_root}/")
    if page is None or not page.board or page.is_rehearsal or not is_ours:
        abort(404, gettext("This is no address of a talk with a board here."))
    return page


def _path_of(address: str) -> str:
    """Return what an address of ours has after its host, "" for that of another site."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_ours = f"{parts.scheme}://{parts.netloc.lower()}" in current_app.config["ORIGINS"]
    return parts.path if is_ours else ""
