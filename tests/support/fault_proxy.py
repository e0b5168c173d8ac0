"""A proxy in front of PostgreSQL that loses what a test wants lost; small, and on threads."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa

MUCH = 65_536
Carry = Callable[[socket.socket, socket.socket], None]


class FaultProxy:
    """Carries bytes between clients and a server, until told to do something else."""

    def __init__(self, server: str) -> None:
        """Listen in front of a server's Unix socket."""
        self._server = server
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._silent: set[socket.socket] = set()
        self._doomed: set[socket.socket] = set()
        self._unanswered = self._unheard = 0
        self.lost = 0
        self.is_shut = self._shuts = self._is_last = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def lose_replies_to_commit(self, times: int, *, then_shut: bool = False) -> None:
        """Have so many COMMITs reach the server, and their connections cut before the answer."""
        self._unanswered, self._shuts = times, then_shut

    def shut_after_commit(self) -> None:
        """Have the next COMMIT be answered, and nothing after it."""
        self._is_last = True

    def lose_commits(self, times: int) -> None:
        """Have so many COMMITs never reach the server, and nobody hear of it."""
        self._unheard = times

    def silence(self) -> None:
        """Carry nothing more on the connections there are; new ones are served."""
        self._silent |= {client for client, _ in self._pairs}

    def shut(self) -> None:
        """Cut everybody off, and take nobody, until opened."""
        self.is_shut = True
        for pair in self._pairs:
            cut(pair)

    def open(self) -> None:
        """Take connections again."""
        self.is_shut = False

    def close(self) -> None:
        """End."""
        self.shut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self.is_shut:
                client.close()
                continue
            server = socket.socket(socket.AF_UNIX)
            if server.connect_ex(self._server):
                server.close()
                client.close()
                continue
            pair = (client, server)
            self._pairs.append(pair)
            for carry in (self._carry_up, self._carry_down):
                threading.Thread(target=self._carry, args=(carry, *pair), daemon=True).start()

    def _carry(self, carry: Carry, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            carry(client, server)
        if client not in self._silent:
            cut((client, server))

    def _carry_up(self, client: socket.socket, server: socket.socket) -> None:
        while said := client.recv(MUCH):
            if b"COMMIT" in said and client not in self._silent:
                self._lose(client)
            if client not in self._silent:
                server.sendall(said)

    def _lose(self, client: socket.socket) -> None:
        """Lose this COMMIT, or the answer to it, if one is to be lost."""
        if self._unheard:
            self._unheard -= 1
            self.lost += 1
            self._silent.add(client)
        elif self._unanswered:
            self._unanswered -= 1
            self.lost += 1
            self._doomed.add(client)

    def _carry_down(self, client: socket.socket, server: socket.socket) -> None:
        while said := server.recv(MUCH):
            if client in self._doomed:
                if self._shuts:
                    self.shut()
                return
            if client not in self._silent:
                client.sendall(said)
            if b"COMMIT" in said and self._is_last:
                self._is_last = False
                self.shut()


def cut(sockets: Iterable[socket.socket]) -> None:
    """Shut each, whatever it does."""
    for sock in sockets:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


@contextmanager
def in_front_of(url: str) -> Iterator[tuple[FaultProxy, str]]:
    """Return a proxy in front of a database, and the database's address through it."""
    address = sa.make_url(url)
    proxy = FaultProxy(f"{address.query['host']}/.s.PGSQL.{address.port or 5432}")
    through = address.set(host="127.0.0.1", port=proxy.port, query={})
    yield proxy, through.render_as_string(hide_password=False)
    proxy.close()
