"""The samples in `deploy/` work: a page, a form and a socket come through the proxy as ours."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.support.live import LiveServer, write_talk
from tests.support.nginx import NGINX, Nginx
from tests.support.raw_http import opening

PAGE = "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n"
FORM = (
    "POST {path}/talks/compilers/questions HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nOrigin: {origin}\r\nCookie: {cookie}\r\n"
    "Content-Length: 45\r\n\r\ntext=Who+is+behind+the+proxy?&key=a-key-of-adas"
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (NGINX and shutil.which("openssl")), reason="there is no nginx here"),
]


@dataclass(frozen=True)
class Sample:
    """One of our samples, and where Companion is with it."""

    file: str
    host: str
    path: str
    cookie: str

    @property
    def origin(self) -> str:
        return f"https://{self.host}"

    @property
    def page(self) -> str:
        return f"{self.path}/talks/compilers"


ALONE = Sample("nginx.conf", "qa.example.org", "", "__Host-visitor")
BELOW = Sample("nginx-path.conf", "example.org", "/qa", "__Secure-visitor")


@pytest.fixture(scope="module", params=[ALONE, BELOW], ids=lambda sample: sample.file)
def sample(request: pytest.FixtureRequest) -> Sample:
    return request.param


@pytest.fixture(scope="module")
def nginx(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    folder = tmp_path_factory.mktemp("talks")
    write_talk(folder, "compilers")
    where = {"COMPANION_ORIGINS": sample.origin, "COMPANION_PATH": sample.path}
    server = LiveServer(folder, COMPANION_PROXIES="1", **where)
    proxy = Nginx(tmp_path_factory.mktemp("nginx"), server.port, sample=sample.file)
    yield proxy
    proxy.stop()
    server.stop()
    assert "Traceback" not in server.log()


def test_a_page_a_form_and_a_socket_come_through_nginx(nginx, sample):
    more = "X-Forwarded-For: evil\r\n"
    page = nginx.ask(PAGE.format(path=sample.page, host=sample.host, more=more))
    cookie = page.headers["set-cookie"].partition(";")[0]
    form = {"path": sample.path, "host": sample.host, "cookie": cookie}

    assert page.status == 200
    assert f"connect-src 'self' wss://{sample.host};" in page.headers["content-security-policy"]
    assert cookie.startswith(f"{sample.cookie}=")
    assert nginx.ask(FORM.format(origin=sample.origin, **form)).status == 303
    assert nginx.ask(FORM.format(origin=f"http://{sample.host}", **form)).status == 403
    for origin, status in ((sample.origin, 101), ("https://evil.example", 400)):
        with nginx.connect() as sock:
            sock.sendall(opening(sample.host, f"Origin: {origin}", path=sample.path))
            assert sock.recv(12) == f"HTTP/1.1 {status}".encode()


def test_a_foreign_name_is_refused_behind_nginx_too(nginx, sample):
    answer = nginx.ask(PAGE.format(path=sample.page, host="evil.example", more=""))

    assert (answer.status, "evil" in answer.body) == (400, False)


def test_beside_the_path_nginx_asks_us_nothing(nginx, sample):
    beside, above = (
        nginx.ask(PAGE.format(path=path, host=sample.host, more=""))
        for path in ("/talks/compilers", "/qa")
    )

    assert ("Compilers" in beside.body) is (not sample.path)
    assert above.status == (301 if sample.path else 404)
