"""Polls prepared in a page's frontmatter, to choose or to write an answer: read and checked."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from enum import Enum
from hashlib import sha256
from typing import Any, NamedTuple

from companion.talks import letters
from companion.talks.header import Field, Tree, plain_key
from companion.talks.privacy import FALSE, TRUE

ASK_MAX, OPTION_MAX, FEWEST, MOST, MOST_POLLS = 200, 80, 2, 6, 30
KEYS = ("ask", "options", "several", "right", "prompt", "reveal")
OF_CHOICES = ("options", "several", "right")
REVEALS = ("closing", "voting", "live")
REVEALS_OF_PROMPTS = ("closing", "live")
PRESETS: dict[str, tuple[str, ...]] = {
    "yes/no": ("Yes", "No"),
    "agree": ("Strongly agree", "Agree", "Neither", "Disagree", "Strongly disagree"),
    "know": ("I use it every day", "I have used it", "I have heard of it", "It is new to me"),
}
WORDS = ", ".join(f"`{name}`" for name in PRESETS)
Line = tuple[int, str]


class Wrong(Enum):
    """What can keep a question and its options from being a poll."""

    NO_QUESTION, LONG_QUESTION, FEW, MANY, NO_WORDS, LONG_OPTION, TWICE = range(7)


class Fault(NamedTuple):
    """What is wrong with a poll, and with which of its options if it is one of them."""

    what: Wrong
    option: str = ""


class PreparedPoll(NamedTuple):
    """A poll as a page has it; of the ``options`` those that are ``right`` may be none.

    A prompt has no options: people write what they answer.
    """

    ask: str
    options: tuple[str, ...]
    several: bool = False
    right: tuple[str, ...] = ()
    reveal: str = REVEALS[0]
    is_prompt: bool = False

    @property
    def key(self) -> str:
        """Return what it is known by while its question stays as it is, whatever else changes."""
        return key_of(self.ask, is_prompt=self.is_prompt)


def key_of(ask: str, *, is_prompt: bool = False) -> str:
    """Return what a question is known by, whatever its case and spaces; a prompt is another."""
    kind = "prompt\n" if is_prompt else ""
    return sha256(f"{kind}{folded(ask)}".encode()).hexdigest()[:32]


def folded(text: str) -> str:
    """Return a text as it is compared: "a" and "A" are the same answer."""
    return " ".join(unicodedata.normalize("NFC", text.casefold()).split())


def poll_from(found: Sequence[Any]) -> PreparedPoll:
    """Return a poll as it was written as JSON."""
    ask, options, several, right, reveal, is_prompt = found
    return PreparedPoll(ask, tuple(options), several, tuple(right), reveal, is_prompt)


def fault_of(ask: str, options: Sequence[str] | None) -> Fault | None:
    """Return what keeps a question and its options, if it has any, from being a poll, or None."""
    if not ask:
        return Fault(Wrong.NO_QUESTION)
    if len(ask) > ASK_MAX:
        return Fault(Wrong.LONG_QUESTION)
    if options is None:
        return None
    if len(options) < FEWEST:
        return Fault(Wrong.FEW)
    if len(options) > MOST:
        return Fault(Wrong.MANY)
    return _faulty_option(options)


def _faulty_option(options: Sequence[str]) -> Fault | None:
    seen: set[str] = set()
    for option in options:
        if not option:
            return Fault(Wrong.NO_WORDS)
        if len(option) > OPTION_MAX:
            return Fault(Wrong.LONG_OPTION, option)
        if folded(option) in seen:
            return Fault(Wrong.TWICE, option)
        seen.add(folded(option))
    return None


def wrong_with(ask: str, options: Sequence[str] | None) -> str:
    """Return in words what keeps a page's question and options from being a poll, or ""."""
    fault = fault_of(ask, options)
    if fault is None:
        return ""
    key, options = "prompt" if options is None else "ask", options or ()
    few = "no options" if not options else "one option"
    start, long = f"{fault.option[:40]}…", len(fault.option)
    example = f"`{key}: Which scheduler do you use?`"
    return {
        Wrong.NO_QUESTION: f"has no question; write one, as in {example}",
        Wrong.LONG_QUESTION: f"asks in {len(ask)} characters; use at most {ASK_MAX}",
        Wrong.FEW: f"has {few}; give {FEWEST} to {MOST}, or one of the words {WORDS}",
        Wrong.MANY: f"has {len(options)} options; give at most {MOST}",
        Wrong.NO_WORDS: "has an option without words; write it, or take it away",
        Wrong.LONG_OPTION: (
            f"has an option of {long} characters, “{start}”; use at most {OPTION_MAX}"
        ),
        Wrong.TWICE: f"has the option “{fault.option}” twice; keep one of them",
    }[fault.what]


