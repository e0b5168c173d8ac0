"""Static files: one address per version, and the style sheets as one."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Response, url_for

FIRST, APART = "global.css", "print.css"
ONE_YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Serve every style sheet in one answer, and let templates name static files."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = ONE_YEAR
    sheet = _joined(Path(app.static_folder or "") / "css")
    app.add_url_rule(f"{app.static_url_path}/site.css", "styles", lambda: _style_sheet(sheet))
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """Return a static file's address, which changes whenever any of them does."""
    return url_for("static", filename=name)


def _joined(folder: Path) -> str:
    """Join the sheets: a phone on a slow network waits for each request, not for each byte.

    The first names the cascade's layers, so the order of the others is of no weight.
    """
    others = sorted(path for path in folder.glob("*.css") if path.name not in (FIRST, APART))
    sheets = [folder / FIRST, *others]
    return "\n".join(path.read_text(encoding="utf-8") for path in sheets)


def _style_sheet(sheet: str) -> Response:
    response = Response(sheet, content_type="text/css; charset=utf-8")
    response.cache_control.public = True
    response.cache_control.max_age = ONE_YEAR
    return response
