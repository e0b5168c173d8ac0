"""A talk's polls as those see them who answer, and what they may know of the results when.

What may not be known is not there: a view without results holds no counts, and none of what is
right, so that nothing that is made of it can tell them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board import prompts
from companion.board.ballots import counts
from companion.board.cards import width_of
from companion.board.prompts import Answers, Word
from companion.board.visitors import pseudonym
from companion.store.models import Talk
from companion.store.polls import Ballot, Poll, PollKind, PollOption, PollState, Reveal

PERCENT_FROM = 10  # answers: of fewer people a share says more than it knows


class Given(NamedTuple):
    """What somebody has answered to a poll, and how often: with each answer it is their turn."""

    options: frozenset[int] = frozenset()
    turn: int = 0


Chosen = Mapping[int, Given]
NONE_CHOSEN: Chosen = {}


@dataclass(frozen=True)
class OptionRecord:
    """One of a poll's answers, and how many have given it."""

    id: int
    text: str
    votes: int
    is_right: bool = False
    is_gone: bool = False


@dataclass(frozen=True)
class PollRecord:
    """A poll and its results, whoever may see them; ``people`` have answered.

    Once it ``is_counted`` totals alone are kept, and it takes no more answers. A prompt has
    ``answers`` in the place of options.
    """

    id: int
    key: str
    text: str
    several: bool
    reveal: Reveal
    state: PollState
    is_shown: bool
    is_right_shown: bool
    on_screen: bool
    people: int
    options: tuple[OptionRecord, ...]
    dropped: tuple[OptionRecord, ...] = ()
    is_counted: bool = False
    was_opened: bool = True
    is_prompt: bool = False
    answers: Answers = prompts.NONE

    @property
    def is_public(self) -> bool:
        """Whether everybody may see the results, also who has not answered."""
        return all_see(self.state, self.reveal, is_shown=self.is_shown)


@dataclass(frozen=True)
class OptionView:
    """An answer as somebody sees it; without results ``votes`` and ``percent`` are None."""

    id: int
    text: str
    is_chosen: bool
    votes: int | None = None
    percent: int | None = None
    is_right: bool = False


@dataclass(frozen=True)
class PollView:
    """A poll as somebody sees it; ``turn`` is how often they have answered.

    Of a prompt ``notes`` are on the board. Without results it has no ``words``; ``others`` are
    different answers that are not among them.
    """

    id: int
    text: str
    several: bool
    state: PollState
    people: int
    options: tuple[OptionView, ...]
    has_results: bool
    shows_right: bool
    chosen: tuple[str, ...] = ()
    turn: int = 0
    is_prompt: bool = False
    notes: int = 0
    words: tuple[Word, ...] = ()
    others: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it can be answered."""
        return self.state is PollState.OPEN

    def takes_answers(self, state: str) -> bool:
        """Whether it can be answered on a board in that state; answers to a prompt are notes."""
        return self.is_open and (state == "open" if self.is_prompt else state != "closed")

    @property
    def width(self) -> int:
        """Return how wide all of it is, in letters."""
        return sum(map(width_of, (self.text, *(option.text for option in self.options))))


def all_see(state: PollState, reveal: Reveal, *, is_shown: bool) -> bool:
    """Whether everybody may see a poll's results, also who has not answered."""
    is_open = state is PollState.OPEN
    return state is PollState.CLOSED or (is_open and (is_shown or reveal is Reveal.LIVE))


def records(session: Session, row: Talk | None) -> tuple[PollRecord, ...]:
    """Return a talk's polls that were opened or made, the newest first, with their results."""
    if row is None or not row.polls:
        return ()
    found = session.execute(
        sa.select(*Poll.__table__.c).filter_by(talk_id=row.id).order_by(Poll.id)
    ).all()
    wanted = sa.select(*PollOption.__table__.c).join(Poll, Poll.id == PollOption.poll_id)
    mine = wanted.where(Poll.talk_id == row.id).order_by(PollOption.position, PollOption.id)
    options: dict[int, list[Any]] = {}
    for option in session.execute(mine):
        options.setdefault(option.poll_id, []).append(option)
    votes, people = counts(session, row.id)
    has_prompts = any(poll.kind == PollKind.PROMPT for poll in found)
    written = prompts.answers(session, row.id) if has_prompts else {}
    made = [
        _prompt(poll, written.get(poll.id, prompts.NONE))
        if poll.kind == PollKind.PROMPT
        else _record(poll, options.get(poll.id, []), votes, people)
        for poll in found
    ]
    newest = sorted(zip(found, made, strict=True), key=_opened, reverse=True)
    return tuple(record for _, record in newest)


