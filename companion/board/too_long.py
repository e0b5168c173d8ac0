"""Refusals of what is too long: by how many characters, or past how many."""

from __future__ import annotations

from companion.errors import Refused
from companion.messages import gettext, ngettext
from companion.store.models import Kind


def question(num: int) -> Refused:
    """Return the refusal of a question."""
    return Refused(
        ngettext(
            "The question is %(num)s character too long; put more into the detail.",
            "The question is %(num)s characters too long; put more into the detail.",
            num,
        ),
        field="text",
    )


def comment(num: int) -> Refused:
    """Return the refusal of a comment."""
    return Refused(
        ngettext(
            "The comment is %(num)s character too long; put more into the detail.",
            "The comment is %(num)s characters too long; put more into the detail.",
            num,
        ),
        field="text",
    )


def text(num: int) -> Refused:
    """Return the refusal of what is one or the other."""
    return Refused(
        ngettext(
            "The text is %(num)s character too long. Shorten it.",
            "The text is %(num)s characters too long. Shorten it.",
            num,
        ),
        field="text",
    )


def detail(num: int) -> Refused:
    """Return the refusal of a detail."""
    return Refused(
        ngettext(
            "The detail is %(num)s character too long; shorten it.",
            "The detail is %(num)s characters too long; shorten it.",
            num,
        ),
        field="detail",
    )


def name(num: int) -> Refused:
    """Return the refusal of a name."""
    return Refused(
        ngettext(
            "The name is %(num)s character too long; shorten it.",
            "The name is %(num)s characters too long; shorten it.",
            num,
        ),
        field="name",
    )


def by_far(field: str, num: int) -> Refused:
    """Return the refusal of what is so long that it is not even cleaned."""
    if field in FIELDS:
        return FIELDS[field](num)
    return Refused(gettext("This form is damaged. Reload the page; what you typed is kept."))


def reason(num: int) -> Refused:
    """Return the refusal of a reason with more than so many characters."""
    return Refused(
        ngettext(
            "A reason has at most %(num)s character. Shorten it.",
            "A reason has at most %(num)s characters. Shorten it.",
            num,
        )
    )


def answer(num: int) -> Refused:
    """Return the refusal of an answer with more than so many characters."""
    return Refused(
        ngettext(
            "An answer has at most %(num)s character. Shorten it.",
            "An answer has at most %(num)s characters. Shorten it.",
            num,
        )
    )


def message(num: int) -> Refused:
    """Return the refusal of a message with more than so many characters."""
    return Refused(
        ngettext(
            "A message has at most %(num)s character. Shorten it.",
            "A message has at most %(num)s characters. Shorten it.",
            num,
        )
    )


def line(num: int) -> Refused:
    """Return the refusal of a line in a rating with more than so many characters."""
    return Refused(
        ngettext(
            "A line has at most %(num)s character. Shorten it.",
            "A line has at most %(num)s characters. Shorten it.",
            num,
        ),
        field="line",
    )


def axis(num: int) -> Refused:
    """Return the refusal of an axis' name with more than so many characters."""
    return Refused(
        ngettext(
            "The name of an axis has at most %(num)s character. Shorten it.",
            "The name of an axis has at most %(num)s characters. Shorten it.",
            num,
        )
    )


WORDS = {Kind.QUESTION: question, Kind.COMMENT: comment}
FIELDS = {"text": text, "detail": detail, "name": name}
