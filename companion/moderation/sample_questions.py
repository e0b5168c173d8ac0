"""What a rehearsal's board begins with where that is wished for, so that there is work to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from companion.board import questions
from companion.board.input import read_draft
from companion.board.talk_state import TalkLoader
from companion.board.votes import vote
from companion.messages import gettext
from companion.store.models import Kind, Status
from companion.store.writer import Change


class Sample(NamedTuple):
    """One of them, and how many vote for it."""

    text: str
    name: str
    votes: int
    detail: str = ""
    kind: Kind = Kind.QUESTION


# Something to answer, to merge, to decline; each has a name, for a talk may ask for one.
SAMPLES = (
    Sample(gettext("What surprised you most?"), "Amara", 3),
    Sample(
        gettext("How would this look in a project ten times the size?"),
        "Jonas",
        5,
        gettext("We have tried something like it with three people, and `that` was fine."),
    ),
    Sample(gettext("What was the biggest surprise?"), "Wei", 1),
    Sample(gettext("Which mistake would you make again?"), "Priya", 2),
    Sample(gettext("Will there be cake afterwards?"), "Tom", 0),
    Sample(
        gettext("The second slide is hard to read from the back."), "Inés", 0, kind=Kind.COMMENT
    ),
)


def in_words(translated: Callable[[str], str]) -> list[Sample]:
    """Return them in one language: what stands on a board is as it was written."""
    return [
        one._replace(text=translated(one.text), detail=translated(one.detail)) for one in SAMPLES
    ]


def add_samples(change: Change, loader: TalkLoader, samples: Iterable[Sample]) -> None:
    """Have people who do not exist ask and vote, as the talk's rules have it."""
    for sample in samples:
        fields = {"text": sample.text, "detail": sample.detail, "kind": sample.kind}
        draft = read_draft(fields | {"name": sample.name})
        talk = loader.lock(change.session)
        asked = questions.ask(change, talk, _person(sample.name), draft, runs_talk=True)
        if asked.status is Status.OPEN:
            for number in range(sample.votes):
                voter = _person(str(number))
                vote(change, loader, voter, asked.id, wanted=True, runs_talk=True)


def _person(name: str) -> str:
    """Return somebody whom no browser's cookie can be."""
    return f"sample {name}"
