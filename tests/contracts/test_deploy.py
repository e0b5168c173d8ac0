"""The samples in `deploy/` work: a page, a form and a socket come through the proxy as ours."""

import shutil
from collections.abc import Iterator

import pytest

from tests.support.live import LiveServer, write_talk
from tests.support.nginx import NGINX, Nginx
from tests.support.raw_http import opening

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