def _opened(each: tuple[Any, PollRecord]) -> tuple[bool, float, int]:
    poll, record = each
    at = poll.opened_at.timestamp() if poll.opened_at else 0.0
    return record.state is PollState.OPEN, at, poll.id


def _record(
    poll: Any, options: list[Any], votes: Mapping[int, int], people: Mapping[int, int]
) -> PollRecord:
    answers = [
        OptionRecord(
            each.id, each.text, each.votes + votes.get(each.id, 0), each.is_right, each.is_gone
        )
        for each in options
    ]
    return PollRecord(
        id=poll.id,
        key=poll.key,
        text=poll.text,
        several=poll.several,
        reveal=Reveal(poll.reveal),
        state=PollState(poll.state),
        is_shown=poll.is_shown,
        is_right_shown=poll.is_right_shown,
        on_screen=poll.on_screen,
        people=poll.people + people.get(poll.id, 0),
        options=tuple(each for each in answers if not each.is_gone),
        dropped=tuple(each for each in answers if each.is_gone),
        is_counted=poll.people > 0,
        was_opened=poll.opened_at is not None,
    )


def _prompt(poll: Any, answers: Answers) -> PollRecord:
    record = _record(poll, [], {}, {poll.id: answers.people})
    return replace(record, is_prompt=True, answers=answers)


def chosen(session: Session, row: Talk | None, visitor: str | None) -> Chosen:
    """Return what somebody has answered, by poll."""
    if row is None or not row.polls or visitor is None:
        return NONE_CHOSEN
    mine = sa.select(Ballot.poll_id, Ballot.option_id, Ballot.turn)
    here = Poll.talk_id == row.id, Ballot.author == pseudonym(row.key, visitor)
    found: dict[int, Given] = {}
    for poll, option, turn in session.execute(mine.join(Poll).where(*here)):
        found[poll] = Given(found.get(poll, Given()).options | {option}, turn)
    return found


def as_seen(found: Collection[PollRecord], mine: Chosen = NONE_CHOSEN) -> tuple[PollView, ...]:
    """Return the polls as somebody sees them who has answered so; as a stranger does if nothing."""
    shown = (poll for poll in found if poll.state is not PollState.DRAFT)
    return tuple(_seen(poll, mine.get(poll.id, Given())) for poll in shown)


def on_screen(found: Collection[PollRecord]) -> PollView | None:
    """Return the poll that the big screen shows, as a stranger sees it."""
    return next(iter(as_seen([poll for poll in found if poll.on_screen])), None)


def counts_of(poll: PollRecord, *, everything: bool) -> list[int]:
    """Return how many people have answered, and where that may be known what, in order."""
    known = everything or poll.is_public
    return [poll.people, *(option.votes for option in poll.options if known)]


def as_desk_sees(poll: PollRecord) -> PollView:
    """Return a poll with all that is known of it, for those who run the talk."""
    return view(poll, (), results=True, right=True)


def _seen(poll: PollRecord, mine: Given) -> PollView:
    has_answered = any(option.id in mine.options for option in poll.options)
    results = poll.is_public or (poll.reveal is Reveal.VOTING and has_answered)
    right = poll.state is PollState.CLOSED and poll.is_right_shown
    seen = view(poll, mine.options, results=results, right=right)
    return replace(seen, turn=mine.turn)


def view(poll: PollRecord, mine: Collection[int], *, results: bool, right: bool) -> PollView:
    """Return a poll with its ``results`` and what is ``right``, or without."""
    options = tuple(
        OptionView(
            id=option.id,
            text=option.text,
            is_chosen=option.id in mine,
            votes=option.votes if results else None,
            percent=percent(option.votes, poll.people) if results else None,
            is_right=right and option.is_right,
        )
        for option in poll.options
    )
    return PollView(
        id=poll.id,
        text=poll.text,
        several=poll.several,
        state=poll.state,
        people=poll.people,
        options=options,
        has_results=results,
        shows_right=right and any(option.is_right for option in options),
        chosen=tuple(option.text for option in options if option.is_chosen),
        is_prompt=poll.is_prompt,
        notes=poll.answers.notes,
        words=poll.answers.words if results else (),
        others=poll.answers.others if results else 0,
    )


def percent(votes: int, people: int) -> int | None:
    """Return a whole percentage, halves up, as browsers' scripts round; None of few people."""
    if people < PERCENT_FROM:
        return None
    return (200 * votes + people) // (2 * people)
