"""What responses tell the browser: what may run, load, frame and be kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Flask, Response, current_app, g, request

from companion.network.addresses import ASKED_FOR

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
HSTS = {"Strict-Transport-Security": "max-age=31536000"}
REPORTS = "/csp"
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def init_app(app: Flask, origins: Sequence[str]) -> None:
    """Set the headers on every response, errors included; files need fewer than pages.

    ``origins`` are the addresses that people come by, whatever a proxy makes of Host.
    """
    transport = _transport(origins)

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(EVERYWHERE | transport)
        if request.endpoint not in FILES or response.status_code >= 400:
            response.headers.update(ON_PAGES)
            policy = _policy(_frame_hosts(), _sockets(origins), _reports(origins))
            response.headers["Content-Security-Policy"] = policy
            if not response.cache_control.no_store:
                response.headers["Cache-Control"] = _keeping()
            response.vary.update(("Cookie", "HX-Request"))
        return response


def on_bare_answers(origins: Sequence[str]) -> list[tuple[str, str]]:
    """Return the headers of what is no page: refusals, and whatever the sockets' library says."""
    policy = {"Content-Security-Policy": NOTHING, "Cache-Control": "no-store"}
    return list((EVERYWHERE | ON_PAGES | policy | _transport(origins)).items())


def allow_frames(hosts: Iterable[str]) -> None:
    """Let this page, once asked to, show players from these hosts."""
    g.frame_hosts = tuple(hosts)


def _transport(origins: Sequence[str]) -> dict[str, str]:
    return HSTS | {"Reporting-Endpoints": f'csp="{REPORTS}"'} if _is_secure(origins) else {}


def _is_secure(origins: Sequence[str]) -> bool:
    return origins[0].startswith("https:")


def _reports(origins: Sequence[str]) -> str:
    """Return where to tell of violations; who knows the second asks no more, over https alone."""
    return f"report-uri {REPORTS}" + ("; report-to csp" if _is_secure(origins) else "")


def _sockets(origins: Sequence[str]) -> str:
    """Return where a page may open sockets: by https to wss alone, if it is known to be that."""
    asked_for = request.environ.get(ASKED_FOR, "")
    if asked_for in origins or asked_for.startswith("https:"):
        scheme = asked_for.partition(":")[0]
        origins = [origin for origin in origins if origin.startswith(f"{scheme}:")]
    return " ".join(origin.replace("http", "ws", 1) for origin in origins)


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
