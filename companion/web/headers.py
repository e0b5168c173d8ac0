"""What responses tell the browser: what may run, load, frame and be kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Flask, Response, current_app, g, request

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ON_PAGES = {
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
FILES = frozenset({"static", "styles"})
HSTS = "max-age=31536000"
REPORTS = "/csp"


def init_app(app: Flask, origins: Sequence[str]) -> None:
    """Set the headers on every response, errors included; files need fewer than pages.

    ``origins`` are the addresses that people come by, whatever a proxy makes of Host.
    """
    secure = origins[0].startswith("https:")
    sockets = " ".join(origin.replace("http", "ws", 1) for origin in origins)
    # Browsers that know the second ask for nothing else, and take it over https alone.
    reports = f"report-uri {REPORTS}" + ("; report-to csp" if secure else "")

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(EVERYWHERE)
        if secure:
            response.headers["Strict-Transport-Security"] = HSTS
            response.headers["Reporting-Endpoints"] = f'csp="{REPORTS}"'
        if request.endpoint not in FILES or response.status_code >= 400:
            response.headers.update(ON_PAGES)
            response.headers["Content-Security-Policy"] = _policy(_frame_hosts(), sockets, reports)
            if not response.cache_control.no_store:
                response.headers["Cache-Control"] = _keeping()
            response.vary.update(("Cookie", "HX-Request"))
        return response


def allow_frames(hosts: Iterable[str]) -> None:
    """Let this page, once asked to, show players from these hosts."""
    g.frame_hosts = tuple(hosts)


def _keeping() -> str:
    """Return what may be kept: nothing of what those who run a talk see, their links among it."""
    is_in_role = request.cookies.get(current_app.config["ROLE_COOKIE"])
    return "no-store" if is_in_role else "private, no-cache"


def _frame_hosts() -> tuple[str, ...]:
    hosts: tuple[str, ...] = g.get("frame_hosts", ())
    return hosts


def _policy(frame_hosts: tuple[str, ...], sockets: str, reports: str) -> str:
    frames = " ".join(f"https://{host}" for host in frame_hosts) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"font-src 'self'; connect-src 'self' {sockets}; frame-src {frames}; form-action 'self'; "
        f"base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; {reports}"
    )
