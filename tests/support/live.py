"""The real server in a process of its own, and attendees on real sockets."""

import logging
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import urlencode

import socketio
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from companion.moderation.role_links import LinkSigner, LinkVersion
from companion.store.models import Role
from tests.support.indoors.sitecustomize import REACHED

INDOORS = str(Path(__file__).parent / "indoors")
PATIENCE = 15.0
START_PATIENCE = 60.0  # on a machine that is busy with other things
# The clients are ours, and what they say when a test cuts them off is no error of the server's.
logging.getLogger("engineio.client").setLevel(logging.CRITICAL)
PARTIAL = re.compile(r'<hx-partial hx-target="(.*?)" hx-swap="(.*?)" data-after="(-?\d+)">')
HEADER = """---
title: "{title}"
speaker: "Grace Hopper"
date: {starts:%Y-%m-%d}
end-date: {ends:%Y-%m-%d}
from: "{starts:%H:%M}"
to: "{ends:%H:%M}"
timezone: UTC
meeting_url: https://meet.google.com/abc-defg-hij
{more}
---

About compilers.
"""


def write_talk(folder: Path, slug: str, *, starts_in: int = 5, more: str = "") -> Path:
    """Write a talk's page that starts in so many minutes and lasts an hour."""
    starts = datetime.now(UTC) + timedelta(minutes=starts_in)
    page = folder / f"{slug}.md"
    title = slug.replace("-", " ").capitalize()
    text = HEADER.format(title=title, starts=starts, ends=starts + timedelta(hours=1), more=more)
    page.write_text(text)
    return page


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(claim: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Return the first true answer, or the last one after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (answer := claim()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return answer


def answers(address: str) -> bool:
    """Whether there is a page at an address."""
    try:
        urllib.request.urlopen(address, timeout=PATIENCE).close()
    except urllib.error.HTTPError as error:
        error.close()
        return False
    return True


class Site:
    """Where people come by: ``url``, which is ``origin`` and the ``path`` below it.

    What browsers say of themselves is the origin alone.
    """

    origin: str
    path = ""

    @property
    def url(self) -> str:
        """Return what all addresses here begin with."""
        return self.origin + self.path

    @property
    def socket_path(self) -> str:
        """Return where sockets are opened, as Socket.IO's clients want it."""
        return f"{self.path}/socket.io"

    def open_socket(
        self, client: socketio.Client, auth: dict[str, str], cookie: str = "", **options: Any
    ) -> None:
        """Have a client join a talk's view, with a browser's cookie."""
        client.connect(
            self.origin,
            headers={"Cookie": cookie} if cookie else {},
            auth=auth,
            transports=["websocket"],
            socketio_path=self.socket_path,
            **options,
        )


class LiveServer(Site):
    """`companion serve` on a folder of talks, stopped and started as a test wishes.

    It and all that it starts stay on this machine, whatever they are asked (`indoors`).
    ``files`` is how many it may have open, where that is to be few. ``instead`` is what takes its
    place in a run that asks for it (`BEHIND`).
    """

    files: int | None = None
    instead: ClassVar[type["LiveServer"] | None] = None

    def __new__(cls, *_given: Any, **_env: Any) -> Self:
        """Make one, or what takes its place."""
        is_any = cls is LiveServer
        return super().__new__((is_any and cls.instead) or cls)

    def __init__(self, folder: Path, **env: str) -> None:
        """Start it and wait until it answers."""
        self.folder = folder
        self.database = folder / "board.sqlite3"
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.path = env.get("COMPANION_PATH", "")
        self.env = {
            "COMPANION_TALKS": str(folder),
            "COMPANION_DATABASE_URL": f"sqlite:///{self.database}",
            "COMPANION_PORT": str(self.port),
            "PYTHONPATH": os.pathsep.join((INDOORS, os.environ.get("PYTHONPATH", ""))).strip(
                os.pathsep
            ),
            **env,
        }
        self.engine = sa.create_engine(self.env["COMPANION_DATABASE_URL"], poolclass=NullPool)
        self.start()

    def start(self, log: int | None = None) -> None:
        """Start serving; ``log`` is where to print, if not into a file."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("COMPANION_")}
        with (self.folder / "server.log").open("a") as file:
            printed = file if log is None else log
            self.process = subprocess.Popen(
                [sys.executable, "-m", "companion", "serve"],
                env=clean | self.env,
                preexec_fn=self._limit_files,
                stdout=printed,
                stderr=printed,
                start_new_session=True,
            )
        if not eventually(self._is_ready, START_PATIENCE):
            self.kill()
            raise AssertionError(self.log())

    def _limit_files(self) -> None:
        if self.files:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.files, self.files))

    def stop(self) -> float:
        """Stop it politely; return how many seconds that took."""
        started = time.monotonic()
        self.process.terminate()
        self.process.wait(PATIENCE)
        assert REACHED not in self.log()
        return time.monotonic() - started

    def kill(self) -> None:
        """Kill it and all its workers, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def lose_database(self) -> None:
        """Have all that was ever asked be gone, once it is stopped."""
        for file in self.folder.glob("board.sqlite3*"):
            if file.suffix != ".key":
                file.unlink()

    def log(self) -> str:
        """Return what it has printed so far."""
        return (self.folder / "server.log").read_text()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what the database holds, read by somebody else."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(sql))]

    def write(self, sql: str, **values: object) -> int:
        """Have somebody else change the database; return how many rows were changed."""
        with self.engine.begin() as connection:
            return connection.execute(sa.text(sql), values).rowcount

    def links(self, talk: str) -> dict[str, str]:
        """Return a talk's links, as the command line would tell them but at once."""
        keys = LinkSigner(self.database.with_name(f"{self.database.name}.key").read_text().strip())
        roles = (Role.MODERATOR, Role.SPEAKER)
        tokens = {role: keys.token(LinkVersion(talk, role, 0)) for role in roles}
        page = f"{self.url}/talks/{talk}"
        links = {"attendee": page, "present": f"{page}/present"}
        return links | {str(role): f"{self.url}/enter#{token}" for role, token in tokens.items()}

    def workers(self) -> list[int]:
        """Return the worker processes."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(number) for number in children.read_text().split()]

    def ready(self) -> str:
        """Return what `/readyz` says."""
        with urllib.request.urlopen(f"{self.url}/readyz", timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def wait_for(self, path: str) -> None:
        """Wait until there is a page at this path."""
        assert eventually(lambda: answers(self.url + path)), f"nothing at {path}"

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, self.log()
        try:
            urllib.request.urlopen(f"{self.url}/readyz", timeout=PATIENCE).close()
        except (urllib.error.URLError, OSError):
            return False
        return True


class Attendee:
    """A browser on a talk's page: its cookie, its socket, and all that it heard."""

    def __init__(
        self, server: LiveServer, talk: str, *, cookie: str = "", language: str = ""
    ) -> None:
        """Open the page, in a language that was switched to, and join its board."""
        self.server, self.talk = server, talk
        self.cookie = cookie or self._open_page()
        self.cookie += f"; language={language}" if language else ""
        self._heard: list[tuple[str, Any]] = []
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("*", lambda name, payload: self._heard.append((name, payload)))
        self.join()

    def join(self) -> None:
        """Connect to the board."""
        auth = {"talk": self.talk, "view": "board"}
        self.server.open_socket(self.socket, auth, self.cookie)

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
        answer: dict[str, Any] = self.socket.call(name, payload, timeout=4)
        return answer

    def post(self, path: str, **fields: str) -> int:
        """Send a form, as a browser without scripts does; return the page's status."""
        request = urllib.request.Request(
            f"{self.server.url}/talks/{self.talk}/{path}",
            urlencode(fields).encode(),
            {"Cookie": self.cookie, "Origin": self.server.origin},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    def board(self) -> str:
        """Return the board as HTML, this visitor's own state included."""
        return self._get(f"/talks/{self.talk}/board")[0]

    def get(self, path: str) -> str:
        """Return what stands at a path, as this visitor sees it."""
        return self._get(path)[0]

    def heard(self) -> list[tuple[Any, ...]]:
        """Return what was heard since the last time, without the presence counts.

        A refused vote is answered after everything sent before it, so nothing is still under way.
        """
        self.call("vote", None)
        heard, self._heard = self._heard, []
        return [brief(name, payload) for name, payload in heard if name != "presence"]

    def raw(self) -> str:
        """Return every byte of what was heard, as text."""
        return str(self._heard)

    def here(self) -> int | None:
        """Return the last count of people heard."""
        counts = [payload["here"] for name, payload in self._heard if name == "presence"]
        return counts[-1] if counts else None

    def _open_page(self) -> str:
        return self._get(f"/talks/{self.talk}")[1]

    def _get(self, path: str) -> tuple[str, str]:
        headers = {"Cookie": getattr(self, "cookie", "")}
        request = urllib.request.Request(self.server.url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
            return answer.read().decode(), cookie


def brief(name: str, payload: dict[str, Any]) -> tuple[Any, ...]:
    """Return what a test compares of something heard."""
    if name == "tally":
        return "tally", payload["votes"]
    if name == "fragments":
        return next(part[:2] for part in PARTIAL.findall(payload["html"]))
    return name, payload


@contextmanager
def comers(bring: Callable[[str], Attendee]) -> Iterator[Callable[..., Attendee]]:
    """Give what brings people, with a cookie or without one; all leave in the end."""
    there: list[Attendee] = []

    def come(cookie: str = "") -> Attendee:
        there.append(bring(cookie))
        return there[-1]

    yield come
    for person in there:
        person.leave()


def hear_each_other(people: Sequence[Attendee], words: str) -> None:
    """Have each ask and all but the first vote for the first question; all hear all of it."""
    asked = [person.ask(words)["id"] for person in people]
    for person in people[1:]:
        assert person.vote(asked[0])["ok"]
    last = f"'{asked[0]}': {len(people) - 1}"
    for person in people:
        assert eventually(lambda person=person: person.raw().count("beforeend") == len(people))
        assert eventually(lambda person=person: last in person.raw())
