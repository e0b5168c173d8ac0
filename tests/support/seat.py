"""Somebody who looks at a talk without a network: the same rooms and broadcasts, in one process."""

import uuid
from collections.abc import Callable
from typing import Any

from flask import Flask

from tests.support.live import brief
from tests.support.pages import Browser


class Seat:
    """A browser at one of a talk's views, and all that its socket heard.

    What is sent has arrived once the action is done, if the application's throttles never wait.
    """

    def __init__(
        self, app: Flask, browser: Browser, talk: str, view: str = "board", **auth: object
    ) -> None:
        """Join the view's room with the browser's cookies, and what else its page says."""
        self.browser, self.talk = browser, talk
        self._received: list[dict[str, Any]] = []
        self.socket = app.extensions["sockets"].socketio.test_client(
            app,
            auth={"talk": talk, "view": view, **auth},
            headers={"Origin": "http://localhost:8000"},
            flask_test_client=browser.client,
        )

    def is_in(self) -> bool:
        """Whether the server has let it join."""
        return bool(self.socket.is_connected())

    def leave(self) -> None:
        """Close the page."""
        self.socket.disconnect()

    def ask(self, text: str, **fields: object) -> dict[str, Any]:
        """Ask over the socket; return the acknowledgement."""
        return self.call("ask", {"key": str(uuid.uuid4()), "text": text, **fields})

    def vote(self, question: int, *, wanted: bool = True) -> dict[str, Any]:
        """Vote over the socket; return the acknowledgement."""
        return self.call("vote", {"question": question, "wanted": wanted})

    def call(self, name: str, payload: object) -> dict[str, Any]:
        """Send an event and return its acknowledgement."""
        answer: dict[str, Any] = self.socket.emit(name, payload, callback=True)
        return answer

    def post(self, path: str, **fields: object) -> int:
        """Send a form about the talk, as htmx does; return the status of where it leads."""
        url = f"/talks/{self.talk}/{path}"
        return int(self.browser.post_part(url, fields, follow_redirects=True).status_code)

    def get(self, path: str) -> str:
        """Return the text of one of the talk's pages."""
        answer = self.browser.get(f"/talks/{self.talk}/{path}".rstrip("/"))
        assert answer.status_code == 200, path
        return str(answer.text)

    def board(self) -> str:
        """Return the board as HTML, this visitor's own state included."""
        return self.get("board")

    def heard(self) -> list[tuple[Any, ...]]:
        """Return what was heard since the last time, without the presence counts."""
        self._listen()
        heard, self._received = self._received, []
        return [brief(e["name"], e["args"][0]) for e in heard if e["name"] != "presence"]

    def refetches(self) -> int:
        """Return how often it was told to fetch since the last time."""
        return sum(name == "refetch" for name, *_ in self.heard())

    def raw(self) -> str:
        """Return every byte of what was heard since then, as text."""
        self._listen()
        return str(self._received)

    def here(self) -> int | None:
        """Return the last count of people heard."""
        self._listen()
        counts = [e["args"][0]["here"] for e in self._received if e["name"] == "presence"]
        return counts[-1] if counts else None

    def _listen(self) -> None:
        self._received += self.socket.get_received()


Arrive = Callable[..., Seat]
