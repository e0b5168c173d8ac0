"""More people than the system lets one process have open files."""

import socket
from contextlib import ExitStack

import pytest

from tests.support.live import Attendee, LiveServer, write_talk

pytestmark = pytest.mark.slow
REQUEST = b"GET /talks/compilers HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"


class CrampedServer(LiveServer):
    """A server that the system lets have few files open."""

    files = 256


def test_one_too_many_is_told_so_and_those_who_are_in_can_ask(tmp_path):
    write_talk(tmp_path, "compilers")
    server = CrampedServer(tmp_path)
    ada = Attendee(server, "compilers")
    with ExitStack() as crowd:
        address = ("127.0.0.1", server.port)
        idle = [crowd.enter_context(socket.create_connection(address, 5)) for _ in range(220)]
        late = crowd.enter_context(socket.create_connection(address, 5))
        late.sendall(REQUEST)
        with late.makefile("rb") as answer:
            assert answer.readline() == b"HTTP/1.1 503 Service Unavailable\r\n"
            assert b"Try again in a minute" in answer.read()
        assert len(idle) == 220
        assert ada.ask("Can I still ask in this crowd?")["ok"]
    ada.leave()
    server.stop()
    assert "Traceback" not in server.log()
