"""A network between people and the server that cuts answers half-way, or carries no more."""

import random
import socket
import threading
from contextlib import suppress

from tests.support.fault_proxy import MUCH, cut

# What becomes of a connection within the first bytes of its answers: nothing, it is cut, or nothing
# more is carried and nobody says so; and one that is dropped never reaches the server.
MODES = ("ok", "cut", "stall", "drop")
FEW = 1_500


class BadNetwork:
    """Listens in front of a server's port; each connection has its own fate."""

    def __init__(self, server: int, seed: int = 0) -> None:
        """Begin; ``port`` is where to connect, ``broken`` how many connections broke."""
        self._server = server
        self._chance = random.Random(seed)  # noqa: S311 (not for secrets)
        self._sockets: list[socket.socket] = []
        self.broken = 0
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """End, and cut everybody off."""
        self._over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        cut(self._sockets)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._sockets.append(client)
            mode, room = self._chance.choice(MODES), self._chance.randrange(FEW)
            if mode == "drop":
                self.broken += 1
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self._server))
            self._sockets.append(server)
            back = (server, client, mode, room)
            threading.Thread(target=self._carry, args=(client, server), daemon=True).start()
            threading.Thread(target=self._carry, args=back, daemon=True).start()

    def _carry(
        self, source: socket.socket, target: socket.socket, mode: str = "ok", room: int = 0
    ) -> None:
        with suppress(OSError):
            while said := source.recv(MUCH):
                if mode != "ok" and len(said) > room:
                    self.broken += 1
                    target.sendall(said[:room])
                    if mode == "stall":
                        self._over.wait()
                    break
                target.sendall(said)
                room -= len(said)
        cut((source, target))
