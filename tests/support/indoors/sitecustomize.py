"""Keeps a process on this machine: whatever reaches for another, or asks for its name, fails.

Python imports a module of this name before all else, in every process that finds it on its path.
"""

import ipaddress
import sys

REACHED = "reached for another machine:"


def is_here(host: object) -> bool:
    """Whether an address is this machine's own."""
    if host in (None, "", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def stay_indoors(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse what would leave this machine; sockets of files have an address that is a path."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        hosts = [address[0]] if isinstance(address, tuple) else []
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        hosts = [arguments[0]]
    else:
        return
    for host in hosts:
        if not is_here(host):
            sys.stderr.write(f"{REACHED} {host}\n")
            raise PermissionError(f"{REACHED} {host}")


sys.addaudithook(stay_indoors)