def read(field: Field) -> tuple[tuple[PreparedPoll, ...], list[Line]]:
    """Return the polls of a field, and what is wrong with it: lines and words."""
    if not isinstance(field.value, list):
        example = "`- {ask: …, options: [yes, no]}`"
        is_empty = field.value == ""
        said = f"`{field.key}` must be a list, as in {example}; it is left out"
        return (), [] if is_empty else [(field.line, said)]
    reader = _Reader(field)
    for place, item in enumerate(field.value):
        reader.read(place, item)
    return tuple(reader.polls.values()), reader.wrong


class _Reader:
    """Reads poll after poll; one that cannot be held costs itself alone."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.polls: dict[str, PreparedPoll] = {}
        self.wrong: list[Line] = []
        self._place = 0

    def read(self, place: int, item: Tree) -> None:
        self._place = place
        if not isinstance(item, dict):
            self._say("must be written as `{ask: …, options: […]}`; it is left out")
            return
        values = {plain_key(key): value for key, value in item.items()}
        unknown = [key for key in item if plain_key(key) not in KEYS]
        if unknown:
            known = ", ".join(f"`{key}`" for key in KEYS)
            self._say(f"has `{unknown[0][:40]}`, which is not read; known are {known}")
        poll = self._prompt(values) if "prompt" in values else self._choice(values)
        if poll:
            self.polls[poll.key] = poll

    def _choice(self, values: Mapping[str, Tree]) -> PreparedPoll | None:
        ask, options = _line(values.get("ask", "")), self._options(values.get("options", ""))
        problem = wrong_with(ask, options) or self._one_too_many(key_of(ask))
        if problem:
            self._say(f"{problem}; it is left out")
            return None
        if _holds_unseen(values.get("ask", "")) or _holds_unseen(values.get("options", "")):
            self._say("has characters that are not to be seen, which are left out")
        return PreparedPoll(
            ask,
            options,
            several=self._several(values.get("several", "")),
            right=self._right(values.get("right", ""), options),
            reveal=self._reveal(values.get("reveal", ""), REVEALS),
        )

    def _prompt(self, values: Mapping[str, Tree]) -> PreparedPoll | None:
        ask = _line(values["prompt"])
        problem = "has both `ask` and `prompt`; keep one of them" if "ask" in values else ""
        problem = problem or wrong_with(ask, None)
        problem = problem or self._one_too_many(key_of(ask, is_prompt=True))
        if problem:
            self._say(f"{problem}; it is left out")
            return None
        for key in filter(values.__contains__, OF_CHOICES):
            self._say(f"has `{key}`, which a prompt does not take: people write their answers")
        if _holds_unseen(values["prompt"]):
            self._say("has characters that are not to be seen, which are left out")
        reveal = self._reveal(values.get("reveal", ""), REVEALS_OF_PROMPTS)
        return PreparedPoll(ask, (), reveal=reveal, is_prompt=True)

    def _one_too_many(self, key: str) -> str:
        if key in self.polls:
            return "asks what one above it asks already; change its words"
        if len(self.polls) >= MOST_POLLS:
            return f"is one too many; at most {MOST_POLLS} are read"
        return ""

    def _options(self, value: Tree) -> tuple[str, ...]:
        if isinstance(value, str):
            named = PRESETS.get(folded(value))
            return named or ((_line(value),) if value else ())
        return tuple(map(_line, value))

    def _several(self, value: Tree) -> bool:
        written = _line(value).casefold()
        if written and written not in TRUE | FALSE:
            self._say("has a `several` that is neither `true` nor `false`; one can be chosen")
        return written in TRUE

    def _right(self, value: Tree, options: tuple[str, ...]) -> tuple[str, ...]:
        wanted = [_line(each) for each in (value if isinstance(value, list) else [value])]
        known = {folded(option): option for option in options}
        for text in wanted:
            if text and folded(text) not in known:
                self._say(f"has `right: {text[:40]}`, which is none of its options; name one")
        return tuple(known[folded(text)] for text in wanted if folded(text) in known)

    def _reveal(self, value: Tree, known: Sequence[str]) -> str:
        written = _line(value).casefold()
        if written and written not in known:
            choices = ", ".join(f"`{name}`" for name in known)
            self._say(f"has `reveal: {written[:40]}`; choose one of {choices}, so far `closing`")
        return written if written in known else REVEALS[0]

    def _say(self, words: str) -> None:
        items = self.field.items
        at = items[self._place] if self._place < len(items) else 0
        self.wrong.append((self.field.line + at, f"poll {self._place + 1} {words}"))


def _line(value: Tree) -> str:
    """Return a text on one line, cleaned of what is not to be seen; what is none is its words."""
    if isinstance(value, str):
        return " ".join(unicodedata.normalize("NFC", letters.seen(_spaced(value))).split())
    return ", ".join(map(_line, _within(value)))


def _holds_unseen(value: Tree) -> bool:
    if isinstance(value, str):
        return letters.seen(_spaced(value)) != _spaced(value)
    return any(map(_holds_unseen, _within(value)))


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _within(value: Sequence[Tree] | Mapping[str, Tree]) -> Collection[Tree]:
    return value.values() if isinstance(value, Mapping) else value
