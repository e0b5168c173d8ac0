"""Providers of OpenID Connect: a real one in a process of its own, and one that lies."""

import base64
import hmac
import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.support.live import PATIENCE, eventually, free_port

CLIENT = "companion"
KEY = RSAKey.generate_key(2048, {"kid": "one"})


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Provider:
    """`oidc-provider-mock`: whoever says a name is let in by it."""

    def __init__(self) -> None:
        """Start it and wait until it answers."""
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        options = ["--port", str(port), "--require-nonce", "true"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "oidc_provider_mock", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert eventually(self._answers), "the provider does not answer"

    def stop(self) -> None:
        """Have it be gone."""
        self.process.terminate()
        self.process.wait(PATIENCE)

    def sign_in(self, address: str, subject: str) -> str:
        """Sign in where a browser was led to; return where it is led back to."""
        return self._post(address, sub=subject)

    def deny(self, address: str) -> str:
        """Refuse to be signed in."""
        return self._post(address, action="deny", sub="nobody")

    def _post(self, address: str, **fields: str) -> str:
        assert address.startswith(f"{self.url}/")
        opener = urllib.request.build_opener(_Stay)
        with pytest.raises(urllib.error.HTTPError, match="302") as led:
            opener.open(address, urlencode(fields).encode(), timeout=PATIENCE)
        with led.value:
            return str(led.value.headers["Location"])

    def _answers(self) -> bool:
        assert self.process.poll() is None
        try:
            urllib.request.urlopen(f"{self.url}/jwks", timeout=PATIENCE).close()
        except OSError:
            return False
        return True


class Liar:
    """A provider whose documents, status and claims are what a test makes of them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = self.published = KEY
        self.alg, self.secret = "RS256", b""
        self.metadata: dict[str, Any] = {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "jwks_uri": f"{url}/jwks",
        }
        self.claims: dict[str, Any] = {"iss": url, "aud": CLIENT, "sub": "ada"}
        self.status, self.location = 200, ""
        self.asked: list[dict[str, str]] = []
        self.authorizations: list[str] = []

    def answer(self, path: str) -> dict[str, Any]:
        """Return what stands at a path."""
        if path == "/token":
            return {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token()}
        if path == "/jwks":
            return {"keys": [self.published.as_dict(private=False)]}
        return self.metadata

    def id_token(self) -> str:
        """Return a token that says what it was told to, signed by its key."""
        now = int(time.time())
        claims = {"iat": now, "exp": now + 300, **self.claims}
        header = {"kid": self.key.kid, "alg": self.alg}
        if self.alg == "RS256":
            return jwt.encode(header, claims, self.key)
        said = b".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
        mac = hmac.digest(self.secret, said, "sha256") if self.alg == "HS256" else b""
        return b".".join((said, _base64(mac))).decode()


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _handler(liars: list[Liar]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Print nothing."""

        def do_GET(self) -> None:
            liar = liars[0]
            body = json.dumps(liar.answer(urlsplit(self.path).path)).encode()
            self.send_response(liar.status)
            if liar.location:
                self.send_header("Location", liar.location)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            typed = self.rfile.read(int(self.headers["Content-Length"])).decode()
            liars[0].asked.append({name: values[0] for name, values in parse_qs(typed).items()})
            liars[0].authorizations.append(self.headers.get("Authorization", ""))
            self.do_GET()

    return Handler


@contextmanager
def lying() -> Iterator[Liar]:
    """Run a provider in this process that lies as it is told."""
    liars: list[Liar] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(liars)) as server:
        liars.append(Liar(f"http://127.0.0.1:{server.server_address[1]}"))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield liars[0]
        server.shutdown()
        thread.join()
