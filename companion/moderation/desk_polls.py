"""A talk's polls as the desk lists them: those of its page, then those made at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from companion.board.polls import OptionRecord, PollRecord, PollView, as_desk_sees
from companion.board.talk_state import TalkState
from companion.store.polls import PollState, Reveal
from companion.talks.polls import PreparedPoll


@dataclass(frozen=True)
class DeskPoll:
    """A poll as the desk lists it: by its ``key``, for one in the page may have no row yet.

    ``dropped`` are answers that the page has no longer, with those who had given them. One that
    ``keeps_several`` was answered before the page said otherwise of how many can be chosen.
    """

    key: str
    poll: PollView
    has_right: bool = False
    can_delete: bool = False
    is_shown: bool = False
    on_screen: bool = False
    can_open: bool = True
    was_opened: bool = True
    keeps_several: bool = False
    dropped: tuple[OptionRecord, ...] = ()

    @property
    def is_draft(self) -> bool:
        """Whether nobody but the desk sees it: it was never opened, or it is put away."""
        return self.poll.state is PollState.DRAFT


def desk_polls(talk: TalkState, found: Sequence[PollRecord]) -> tuple[DeskPoll, ...]:
    """Return a talk's polls in the order of its page, then those that it does not ask."""
    known = {poll.key: poll for poll in found}
    listed = [_listed(each, known.pop(each.key, None)) for each in talk.page.polls]
    rest = sorted(known.values(), key=lambda poll: poll.id)
    return (*listed, *(_beside(poll) for poll in rest))


def _beside(poll: PollRecord) -> DeskPoll:
    return replace(_of_record(poll), can_delete=poll.state is PollState.DRAFT)


def _listed(prepared: PreparedPoll, record: PollRecord | None) -> DeskPoll:
    if record is not None and record.state is not PollState.DRAFT:
        keeps_several = record.several != prepared.several
        return replace(_of_record(record), keeps_several=keeps_several)
    options = tuple(
        OptionRecord(0, text, 0, is_right=text in prepared.right) for text in prepared.options
    )
    return _of_record(
        PollRecord(
            id=record.id if record else 0,
            key=prepared.key,
            text=prepared.ask,
            several=prepared.several,
            reveal=Reveal(prepared.reveal),
            state=PollState.DRAFT,
            is_shown=False,
            is_right_shown=False,
            on_screen=False,
            people=0,
            options=options,
            is_counted=record is not None and record.is_counted,
            was_opened=record is not None and record.was_opened,
            is_prompt=prepared.is_prompt,
        )
    )


def _of_record(poll: PollRecord) -> DeskPoll:
    return DeskPoll(
        poll.key,
        as_desk_sees(poll),
        has_right=any(option.is_right for option in poll.options),
        is_shown=poll.is_right_shown if poll.state is PollState.CLOSED else poll.is_public,
        on_screen=poll.on_screen,
        can_open=not poll.is_counted,
        was_opened=poll.was_opened,
        dropped=tuple(option for option in poll.dropped if option.votes),
    )
