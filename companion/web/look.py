"""How the series looks, as its settings say: what every page is told, and the files of it."""

from __future__ import annotations

from hashlib import sha256

from flask import Flask, Response, abort

from companion.look.colours import Accent, Colour, accents
from companion.look.logo import Logo, read_logo
from companion.settings import Settings
from companion.web.assets import lasting
from companion.web.headers import NOTHING

HEIGHT = 28  # of the logo, in pixels
TYPEFACES = {
    "own": "",
    "system": "var(--font-text)",
    "serif": '"Iowan Old Style","Palatino Linotype",Palatino,P052,Georgia,serif',
}
LIGHT, DARK, LOGO = "light.css", "dark.css", "logo"


def init_app(app: Flask, settings: Settings) -> None:
    """Serve the files of the look, at an address of their contents, and tell the templates."""
    logo = read_logo(settings.logo) if settings.logo else None
    sheets = _sheets(settings.accent, TYPEFACES[settings.typeface])
    text = "".join(sheets.values()).encode() + (logo.data if logo else b"")
    version = sha256(text).hexdigest()[:12]

    def answer(part: str) -> Response:
        if part in sheets:
            return lasting(Response(sheets[part], content_type="text/css; charset=utf-8"))
        return lasting(_picture(logo or abort(404)))

    address = f"{app.static_url_path}/{version}/<any({','.join((LIGHT, DARK, LOGO))}):part>"
    app.add_url_rule(address, "look", answer)
    app.jinja_env.globals["look"] = {
        "light": bool(sheets[LIGHT]),
        "dark": bool(sheets[DARK]),
        "typeface": settings.typeface,
        "logo": logo and {"width": round(HEIGHT * logo.ratio), "height": HEIGHT},
        "footer": settings.footer,
        "consent": settings.consent,
        "code_of_conduct": settings.code_of_conduct,
    }


def _sheets(accent: Colour | None, typeface: str) -> dict[str, str]:
    """Return the style sheet of each scheme, "" where it would say nothing."""
    light, dark = map(_raw_values, accents(accent)) if accent else ("", "")
    if typeface:
        light += f"--font-head:{typeface};"
    return {
        part: f":root{{{values}}}\n" if values else ""
        for part, values in ((LIGHT, light), (DARK, dark))
    }


def _raw_values(accent: Accent) -> str:
    return (
        f"--lch-marker:{accent.marker.css};--lch-marker-ink:{accent.ink.css};"
        f"--lch-marker-wash:{accent.wash.css};"
    )


def _picture(logo: Logo) -> Response:
    """Return a logo that does nothing where it is opened by itself."""
    response = Response(logo.data, content_type=logo.kind)
    response.headers["Content-Security-Policy"] = f"{NOTHING}; sandbox"
    return response
