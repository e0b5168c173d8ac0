"""Below which path we are: the rest of the host is somebody else's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from companion.web.front_door import refuse

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

NOT_HERE = "Nothing is served at this address. Open {} instead.\n"


class Mount:
    """Serves an application below a path that was set, whatever a request says of it."""

    def __init__(self, app: WSGIApplication, path: str) -> None:
        """Have ``app`` see what is below ``path`` as if it were below its host."""
        self._app, self._path, self._start = app, path, f"{path}/"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass a request on, lead to the path from right above it, or answer 404."""
        asked = environ["PATH_INFO"]
        if asked.startswith(self._start):
            environ["SCRIPT_NAME"] = self._path
            environ["PATH_INFO"] = asked.removeprefix(self._path)
            return self._app(environ, start_response)
        said = NOT_HERE.format(self._start)
        if asked in ("/", self._path):
            return refuse(start_response, "303 SEE OTHER", said, ("Location", self._start))
        return refuse(start_response, "404 NOT FOUND", said)
