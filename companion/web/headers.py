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
FILES = frozenset({"static", "styles", "look"})
HSTS = {"Strict-Transport-Security": "max-age=31536000"}
REPORTS = "/csp"
ONE_YEAR = 365 * 24 * 60 * 60
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def init_app(app: Flask, origins: Sequence[str], path: str) -> None:
    """Set the headers on every response, errors included; files need fewer than pages.

    ``origins`` are the addresses that people come by, whatever a proxy makes of Host; the pages
    begin at ``path``.
    """
    everywhere, reports = EVERYWHERE | _transport(origins, path), _reports(origins, path)

    @app.after_request
    def set_headers(response: Response) -> Response:
        headers = response.headers
        headers.extend(everywhere)
        if g.get("for_others", False):
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if request.endpoint not in FILES or response.status_code >= 400:
            headers.extend(ON_PAGES)
            headers["Content-Security-Policy"] = _policy(_sockets(origins), reports)
            if "no-store" not in headers.get("Cache-Control", ""):
                headers["Cache-Control"] = _keeping()
            response.vary.update(("Accept-Language", "Cookie", "HX-Request"))
        return response


def on_bare_answers(origins: Sequence[str], path: str) -> list[tuple[str, str]]:
    """Return the headers of what is no page: refusals, and whatever the sockets' library says."""
    policy = {"Content-Security-Policy": NOTHING, "Cache-Control": "no-store"}
    return list((EVERYWHERE | ON_PAGES | policy | _transport(origins, path)).items())


def allow_frames(hosts: Iterable[str]) -> None:
    """Let this page, once asked to, show players from these hosts."""
    g.frame_hosts = tuple(hosts)


def allow_parents(origins: Iterable[str]) -> None:
    """Let pages of these origins, and of no others, show this one in a frame."""
    g.parents = tuple(origins)


def allow_others() -> None:
    """Let other sites' pages load this, which is the same for everybody."""
    g.for_others = True


def keep_for_good() -> None:
    """Let this browser keep what is at an address of its own version; no proxy, for all may not."""
    g.is_lasting = True


def _transport(origins: Sequence[str], path: str) -> dict[str, str]:
    """Return what goes with https; whether a host that we share insists on it is not for us."""
    if not _is_secure(origins):
        return {}
    return {"Reporting-Endpoints": f'csp="{path}{REPORTS}"'} | ({} if path else HSTS)


def _is_secure(origins: Sequence[str]) -> bool:
    return origins[0].startswith("https:")


def _reports(origins: Sequence[str], path: str) -> str:
    """Return where to tell of violations; who knows the second asks no more, over https alone."""
    return f"report-uri {path}{REPORTS}" + ("; report-to csp" if _is_secure(origins) else "")


def _sockets(origins: Sequence[str]) -> str:
    """Return where a page may open sockets: by https to wss alone, if it is known to be that."""
    asked_for = request.environ.get(ASKED_FOR, "")
    if asked_for in origins or asked_for.startswith("https:"):
        scheme = asked_for.partition(":")[0]
        origins = [origin for origin in origins if origin.startswith(f"{scheme}:")]
    return " ".join(origin.replace("http", "ws", 1) for origin in origins)


def _keeping() -> str:
    """Return what may be kept: nothing of what those who run a talk see, their links among it."""
    if g.get("is_lasting", False):
        return f"private, max-age={ONE_YEAR}, immutable"
    is_in_role = request.cookies.get(current_app.config["ROLE_COOKIE"])
    return "no-store" if is_in_role else "private, no-cache"


def _policy(sockets: str, reports: str) -> str:
    frames = " ".join(f"https://{host}" for host in g.get("frame_hosts", ())) or "'none'"
    parents = " ".join(g.get("parents", ())) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"font-src 'self'; connect-src 'self' {sockets}; frame-src {frames}; form-action 'self'; "
        f"base-uri 'none'; frame-ancestors {parents}; manifest-src 'self'; {reports}"
    )
