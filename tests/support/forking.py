"""A process that has our command's modules loaded, and forks for each command that is typed.

Loading them takes a second, which is most of what a command does.
"""

import atexit
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What stands in a command's place: it passes on where it is, what it was told, and its streams.
CLIENT = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as there:
    there.connect({door!r})
    told = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(there, [len(told).to_bytes(4, "big")], [0, 1, 2])
    there.sendall(told)
    sys.exit(int(there.recv(8) or b"1"))
"""


@contextmanager
def forking(door: Path) -> Iterator[str]:
    """Have such a process behind a door; give the script that asks it."""
    command = [sys.executable, "-m", "tests.support.forking", str(door)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        yield CLIENT.format(python=sys.executable, door=str(door))
    finally:
        process.kill()
        process.communicate()


def serve(path: str) -> None:
    import companion.app
    import companion.cli  # noqa: F401

    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            there, _ = door.accept()
            if not os.fork():
                door.close()
                _answer(there)
            there.close()
            _reap()


def _answer(there: socket.socket) -> None:
    """Be the command that was typed, and say how it ended."""
    length, streams, *_ = socket.recv_fds(there, 4, 3)
    told = b""
    while len(told) < int.from_bytes(length, "big"):
        told += there.recv(65_536)
    arguments, folder, environ = json.loads(told)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    there.sendall(str(_run(arguments)).encode())
    os._exit(0)


def _run(arguments: list[str]) -> int:
    from companion.cli import main

    sys.argv = ["companion", *arguments]
    try:
        _typed(main, arguments)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _typed(main, arguments: list[str]) -> None:
    """Do what was typed; a server would not end: what it is told is only read."""
    name = arguments[0] if arguments else ""
    if name not in ("serve", "demo"):
        main(prog_name="companion")
    context = main.make_context("companion", list(arguments))
    main.get_command(context, name).make_context(name, arguments[1:])


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


if __name__ == "__main__":
    serve(sys.argv[1])
