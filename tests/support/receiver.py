"""Somebody's server that webhooks tell what happens: it checks signatures as its makers would."""

import hmac
import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.live import eventually


@dataclass(frozen=True)
class Heard:
    """One request that came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> dict[str, Any]:
        """Return the message."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    def is_signed_with(self, secret: str) -> bool:
        """Whether one of the signatures is by this secret, as Standard Webhooks has it."""
        key = b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        wanted = f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"
        return wanted in self.headers["webhook-signature"].split()


class Receiver:
    """Takes what it is sent; ``answers`` are its next statuses, then it answers 204."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.answers: list[int] = []
        self.open = threading.Event()  # until then it answers nobody
        self.open.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.heard.append(Heard(headers, body))
                status = receiver.answers.pop(0) if receiver.answers else 204
                receiver.open.wait(20)
                self.send_response(status)
                if status // 100 == 3:
                    self.send_header("Location", f"{receiver.url}/elsewhere")
                self.end_headers()

            def log_message(self, *_said: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @property
    def told(self) -> list[tuple[str, int | None]]:
        """Return what was heard, as event and number of the question."""
        return [(one.said["type"], one.said["data"].get("number")) for one in self.heard]

    def hears(self, count: int) -> bool:
        """Wait until so many have come in."""
        return bool(eventually(lambda: len(self.heard) >= count))

    def stop(self) -> None:
        """Be gone; whoever waits is answered."""
        self.open.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Be there for a while."""
    receiver = Receiver()
    try:
        yield receiver
    finally:
        receiver.stop()
