"""Those who run a talk on a real server: their cookie, their socket, and all that they heard."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import socketio

from companion.moderation.role_links import LinkSigner, LinkVersion
from companion.store.models import Role
from tests.support.live import PATIENCE, LiveServer

NEVER_FOLLOW = type(
    "NeverFollow", (urllib.request.HTTPRedirectHandler,), {"redirect_request": lambda *_: None}
)


def token(server: LiveServer, talk: str, role: Role, generation: int = 0) -> str:
    """Return the secret of a role's link."""
    key = Path(f"{server.database}.key").read_text().strip()
    return LinkSigner(key).token(
        LinkVersion("" if role is Role.ORGANISER else talk, role, generation)
    )


def enter(server: LiveServer, secret: str, name: str = "", cookie: str = "") -> str:
    """Come in by a link; return the role cookie."""
    request = urllib.request.Request(
        f"{server.url}/enter",
        urlencode({"token": secret, "name": name}).encode(),
        {"Origin": server.origin, "Cookie": cookie},
    )
    try:
        urllib.request.build_opener(NEVER_FOLLOW).open(request, timeout=PATIENCE).close()
    except urllib.error.HTTPError as answer:
        answer.close()
        if answer.code == 303:
            return str(answer.headers["Set-Cookie"]).partition(";")[0]
    raise AssertionError("nobody was let in")


def rotate(server: LiveServer, talk: str, role: Role) -> None:
    """Change a role's link on the command line: whoever came by the old one is out."""
    subprocess.run(
        [sys.executable, "-m", "companion", "links", talk, "--rotate", role],
        env={**os.environ, **server.env},
        check=True,
        capture_output=True,
        timeout=60,
    )


class Watcher:
    """A browser on one of a talk's views."""

    def __init__(self, server: LiveServer, talk: str, view: str, cookie: str = "") -> None:
        """Join the view's room."""
        self.server, self.talk, self.view, self.cookie = server, talk, view, cookie
        self._heard: list[tuple[str, Any]] = []
        self.received: list[str] = []
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("*", lambda name, payload: self._heard.append((name, payload)))
        server.open_socket(self.socket, {"talk": talk, "view": view}, cookie)

    def pulse(self) -> dict[str, Any]:
        """Return what it was told last of how people follow."""
        told = [payload for name, payload in self._heard if name == "pulse"]
        return told[-1] if told else {}

    def leave(self) -> None:
        """Close the page."""
        self.socket.disconnect()

    def refetches(self) -> int:
        """Return how often it was told to fetch since it was asked last."""
        found = sum(name == "refetch" for name, _ in self._heard)
        self.received.append(str(self._heard))
        self._heard.clear()
        return found

    def raw(self) -> str:
        """Return every byte of what was heard, as text."""
        return "".join(self.received) + str(self._heard)

    def get(self, path: str) -> str:
        """Return an address's text."""
        request = urllib.request.Request(self.server.url + path, headers={"Cookie": self.cookie})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            text = answer.read().decode()
        self.received.append(text)
        return text

    def post(self, path: str, **fields: object) -> int:
        """Send a form as htmx does; return the status."""
        request = urllib.request.Request(
            f"{self.server.url}/talks/{self.talk}/{path}",
            urlencode(fields, doseq=True).encode(),
            {"Cookie": self.cookie, "Origin": self.server.origin, "HX-Request": "true"},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
