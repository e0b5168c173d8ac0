"""Two servers as on two machines, with one PostgreSQL and one Valkey, behind an nginx."""

from pathlib import Path

from tests.support.live import LiveServer, Site, free_port, write_talk
from tests.support.nginx import Nginx
from tests.support.on_postgres import OnPostgres
from tests.support.valkey import Valkey


class Servers(Site):
    """`companion serve` twice, each with the talks in a folder of its own.

    Whoever takes this for a server comes by nginx, to whichever of them it chooses.
    """

    def __init__(self, folder: Path, database: str, talks: int, **env: str) -> None:
        """Start all of them, with so many talks at which nobody is yet."""
        self._talks = [f"talk-{number}" for number in range(talks)]
        self.valkey = Valkey(folder)
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        shared = {
            "COMPANION_REDIS_URL": self.valkey.url,
            "COMPANION_ORIGINS": self.origin,
            "COMPANION_PROXIES": "1",
        }
        self.each: list[LiveServer] = []
        for name in ("first", "second"):
            place = folder / name
            place.mkdir()
            for slug in self._talks:
                write_talk(place, slug, starts_in=-5)
            self.each.append(OnPostgres(place, database, **shared | env))
        ports = [server.port for server in self.each]
        self.nginx = Nginx(folder, *ports, tls=False, port=self.port)
        first = self.each[0]
        self.database, self.env, self.query = first.database, first.env, first.query

    def new_talk(self) -> str:
        """Return a talk at which nobody is yet."""
        return self._talks.pop()

    def replace_each(self) -> None:
        """Stop and start one after the other."""
        for server in self.each:
            server.stop()
            server.start()

    def log(self) -> str:
        """Return what both have printed."""
        return "".join(server.log() for server in self.each)

    def end(self) -> None:
        """Stop all of them."""
        for server in self.each:
            server.stop()
        self.nginx.stop()
        self.valkey.stop()
