"""What is said to people: in English, and with what it takes to say it in their language later.

Whoever says something need not know who will read it: a refusal is made in the domain, in a
writer's thread or for a hundred people at once, and is put into words where it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Self


class Message(str):
    """A sentence in English that knows its ``id`` in the catalogues, and what is filled in.

    ``english`` is the id or the plural, whichever it is of them.
    """

    id: str
    plural: str
    english: str
    values: dict[str, object]
    context: str

    def __new__(cls, id: str, plural: str, values: dict[str, object], context: str = "") -> Self:
        """Fill in ``values``, each at its ``%(name)s``; a percent sign is written twice."""
        english = plural if plural and values["num"] != 1 else id
        message = super().__new__(cls, english % in_figures(values, "{:,}".format))
        message.id, message.plural, message.values = id, plural, values
        message.english = english
        message.context = context
        return message

    def __reduce__(self) -> tuple[type[Self], tuple[str, str, dict[str, object], str]]:
        """Return what makes a copy, here or in another process."""
        return type(self), (self.id, self.plural, self.values, self.context)

    def about(self, **values: object) -> Message:
        """Return the same sentence with something else filled in."""
        return Message(self.id, self.plural, self.values | values, self.context)


def in_figures(values: Mapping[str, object], figures: Callable[[int], str]) -> dict[str, object]:
    """Return what is filled in, ``num`` in figures; other numbers are no amounts but names."""
    num = values.get("num")
    return {**values, "num": figures(num)} if isinstance(num, int) else dict(values)


def gettext(id: str, **values: object) -> Message:
    """Return a sentence; what is filled in may be a message itself, and ``num`` is an amount."""
    return Message(id, "", values)


def pgettext(context: str, id: str, **values: object) -> Message:
    """Return a sentence whose English is another one elsewhere; ``context`` says which."""
    return Message(id, "", values, context)


def ngettext(id: str, plural: str, num: int, **values: object) -> Message:
    """Return a sentence about one thing or several; ``%(num)s`` is how many."""
    return Message(id, plural, {"num": num, **values})


def together(*sentences: str, between: str = " ") -> Message:
    """Return sentences that stand one behind the other."""
    values: dict[str, object] = {f"s{place}": said for place, said in enumerate(sentences)}
    return Message(between.join(f"%({name})s" for name in values), "", values)


def read_back(text: str, known: Iterable[Message] = ()) -> Message:
    """Return the message that a text is which was kept in English; ``known`` have more in them."""
    for message in known:
        for form in filter(None, (message.id, message.plural)):
            found = re.fullmatch(_pattern(form), text)
            if found:
                return message.about(**_values(found.groupdict()))
    return gettext(text.replace("%", "%%"))


@lru_cache(256)
def _pattern(form: str) -> str:
    parts = re.split(r"%\((\w+)\)s", form)
    return "".join(
        f"(?P<{part}>.+)" if place % 2 else re.escape(part.replace("%%", "%"))
        for place, part in enumerate(parts)
    )


def _values(found: dict[str, str]) -> dict[str, object]:
    num = found.get("num", "").replace(",", "")
    return {**found, "num": int(num)} if num.isdecimal() else {**found}
