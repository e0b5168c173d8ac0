"""Rehearsals are kept out of all that outlasts them, and say that they are over once they are."""

from __future__ import annotations

from flask import Flask, Response, abort, request

from companion.messages import gettext
from companion.talks.rehearsal import is_rehearsal

OVER = gettext(
    "This rehearsal is over, and nothing of it is left. Whoever runs the talk can begin another."
)
NOT_HERE = gettext("A rehearsal has nothing of this kind, for nothing of it is kept.")
KEEPING = frozenset(
    {"api", "embed", "embedded_poll", "exports", "feeds"}
    | {"page_editor", "poster", "publish", "report"}
)
KEEPS_NOTHING = frozenset({"exports.runsheet"})


def init_app(app: Flask) -> None:
    """Have no address that keeps or spreads anything answer for a rehearsal."""
    app.before_request(_keep_out)
    app.after_request(_tell_robots)
    app.jinja_env.globals.update(has_page=has_page)


def has_page(endpoint: str, slug: str) -> bool:
    """Whether a talk has such a page: a rehearsal has none that keeps or spreads anything."""
    keeps = endpoint.partition(".")[0] in KEEPING and endpoint not in KEEPS_NOTHING
    return not (keeps and is_rehearsal(slug))


def refuse_over(slug: str) -> None:
    """Answer that a rehearsal is over, if this is the slug of one."""
    if is_rehearsal(slug):
        abort(410, OVER)


def _keep_out() -> None:
    if not has_page(request.endpoint or "", _slug()):
        abort(404, NOT_HERE)


def _tell_robots(response: Response) -> Response:
    if is_rehearsal(_slug()):
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _slug() -> str:
    return str((request.view_args or {}).get("slug", ""))
