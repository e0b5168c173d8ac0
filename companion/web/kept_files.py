"""Static files from memory: an attendee's first visit asks for dozens of them."""

from __future__ import annotations

from collections.abc import Iterable
from posixpath import normpath
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from companion.web.codings import coding_of, compress_well
from companion.web.request_log import REQUEST_ID

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

PLAIN = {"REQUEST_METHOD": "GET", "HTTP_ACCEPT_ENCODING": "identity"}
ABOUT_PARTS = ("HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
Answer = tuple[list[tuple[str, str]], bytes]


class KeptFiles:
    """Asks the application for each file once, and answers by itself from then on.

    A file's address changes with its contents, so that what is kept stays true.
    """

    def __init__(self, app: WSGIApplication, below: str) -> None:
        """Keep what ``app`` has at addresses ``below`` one."""
        self._app, self._below = app, f"{below}/"
        self._answers: dict[tuple[str, str], Answer] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if not self._has(path) or method not in ("GET", "HEAD"):
            return self._app(environ, start_response)
        coding = coding_of(environ.get("HTTP_ACCEPT_ENCODING", ""))
        answer = self._answers.get((path, coding)) or self._ask(environ, path, coding)
        if answer is None:
            return self._app(environ, start_response)
        headers, body = answer
        start_response("200 OK", list(headers))
        return [body] if method == "GET" else []

    def _has(self, path: str) -> bool:
        """Whether a file can be kept by this path: each has one such, and any number of others."""
        return path.startswith(self._below) and normpath(path) == path

    def _ask(self, environ: WSGIEnvironment, path: str, coding: str) -> Answer | None:
        """Keep what is at a path, in a coding; return None where there is no file."""
        asked = {name: value for name, value in environ.items() if name not in ABOUT_PARTS}
        found = Response.from_app(self._app, asked | PLAIN, buffered=True)
        if found.status_code != 200:
            return None
        body = found.get_data()
        smaller = compress_well(body, coding) if coding else body
        if len(smaller) < len(body):
            body = smaller
            found.headers["Content-Encoding"] = coding
        found.headers["Content-Length"] = str(len(body))
        found.headers.remove(REQUEST_ID)  # it is of whoever asked first
        answer = self._answers[path, coding] = found.headers.to_wsgi_list(), body
        return answer
