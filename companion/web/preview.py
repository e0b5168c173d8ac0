"""How a page would look that is not saved yet, and what is wrong with it."""

from __future__ import annotations

from flask import Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from companion.errors import SignedOutError
from companion.messages import gettext
from companion.talks import TalkPage
from companion.talks.reading import LoadedFile
from companion.web import auth
from companion.web.replies import wants_part

SIGNED_OUT = gettext(
    "You are not signed in any more. What you typed is kept: sign in in another tab, then go on."
)


def init_app(app: Flask) -> None:
    """Let templates show a page's body."""
    app.jinja_env.globals["body_of"] = body_of


def is_preview() -> bool:
    """Whether a form is to be shown, and nothing of it saved."""
    return "preview" in (request.form.get("do"), request.args.get("do"))


def preview_part(found: LoadedFile | None, problem: str = "", area: str = "") -> Response:
    """Return the preview by itself, for htmx, or why there is none."""
    html = render_template("page_editor/_preview.html", found=found, problem=problem, area=area)
    return make_response(html)


def signed_out_while_typing(error: SignedOutError) -> ResponseReturnValue:
    """Say in the place of a preview who may see it: leading elsewhere would lose what is typed."""
    if not wants_part():
        return auth.signed_out(error)
    return preview_part(None, SIGNED_OUT), 403


def body_of(page: TalkPage) -> Markup:
    """Return a page's body, with its published Q&A."""
    return Markup(f"{page.html}\n{page.qa_html}".strip())  # noqa: S704 (sanitised when it was read)
