"""A device that keeps passkeys, as WebAuthn has it, for browsers that have no scripts."""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    return urlsafe_b64decode(f"{text}===")


class Authenticator:
    """Keeps one passkey, and signs what it is asked under an origin."""

    def __init__(self) -> None:
        self.id = secrets.token_bytes(16)
        self.user = b""
        self.uses = 0
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, asked: dict[str, Any], origin: str = ORIGIN) -> str:
        """Make the passkey that a page asks for."""
        self.user = raw(asked["user"]["id"])
        about = self._about(asked["rp"]["id"], ATTESTED)
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._public_key()
        attested = {"fmt": "none", "attStmt": {}, "authData": about + credential}
        said = _client_data("webauthn.create", asked["challenge"], origin)
        return self._answer(
            clientDataJSON=text(said), attestationObject=text(cbor2.dumps(attested))
        )

    def use(self, asked: dict[str, Any], origin: str = ORIGIN, host: str = "") -> str:
        """Sign what a page asks for."""
        self.uses += 1
        about = self._about(host or asked["rpId"])
        said = _client_data("webauthn.get", asked["challenge"], origin)
        signed = self._key.sign(about + sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=text(said),
            authenticatorData=text(about),
            signature=text(signed),
            userHandle=text(self.user),
        )

    def _about(self, host: str, more: int = 0) -> bytes:
        flags = bytes([PRESENT | VERIFIED | more])
        return sha256(host.encode()).digest() + flags + self.uses.to_bytes(4, "big")

    def _public_key(self) -> bytes:
        numbers = self._key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _answer(self, **response: str) -> str:
        kind = {"type": "public-key", "clientExtensionResults": {}}
        return json.dumps(
            {"id": text(self.id), "rawId": text(self.id), "response": response, **kind}
        )


def _client_data(kind: str, challenge: str, origin: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()
