"""People at a talk, in greenlets: each with a cookie, an address and a socket that is always read.

Whoever imports this has patched the standard library before.
"""

from __future__ import annotations

import http.client
import itertools
import json
import re
import uuid
from collections import Counter
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import gevent
import websocket
from gevent.event import AsyncResult

from benchmarks.stage import SLUG, Place

PATIENCE = 20.0
CARD = re.compile(r'id="question-(\d+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
FAILURES = (OSError, http.client.HTTPException, websocket.WebSocketException, gevent.Timeout)


class Person:
    """Somebody whose browser is on one of the talk's views, or on none."""

    def __init__(self, place: Place, number: int, counted: Counter[str]) -> None:
        """Have an address of one's own, behind the proxy that the server believes in."""
        self._place, self._counted = place, counted
        self._address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self._answers: dict[int, AsyncResult] = {}
        self._numbers = itertools.count(1)
        self.cookie, self._line, self._reader = "", None, None

    def get(self, path: str) -> str:
        """Return what stands at an address of the talk."""
        return self._request("GET", f"/talks/{SLUG}{path}")[1]

    def post(self, path: str, **fields: object) -> int:
        """Send a form as htmx does; return the answer's status."""
        return self._request("POST", f"/talks/{SLUG}{path}", urlencode(fields, doseq=True))[0]

    def open(self) -> None:
        """Read the talk's page and keep its cookie."""
        self.get("")

    def enter(self, token: str) -> None:
        """Come in by a role's link."""
        self._request("POST", "/enter", urlencode({"token": token, "name": "Grace"}))

    def join(self, view: str = "board") -> None:
        """Open a socket, and listen from now on."""
        line = websocket.create_connection(
            f"ws://127.0.0.1:{self._place.port}/socket.io/?EIO=4&transport=websocket",
            timeout=PATIENCE,
            origin=self._place.site,
            cookie=self.cookie,
            header=[f"X-Forwarded-For: {self._address}"],
        )
        line.send("40" + json.dumps({"talk": SLUG, "view": view}))
        line.settimeout(None)
        self._line, self._reader = line, gevent.spawn(self._listen, line)

    def leave(self, *, politely: bool = True) -> None:
        """Close the page, or have the network go away."""
        gevent.wait(list(self._answers.values()), PATIENCE)
        line, self._line = self._line, None
        if line:
            with suppress(*FAILURES):
                if politely:
                    line.send_close()
                line.shutdown()
            gevent.kill(self._reader)

    def say(self, event: str, **payload: object) -> dict[str, Any]:
        """Send an event; return its acknowledgement."""
        number = next(self._numbers)
        answer = self._answers[number] = AsyncResult()
        self._line.send(f"42{number}" + json.dumps([event, payload]))
        with gevent.Timeout(PATIENCE):
            return dict(answer.get())

    def ask(self, text: str) -> dict[str, Any]:
        """Ask; return the acknowledgement."""
        return self.say("ask", key=str(uuid.uuid4()), text=text)

    def refetch(self) -> None:
        """Fetch what one looks at again; whoever has a socket is told when to."""
        self.get("/board")

    def _listen(self, line: websocket.WebSocket) -> None:
        try:
            while said := line.recv():
                self._hear(line, said)
        except FAILURES:
            pass
        if self._line is line:  # nobody here has closed it
            self._counted["sockets cut off"] += 1

    def _hear(self, line: websocket.WebSocket, said: str) -> None:
        if said == "2":
            line.send("3")
        elif said.startswith("43"):
            number, _, payload = said[2:].partition("[")
            self._answers.pop(int(number)).set(json.loads(f"[{payload}")[0])
        elif said.startswith("42"):
            name = said.split('"', 2)[1]
            self._counted[f"heard {name}"] += 1
            if name == "refetch":
                gevent.spawn(self.refetch)

    def _request(self, verb: str, path: str, body: str = "") -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self._place.port, timeout=PATIENCE)
        headers = {
            "Origin": self._place.site,
            "Cookie": self.cookie,
            "X-Forwarded-For": self._address,
            **(FORM if verb == "POST" else {}),
        }
        try:
            line.request(verb, path, body, headers)
            answer = line.getresponse()
            given = answer.headers["Set-Cookie"]
            self.cookie = (given or self.cookie).partition(";")[0]
            self._counted[f"answered {answer.status}"] += 1
            return answer.status, answer.read().decode()
        finally:
            line.close()
