"""Static files: one address per version, two style sheets, and what scripts bring along."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

FIRST, APART = "global.css", ("dark.css", "print.css")
IMPORT = re.compile(r'^import [^"]*"(\./|\.\./)([^"]+)";$', re.MULTILINE)
ONE_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Serve the style sheets as two, and let templates name static files.

    Every page has `site.css`. What only those see who run a talk, or who sit in its room, is
    `views.css`: an attendee's first visit does without it.
    """
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = ONE_YEAR
    folder = Path(app.static_folder or "") / "css"
    sheets = {"site": _joined(folder), "views": _joined(folder / "views")}
    address = f"{app.static_url_path}/<any({','.join(sheets)}):name>.css"
    app.add_url_rule(address, "styles", lambda name: _style_sheet(sheets[name]))
    app.after_request(_shorten)
    app.jinja_env.globals["asset"] = asset
    static = Path(app.static_folder or "")
    app.jinja_env.globals["brought_by"] = cache(lambda script: _brought_by(static, script))


def asset(name: str) -> str:
    """Return a static file's address, which changes whenever any of them does."""
    return url_for("static", filename=name)


def _shorten(response: Response) -> Response:
    """Leave out what a file at an address of its version has no use for: there are many files."""
    if request.endpoint == "static":
        for name in ("Content-Disposition", "Last-Modified", "Expires", "ETag", "Accept-Ranges"):
            response.headers.pop(name, None)
    return response


def _joined(folder: Path) -> str:
    """Join the sheets of a folder: on a slow network each request is waited for, not each byte.

    The one that names the cascade's layers comes first, and a variant after what it varies.
    """
    sheets = [path for path in folder.glob("*.css") if path.name not in APART]
    sheets.sort(key=lambda path: (path.name != FIRST, path.stem))
    return "\n".join(path.read_text(encoding="utf-8") for path in sheets)


def _brought_by(static: Path, script: str) -> list[str]:
    """Return every module that a script imports, so that a page can ask for all of them at once."""
    found, waiting = {script}, [script]
    while waiting:
        here = static / waiting.pop()
        for name in IMPORT.findall(here.read_text(encoding="utf-8")):
            path = (here.parent / "".join(name)).resolve().relative_to(static.resolve()).as_posix()
            if path not in found:
                found.add(path)
                waiting.append(path)
    return sorted(found - {script})


def _style_sheet(sheet: str) -> Response:
    response = Response(sheet, content_type="text/css; charset=utf-8")
    response.cache_control.public = True
    response.cache_control.max_age = ONE_YEAR
    return response
