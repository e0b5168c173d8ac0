"""What a browser answers is believed or refused, and nothing else happens, whatever it is."""

import json

import pytest

from companion.errors import Refused
from companion.moderation import passkeys
from companion.moderation.passkeys import Site
from tests.support.authenticator import ORIGIN, Authenticator

SITE, CHALLENGE, OLGA = Site("localhost", ORIGIN, "Talks"), bytes(range(32)), "0f" * 16


def asked_to_make(have: tuple[str, ...] = ()):
    return json.loads(passkeys.to_make(SITE, OLGA, "Olga", have, CHALLENGE))


def torn(answer: str):
    """Give an answer with each of its characters changed, and cut off after it."""
    for at in range(len(answer)):
        yield answer[:at] + ("A" if answer[at] != "A" else "B") + answer[at + 1 :]
        yield answer[:at]


def test_a_resident_key_is_asked_for_and_none_that_is_there_already():
    asked = asked_to_make(("AAAA",))

    assert asked["authenticatorSelection"] == {
        "residentKey": "required",
        "requireResidentKey": True,
        "userVerification": "required",
    }
    assert (asked["rp"], asked["attestation"]) == ({"name": "Talks", "id": "localhost"}, "none")
    assert [one["id"] for one in asked["excludeCredentials"]] == ["AAAA"]
    assert json.loads(passkeys.to_use(SITE, CHALLENGE))["userVerification"] == "required"


def test_a_new_one_that_is_torn_anywhere_is_refused_or_is_the_same():
    device = Authenticator()
    answer = device.make(asked_to_make())
    made = passkeys.made(SITE, answer, CHALLENGE)

    for other in torn(answer):
        try:
            found = passkeys.made(SITE, other, CHALLENGE)
        except Refused:
            continue
        assert len(found.id) <= passkeys.ID_MAX, other
    assert made.uses == 0


def test_a_signature_that_is_torn_anywhere_is_refused_or_says_the_same():
    device = Authenticator()
    made = passkeys.made(SITE, device.make(asked_to_make()), CHALLENGE)
    answer = device.use(json.loads(passkeys.to_use(SITE, CHALLENGE)))
    proof = passkeys.used(SITE, answer, CHALLENGE, made.public_key, 0)

    assert (proof.id, proof.organiser, proof.uses) == (made.id, OLGA, 1)
    for other in torn(answer):
        try:
            found = passkeys.used(SITE, other, CHALLENGE, made.public_key, 0)
        except Refused:
            continue
        assert (found.uses, found.id == proof.id or found.organiser == OLGA) == (1, True), other


@pytest.mark.parametrize("answer", ["x" * 16_001, "[" * 9_000])
def test_too_much_is_refused(answer):
    for read in (
        lambda: passkeys.named_in(answer),
        lambda: passkeys.made(SITE, answer, CHALLENGE),
    ):
        with pytest.raises(Refused):
            read()
