"""Signing in by OpenID Connect: the code flow with PKCE, state and nonce; a subject comes back.

Authlib and its company are an extra, imported where a provider is set.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from companion.network.fetching import Answer, UnreachableError, fetch, is_safe

FRESH_SECONDS = 3600.0
LEEWAY_SECONDS = 60  # what the provider's clock may be ahead or behind
# Signed by the provider's own key: never "none", and never by a secret that we share with it.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
SUBJECT_MAX = 255
CODE = re.compile(r"[a-z_]{1,40}")


class NotBelievedError(Exception):
    """The provider, or who claims to come from it, says something that cannot be right."""


@dataclass(frozen=True)
class Attempt:
    """What a browser has to bring back from the provider, and what goes with it."""

    state: str
    nonce: str
    verifier: str
    talk: str


class Provider:
    """The sign-in service that was set; asked only while somebody signs in."""

    def __init__(self, issuer: str, client_id: str, client_secret: str) -> None:
        """Know where it is, and who we are to it."""
        self.issuer = issuer
        self._client_id, self._client_secret = client_id, client_secret
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}

    def begin(self, back: str, talk: str) -> tuple[str, Attempt]:
        """Return where to send a browser, and what it has to bring ``back``; raises Unreachable."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        attempt = Attempt(state, nonce, verifier, talk)
        address, _ = self._client(back).create_authorization_url(
            self._metadata()["authorization_endpoint"],
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
        )
        return str(address), attempt

    def subject(self, attempt: Attempt, back: str, code: str) -> str:
        """Return who has come back with a code; raises UnreachableError or NotBelievedError."""
        try:
            token = self._client(back).fetch_token(
                self._metadata()["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=attempt.verifier,
            )
            return self._read(token, attempt.nonce)
        except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as error:
            raise NotBelievedError(_kind(error)) from error

    def _read(self, token: Mapping[str, Any], nonce: str) -> str:
        signed = self._verified(str(token["id_token"]))
        wanted = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self._client_id},
        }
        more = {"nonce": nonce, "client_id": self._client_id}
        claims = CodeIDToken(signed.claims, signed.header, wanted, more)
        claims.validate(leeway=LEEWAY_SECONDS)
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_MAX:
            raise NotBelievedError("no subject")
        return subject

    def _verified(self, id_token: str) -> jwt.Token:
        """Return what a token says if the provider has signed it; its keys may be new."""
        try:
            return jwt.decode(id_token, self._keys(), algorithms=ALGORITHMS)
        except JoseError:
            self._known.pop(self._metadata()["jwks_uri"], None)
            return jwt.decode(id_token, self._keys(), algorithms=ALGORITHMS)

    def _keys(self) -> KeySet:
        return KeySet.import_key_set(self._document(self._metadata()["jwks_uri"]))  # type: ignore[arg-type]  # checked there

    def _metadata(self) -> dict[str, Any]:
        """Return what the provider says of itself; raises UnreachableError where it is not that."""
        address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = self._document(address)
        if found.get("issuer") != self.issuer or not all(is_safe(found.get(k)) for k in ENDPOINTS):
            self._known.pop(address, None)
            raise UnreachableError("it calls itself otherwise, or has endpoints without https")
        return found

    def _document(self, address: str) -> dict[str, Any]:
        """Return what stands at an address, or stood there within the hour."""
        now = time.monotonic()
        at, found = self._known.get(address, (now - FRESH_SECONDS, {}))
        if now - at >= FRESH_SECONDS:
            answer = fetch(address)
            if answer.status != 200:
                raise UnreachableError(f"status {answer.status}")
            found = answer.fields()
            self._known[address] = (now, found)
        return found

    def _client(self, back: str) -> OAuth2Client:
        return OAuth2Client(
            _Session(),
            self._client_id,
            self._client_secret or None,
            scope="openid",
            redirect_uri=back,
            code_challenge_method="S256",
        )


def _kind(error: Exception) -> str:
    """Return what kind of error it was, for whoever runs this; never what it said of somebody."""
    code = str(getattr(error, "error", ""))
    return f"{type(error).__name__} {code if CODE.fullmatch(code) else ''}".strip()


class _Session:
    """What Authlib asks for a session, as far as it uses one here."""

    def post(self, url: str, data: Mapping[str, str], headers: Mapping[str, str], auth: Any) -> Any:
        """Send a form in the client's name."""
        url, headers, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return _Response(fetch(url, headers, body))


class _Response:
    """An answer as Authlib reads it."""

    def __init__(self, answer: Answer) -> None:
        self._answer, self.status_code = answer, answer.status

    def raise_for_status(self) -> None:
        """Raise UnreachableError where the server says that it failed."""
        if self.status_code >= 400:
            raise UnreachableError(f"status {self.status_code}")

    def json(self) -> dict[str, Any]:
        """Return the answer's fields."""
        return self._answer.fields()
