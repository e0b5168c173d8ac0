"""The phones of a hall in one process: each opens a connection, asks once, and reads the answer."""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE = 60.0
MUCH = 262_144
# What a phone sends; the size of it is part of what it costs to read.
HEADERS = (
    "Connection: keep-alive\r\n"
    'sec-ch-ua: "Chromium";v="142", "Not_A Brand";v="99"\r\nsec-ch-ua-mobile: ?1\r\n'
    'sec-ch-ua-platform: "Android"\r\nUpgrade-Insecure-Requests: 1\r\n'
    "User-Agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Mobile Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8\r\n"
    "Sec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-User: ?1\r\n"
    "Sec-Fetch-Dest: document\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: en-GB,en;q=0.9\r\n"
)


@dataclass
class Visit:
    """One request on a connection of its own, and what came of it."""

    due: float
    asks: bytes
    began: float = 0.0
    answer: bytearray = field(default_factory=bytearray)
    wants: int = -1
    seconds: float = -1.0

    def take(self, data: bytes) -> bool:
        """Keep what has come; return whether that is all of it."""
        self.answer += data
        head = self.answer.find(b"\r\n\r\n")
        if self.wants < 0 and head >= 0:
            self.wants = head + 4 + _length(bytes(self.answer[:head]))
        return self.wants >= 0 and len(self.answer) >= self.wants


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def processor_time(pids: list[int]) -> float:
    """Return the seconds that processes have run, all their threads together."""
    tasks = (task for pid in pids for task in Path(f"/proc/{pid}/task").iterdir())
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def play(port: int, visits: list[Visit]) -> None:
    """Have every visit begin when it is due, and wait for the last answer."""
    waiting = sorted(visits, key=lambda visit: -visit.due)
    poll, began = selectors.DefaultSelector(), time.monotonic()
    while waiting or poll.get_map():
        now = time.monotonic() - began
        if now > PATIENCE:
            sys.exit("phones: not everybody was answered")
        while waiting and waiting[-1].due <= now:
            _begin(poll, port, waiting.pop())
        wait = waiting[-1].due - now if waiting else 1.0
        for key, _ in poll.select(max(0.0, wait)):
            _read(poll, key)


def _begin(poll: selectors.BaseSelector, port: int, visit: Visit) -> None:
    visit.began = time.monotonic()
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(visit.asks)
    client.setblocking(False)
    poll.register(client, selectors.EVENT_READ, visit)


def _read(poll: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    client: Any = key.fileobj
    data = client.recv(MUCH)
    if not data or key.data.take(data):
        key.data.seconds = time.monotonic() - key.data.began
        poll.unregister(client)
        client.close()


def main() -> None:
    """Play what is asked for on standard input, and print what came of it."""
    wish = json.load(sys.stdin)
    visits = [Visit(due, _request(wish["port"], path, more)) for due, path, more in wish["visits"]]
    before = processor_time(wish["server"])
    play(wish["port"], visits)
    met = {
        "cpu": processor_time(wish["server"]) - before,
        "seconds": [visit.seconds for visit in visits],
        "bytes": sum(len(visit.answer) for visit in visits),
        "statuses": sorted({int(visit.answer[9:12]) for visit in visits}),
    }
    json.dump(met, sys.stdout)


def _request(port: int, path: str, more: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{HEADERS}{more}\r\n".encode()


if __name__ == "__main__":
    main()
