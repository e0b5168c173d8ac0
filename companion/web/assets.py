"""Static files: one address per version, a few style sheets, and what scripts bring along."""

from __future__ import annotations

import mimetypes
import re
from functools import cache, partial
from pathlib import Path

from flask import Flask, Response, request, url_for

PARTS = ("views", "programme", "framed", "wall", "polls", "words", "rating")
FIRST, APART = "global.css", ("dark.css", "print.css")
IMPORT = re.compile(r'^import [^"]*"(\./|\.\./)([^"]+)";$', re.MULTILINE)
COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/[ \t]*)$", re.MULTILINE | re.DOTALL)
OURS = ("js/", "css/")
ONE_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Serve the style sheets as a few, and let templates name static files.

    Every page has `site.css`. What only those see who run a talk, or who sit in its room, is
    `views.css`, what lists talks `programme.css`, and what holds in a frame `framed.css`: a visit
    to a talk does without them.
    """
    mimetypes.add_type("font/woff2", ".woff2")  # which many systems do not know
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = ONE_YEAR
    folder = Path(app.static_folder or "") / "css"
    sheets = {"site": _joined(folder)} | {name: _joined(folder / name) for name in PARTS}
    address = f"{app.static_url_path}/<any({','.join(sheets)}):name>.css"
    app.add_url_rule(address, "styles", lambda name: _style_sheet(sheets[name]))
    app.after_request(_shorten)
    app.jinja_env.globals["asset"] = asset
    static = Path(app.static_folder or "")
    app.jinja_env.globals["brought_by"] = partial(_brought_by, static)


def asset(name: str) -> str:
    """Return a static file's address, which changes whenever any of them does."""
    return url_for("static", filename=name)


def without_comments(text: str) -> str:
    """Leave out the comments that have lines to themselves; all else stays on its line.

    They are for those who read the source, and would be a sixth of all that a visit brings.
    """
    return COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)


def _shorten(response: Response) -> Response:
    """Leave out what a file at an address of its version has no use for: there are many files."""
    if request.endpoint == "static":
        is_ours = (request.view_args or {}).get("filename", "").startswith(OURS)
        if is_ours and response.status_code == 200:
            response.direct_passthrough = False
            response.set_data(without_comments(response.get_data(as_text=True)))
        for name in ("Content-Disposition", "Last-Modified", "Expires", "ETag", "Accept-Ranges"):
            response.headers.pop(name, None)
    return response


def _joined(folder: Path) -> str:
    """Join the sheets of a folder: on a slow network each request is waited for, not each byte.

    The one that names the cascade's layers comes first, and a variant after what it varies.
    """
    sheets = [path for path in folder.glob("*.css") if path.name not in APART]
    sheets.sort(key=lambda path: (path.name != FIRST, path.stem))
    return without_comments("\n".join(path.read_text(encoding="utf-8") for path in sheets))


@cache
def _brought_by(static: Path, script: str, *parts: str) -> list[str]:
    """Return every module that a script imports, so that a page can ask for all of them at once.

    Parts are modules that the script imports later, if at all: here this page will have them.
    """
    found, waiting = {script, *parts}, [script, *parts]
    while waiting:
        here = static / waiting.pop()
        for name in IMPORT.findall(here.read_text(encoding="utf-8")):
            path = (here.parent / "".join(name)).resolve().relative_to(static.resolve()).as_posix()
            if path not in found:
                found.add(path)
                waiting.append(path)
    return sorted(found - {script})


def _style_sheet(sheet: str) -> Response:
    return lasting(Response(sheet, content_type="text/css; charset=utf-8"))


def lasting(response: Response) -> Response:
    """Let whatever is at an address of its own version be kept for good."""
    response.cache_control.public = True
    response.cache_control.max_age = ONE_YEAR
    return response
