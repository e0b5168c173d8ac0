"""Refusals of what somebody does too often: how much it was, and how long to wait."""

from __future__ import annotations

import math

from companion.errors import Refused
from companion.messages import Message, gettext, ngettext

SECONDS_BELOW = 90  # a longer wait is told in minutes
# How many of what is counted were too many.
TOO_MANY = {
    "ask": lambda num: ngettext(
        "That was %(num)s question in a short time.",
        "That was %(num)s questions in a short time.",
        num,
    ),
    "edit": lambda num: ngettext(
        "That was %(num)s change in a short time.",
        "That was %(num)s changes in a short time.",
        num,
    ),
    "vote": lambda num: ngettext(
        "That was %(num)s vote in a short time.",
        "That was %(num)s votes in a short time.",
        num,
    ),
    "arrange": lambda num: ngettext(
        "That was %(num)s move of notes in a short time.",
        "That was %(num)s moves of notes in a short time.",
        num,
    ),
    "draw": lambda num: ngettext(
        "That was %(num)s mark in a short time.",
        "That was %(num)s marks in a short time.",
        num,
    ),
    "pulse": lambda num: ngettext(
        "That was %(num)s press in a short time.",
        "That was %(num)s presses in a short time.",
        num,
    ),
    "enter": lambda num: ngettext(
        "That was %(num)s attempt in a short time.",
        "That was %(num)s attempts in a short time.",
        num,
    ),
    "report": lambda num: ngettext(
        "That was %(num)s report in a short time.",
        "That was %(num)s reports in a short time.",
        num,
    ),
    "find": lambda num: ngettext(
        "That was %(num)s search from your network in a short time.",
        "That was %(num)s searches from your network in a short time.",
        num,
    ),
    "repeat": lambda num: ngettext(
        "That was %(num)s repeat in a short time.",
        "That was %(num)s repeats in a short time.",
        num,
    ),
    "code": lambda num: ngettext(
        "That was %(num)s wrong code in a short time.",
        "That was %(num)s wrong codes in a short time.",
        num,
    ),
    "sign_in": lambda num: ngettext(
        "That was %(num)s failed sign-in from your network in a short time.",
        "That was %(num)s failed sign-ins from your network in a short time.",
        num,
    ),
    "codes": lambda num: ngettext(
        "That was %(num)s wrong code from your network in a short time.",
        "That was %(num)s wrong codes from your network in a short time.",
        num,
    ),
    "password": lambda num: ngettext(
        "That was %(num)s wrong password for this name in a short time.",
        "That was %(num)s wrong passwords for this name in a short time.",
        num,
    ),
    "passwords": lambda num: ngettext(
        "That was %(num)s wrong password from your network in a short time.",
        "That was %(num)s wrong passwords from your network in a short time.",
        num,
    ),
    "passkey": lambda num: ngettext(
        "That was %(num)s passkey from your network that was not accepted in a short time.",
        "That was %(num)s passkeys from your network that were not accepted in a short time.",
        num,
    ),
    "token": lambda num: ngettext(
        "That was %(num)s wrong token from your network in a short time.",
        "That was %(num)s wrong tokens from your network in a short time.",
        num,
    ),
}


def too_often(action: str, most: int, wait: float) -> Refused:
    """Return the refusal of one action more than so many, before so many seconds have passed."""
    seconds = max(1, math.ceil(wait))
    said, advice = TOO_MANY[action](most), _advice(seconds)
    return Refused(gettext("%(said)s %(advice)s", said=said, advice=advice), retry_after=seconds)


def _advice(seconds: int) -> Message:
    if seconds < SECONDS_BELOW:
        return ngettext(
            "Try again in %(num)s second; nothing you typed is lost.",
            "Try again in %(num)s seconds; nothing you typed is lost.",
            seconds,
        )
    return ngettext(
        "Try again in %(num)s minute; nothing you typed is lost.",
        "Try again in %(num)s minutes; nothing you typed is lost.",
        math.ceil(seconds / 60),
    )
