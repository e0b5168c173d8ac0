"""What the samples in `deploy/` say: the same limits in each, nobody's address in a log."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
HAPROXY = shutil.which("haproxy", path=os.pathsep.join((os.environ["PATH"], "/usr/sbin")))
LOGS = {
    "nginx.conf": r"log_format (.*?);",
    "nginx-path.conf": r"log_format (.*?);",
    "haproxy.cfg": r"log-format (.*?)\n",
}
# An address, a query, a cookie, a browser, in nginx's words and in HAProxy's.
PERSONAL = (
    r"remote|args|request_uri|\$request |cookie|agent|referer|forwarded|%ci|%r\b|%HU|%HQ|%h|src"
)
LIMITS = {
    "nginx.conf": (
        r"client_header_timeout (\d+)s",
        r"keepalive_timeout (\d+)s;\n    reset",
        r"send_timeout (\d+)s",
        r"proxy_connect_timeout (\d+)s",
        r"limit_conn companion_connections (\d+)",
        r"burst=(\d+)",
        r"client_max_body_size (\d+)k",
    ),
    "haproxy.cfg": (
        r"timeout http-request (\d+)s",
        r"timeout http-keep-alive (\d+)s",
        r"timeout client (\d+)s",
        r"timeout connect (\d+)s",
        r"sc_conn_cur\(0\) gt (\d+)",
        r"sc_http_req_rate\(1\) gt (\d+)",
        r"req.body_size gt (\d+)",
    ),
}


@pytest.mark.parametrize("name", LOGS)
def test_no_log_names_anybody(name):
    formats = re.findall(LOGS[name], (DEPLOY / name).read_text(), re.DOTALL)

    assert formats
    assert [each for each in formats if re.search(PERSONAL, each)] == []


@pytest.mark.parametrize("name", ["nginx.conf", "nginx-path.conf"])
def test_each_server_of_nginx_says_where_it_logs(name):
    _, *servers = (DEPLOY / name).read_text().split("\nserver {")

    assert [server for server in servers if "access_log" not in server] == []


@pytest.mark.parametrize("name", [*LOGS, "Caddyfile"])
def test_an_id_of_a_request_is_the_proxys_own(name):
    assert "X-Request-ID" in (DEPLOY / name).read_text()


def test_haproxy_and_nginx_allow_the_same():
    found = {
        name: [int(re.findall(limit, (DEPLOY / name).read_text())[0]) for limit in limits]
        for name, limits in LIMITS.items()
    }
    *nginx, most_kilobytes = found["nginx.conf"]

    assert found["haproxy.cfg"] == [*nginx, 1024 * most_kilobytes]


@pytest.mark.slow
@pytest.mark.skipif(not (HAPROXY and shutil.which("openssl")), reason="there is no haproxy here")
def test_haproxy_takes_the_sample(tmp_path):
    site, whole = tmp_path / "site.pem", tmp_path / "haproxy.cfg"
    made = ("-subj", "/CN=qa.example.org", "-keyout", str(site), "-out", f"{site}.certificate")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *made]
    subprocess.run(command, check=True, capture_output=True)
    with site.open("a") as both:
        both.write(Path(f"{site}.certificate").read_text())
    sample = (DEPLOY / "haproxy.cfg").read_text()
    whole.write_text(sample.replace("/etc/ssl/qa.example.org.pem", str(site)))
    assert HAPROXY

    looked = subprocess.run(
        [HAPROXY, "-c", "-f", str(whole)], capture_output=True, text=True, check=False
    )

    assert looked.returncode == 0, looked.stderr
    assert "WARNING" not in looked.stderr


def test_one_of_several_services_is_as_closed_as_the_only_one():
    alone, one_of_many = (
        set((DEPLOY / name).read_text().partition("[Unit]")[2].splitlines())
        for name in ("companion.service", "companion@.service")
    )

    assert {line.partition("=")[0] for line in alone ^ one_of_many} == {
        "Description",
        "Environment",
        "EnvironmentFile",
    }
