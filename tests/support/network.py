"""A network between one browser and the server that does what a test tells it."""

import re
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from random import Random

from tests.support.fault_proxy import MUCH, cut

# What can become of a form on its way: it never arrives, its answer never comes, or comes late.
FATES = ("lost", "unanswered", "late")
LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n", re.IGNORECASE)
# So that what is carried can be read: the server then compresses nothing.
ASKS_TO_COMPRESS, ASKS_NOTHING = b"\r\nAccept-Encoding:", b"\r\nX-ccept-Encoding:"


class Wire:
    """One connection: what it carries flows up and down until it is held or cut."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        """Let it flow."""
        self.client, self.server = client, server
        self.up, self.down = threading.Event(), threading.Event()
        self.is_doomed = self.is_over = False
        self.heard = bytearray()
        self.let_go()

    def hold(self) -> None:
        """Carry nothing, until let go."""
        self.up.clear()
        self.down.clear()

    def let_go(self) -> None:
        """Carry what has been held, and go on."""
        self.up.set()
        self.down.set()

    def cut(self) -> None:
        """Break off, and forget what is held."""
        self.is_doomed = True
        cut((self.client, self.server))
        self.let_go()


class Network:
    """Listens in front of a server's port; ``port`` is where the browser connects."""

    def __init__(self, server: int, port: int) -> None:
        """Begin, and carry everything."""
        self._server = server
        self._wires: list[Wire] = []
        self._sent: list[bytes] = []
        self._fates: deque[str] = deque()
        self.is_down = False
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = port
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break off every connection there is."""
        for wire in self._wires:
            wire.cut()

    def go_down(self) -> None:
        """Break off every connection, and take none until mended."""
        self.is_down = True
        self.cut()

    def hold(self, chance: Random) -> None:
        """Have some connections carry nothing for now; what the others carry overtakes it."""
        for wire in self._wires:
            if chance.random() < 0.5:
                wire.hold()

    def spoil(self, fate: str) -> None:
        """Have this become of the next form that is sent."""
        self._fates.append(fate)

    def repeat(self, chance: Random) -> None:
        """Bring a form to the server that it has had before."""
        if not self._sent:
            return
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._server), 5) as server:
            server.sendall(chance.choice(self._sent))
            server.recv(MUCH)

    def mend(self) -> None:
        """Carry everything again, what was held first."""
        self.is_down = False
        self._fates.clear()
        for wire in self._wires:
            wire.let_go()

    def forget(self) -> None:
        """Begin anew with what was sent and heard."""
        self._sent.clear()
        self._wires = [wire for wire in self._wires if not wire.is_over]
        for wire in self._wires:
            wire.heard.clear()

    def heard(self, words: bytes) -> bool:
        """Whether this was in anything that came down."""
        return any(words in wire.heard for wire in self._wires)

    def finds(self, pattern: re.Pattern[bytes]) -> bool:
        """Whether anything like this came down."""
        return any(pattern.search(bytes(wire.heard)) for wire in self._wires)

    def close(self) -> None:
        """End, and cut everybody off."""
        self.go_down()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket()
            if self.is_down or server.connect_ex(("127.0.0.1", self._server)):
                server.close()
                client.close()
                continue
            wire = Wire(client, server)
            self._wires.append(wire)
            for carry in (self._carry_up, self._carry_down):
                threading.Thread(target=self._carry, args=(carry, wire), daemon=True).start()

    def _carry(self, carry: Callable[[Wire], None], wire: Wire) -> None:
        with suppress(OSError):
            carry(wire)
        cut((wire.client, wire.server))
        wire.is_over = True

    def _carry_up(self, wire: Wire) -> None:
        while said := wire.client.recv(MUCH):
            said = said.replace(ASKS_TO_COMPRESS, ASKS_NOTHING)
            if said.startswith(b"POST "):
                fate = self._fates.popleft() if self._fates else ""
                if fate == "lost":
                    return
                self._note(said)
                wire.is_doomed |= fate == "unanswered"
                if fate == "late":
                    wire.down.clear()
            wire.up.wait()
            wire.server.sendall(said)

    def _carry_down(self, wire: Wire) -> None:
        while said := wire.server.recv(MUCH):
            wire.down.wait()
            if wire.is_doomed:
                return
            wire.heard += said
            wire.client.sendall(said)

    def _note(self, form: bytes) -> None:
        """Keep a form that is whole."""
        head, _, body = form.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if length and int(length[1]) == len(body):
            self._sent.append(form)
