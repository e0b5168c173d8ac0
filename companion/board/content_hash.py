"""What tells a text from what it says later, so that nobody overwrites what they have not seen."""

from __future__ import annotations

from hashlib import sha256

from companion.errors import Refused
from companion.messages import Message, gettext
from companion.store.models import Kind

FIELD = "expected_version"


def content_hash(text: str) -> str:
    """Return twelve characters that change with the text, "" when there is none."""
    return sha256(text.encode()).hexdigest()[:12] if text else ""


def hash_of_words(text: str, detail: str, kind: str) -> str:
    """Return the hash of a question's words."""
    return content_hash("\n".join((text, kind, detail)))


def changed_meanwhile(what: str, who: str) -> Refused:
    """Return the refusal to overwrite what somebody else has written."""
    name = who if isinstance(who, Message) else f"{who[0].upper()}{who[1:]}"
    if what == Kind.COMMENT:
        return Refused(
            gettext(
                "%(name)s has changed this comment meanwhile. What you typed is kept: "
                "save it once more to put it in the place of what it says now.",
                name=name,
            ),
            field=FIELD,
        )
    if what == "answer":
        return Refused(
            gettext(
                "%(name)s has changed this answer meanwhile. What you typed is kept: "
                "save it once more to put it in the place of what it says now.",
                name=name,
            ),
            field=FIELD,
        )
    return Refused(
        gettext(
            "%(name)s has changed this question meanwhile. What you typed is kept: "
            "save it once more to put it in the place of what it says now.",
            name=name,
        ),
        field=FIELD,
    )
