"""What those who run a talk do with its polls: open one, close it, show what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from companion.board.events import BoardChanged, PollsChanged
from companion.board.prepared_polls import follow_page
from companion.board.rows import count_public_change
from companion.board.rules import BoardState
from companion.errors import Refused
from companion.messages import Message, gettext
from companion.moderation.context import ActionContext, Diffs, Fields, fields_of
from companion.moderation.poll_rows import GONE, all_polls, poll_with
from companion.moderation.sayings import CHANGED_SINCE
from companion.store.models import Question
from companion.store.polls import Poll, PollKind, PollOption, PollState

FIELDS = ("state", "is_shown", "is_right_shown", "on_screen", "opened_at", "closed_at")
OPEN_FIRST = gettext("It is not open. Open it first.")
COUNTED = gettext("Its answers are counted for good. Ask anew, in other words.")
BOARD_CLOSED = gettext("The board is closed. Open it first, or for votes only.")
VOTES_ONLY = gettext(
    "The board takes votes only, and answers to a prompt are notes. Open it first."
)
CLOSE_FIRST = gettext("It is still open. Close it first.")
NO_RIGHT = gettext("None of its answers is marked as right. Say which one is aloud.")
SO_ALREADY = gettext("It was so already.")
Step = Callable[[ActionContext, Poll], None]


def run(context: ActionContext, key: str, do: str) -> Message:
    """Do something with a poll; return in words what came of it; raises Refused."""
    if do not in STEPS:
        raise Refused(gettext("Choose what to do with the poll."))
    step, logged, said = STEPS[do]
    is_followed = follow_page(context.session, context.talk)
    poll = poll_with(context, key)
    before = standing(context)
    step(context, poll)
    diffs = changed_since(context, before)
    if not diffs:
        if is_followed:
            where = count_public_change(context.session, context.row)
            context.change.announce(PollsChanged(*where))
        return SO_ALREADY
    context.row.polls += 1
    context.record(logged, None, {"polls": diffs})
    return said


def delete(context: ActionContext, key: str) -> Message:
    """Delete a draft that no page asks, with all that was answered; raises Refused."""
    follow_page(context.session, context.talk)
    poll = next((poll for poll in all_polls(context) if poll.key == key), None)
    if poll is None:
        raise Refused(GONE)
    if poll.from_page:
        raise Refused(gettext("The page asks it. Take it out there first."))
    if poll.state != PollState.DRAFT:
        raise Refused(gettext("Everybody sees it. Put it away first."))
    freed = _free_answers(context, poll)
    context.session.delete(poll)
    context.session.flush()
    context.row.polls += 1
    context.record(gettext("deleted a poll"), can_undo=False)
    if freed:  # the wall shows them, too
        context.change.announce(BoardChanged(*count_public_change(context.session, context.row)))
    return gettext("The poll is deleted.")


def _free_answers(context: ActionContext, poll: Poll) -> bool:
    """Have what answers a prompt be comments like others; return whether there were any."""
    answers = sa.update(Question).where(Question.talk_id == poll.talk_id)
    freed = answers.where(Question.answers_to == poll.id).values(answers_to=None)
    return bool(context.session.scalars(freed.returning(Question.id)).all())


def open_poll(context: ActionContext, poll: Poll) -> None:
    """Have a poll be answered, and any other that is open be closed; raises Refused."""
    if poll.state == PollState.OPEN:
        return
    if poll.people:
        raise Refused(COUNTED)
    if context.talk.rules.state is BoardState.CLOSED:
        raise Refused(BOARD_CLOSED)
    if poll.kind == PollKind.PROMPT and context.talk.rules.state is not BoardState.OPEN:
        raise Refused(VOTES_ONLY)
    for other in all_polls(context):
        _close_open(context, other)
        other.on_screen = False
    poll.state, poll.opened_at, poll.closed_at = PollState.OPEN, context.now, None
    poll.is_shown = poll.is_right_shown = False
    poll.on_screen = True


def _close(context: ActionContext, poll: Poll) -> None:
    if poll.state == PollState.DRAFT:
        raise Refused(OPEN_FIRST)
    _close_open(context, poll)


def _close_open(context: ActionContext, poll: Poll) -> None:
    if poll.state == PollState.OPEN:
        poll.state, poll.closed_at = PollState.CLOSED, context.now


def _show(_context: ActionContext, poll: Poll) -> None:
    if poll.state == PollState.DRAFT:
        raise Refused(OPEN_FIRST)
    poll.is_shown = True


def _show_right(context: ActionContext, poll: Poll) -> None:
    if poll.state != PollState.CLOSED:
        raise Refused(CLOSE_FIRST)
    marked = sa.select(PollOption.id).filter_by(poll_id=poll.id, is_right=True, is_gone=False)
    if context.session.scalars(marked).first() is None:
        raise Refused(NO_RIGHT)
    poll.is_right_shown = True


def _put_on_screen(context: ActionContext, poll: Poll) -> None:
    if poll.state == PollState.DRAFT:
        raise Refused(OPEN_FIRST)
    for other in all_polls(context):
        other.on_screen = other is poll


def _take_off_screen(_context: ActionContext, poll: Poll) -> None:
    poll.on_screen = False


def _put_away(_context: ActionContext, poll: Poll) -> None:
    if poll.state == PollState.OPEN:
        raise Refused(CLOSE_FIRST)
    poll.state, poll.on_screen = PollState.DRAFT, False


STEPS: dict[str, tuple[Step, Message, Message]] = {
    "open": (open_poll, gettext("opened a poll"), gettext("The poll is open.")),
    "close": (_close, gettext("closed a poll"), gettext("The poll is closed.")),
    "show": (_show, gettext("showed a poll’s results"), gettext("Everybody sees the results.")),
    "right": (
        _show_right,
        gettext("showed a poll’s right answer"),
        gettext("Everybody sees the right answer."),
    ),
    "screen": (
        _put_on_screen,
        gettext("put a poll on the screen"),
        gettext("It is on the big screen."),
    ),
    "off": (
        _take_off_screen,
        gettext("took a poll off the screen"),
        gettext("It is off the big screen."),
    ),
    "away": (_put_away, gettext("put a poll away"), gettext("Nobody sees the poll any more.")),
}


def standing(context: ActionContext) -> dict[int, Fields]:
    """Return how all polls stand, by what can be undone."""
    return {each.id: fields_of(each, FIELDS) for each in all_polls(context)}


def changed_since(context: ActionContext, before: Mapping[int, Fields]) -> dict[int, Diffs]:
    """Return how the polls that were there before differ now."""
    found: dict[int, Diffs] = {}
    context.session.flush()
    for poll in all_polls(context):
        now, then = fields_of(poll, FIELDS), before.get(poll.id)
        changed = [name for name in FIELDS if then and then[name] != now[name]]
        if then and changed:
            found[poll.id] = {name: [then[name], now[name]] for name in changed}
    return found


def put_back_all(
    context: ActionContext, diffs: Mapping[str, Diffs], put_back: Callable[[Poll, Diffs], None]
) -> None:
    """Have polls be as they were before an action; raises Refused if others changed them since."""
    for id, changed in diffs.items():
        poll = context.session.get(Poll, int(id), populate_existing=True)
        if poll is None or poll.talk_id != context.row.id:
            raise Refused(GONE)
        put_back(poll, changed)
    if diffs:
        _refuse_second(context)
        context.row.polls += 1


def _refuse_second(context: ActionContext) -> None:
    """Refuse to bring one back where another has come since."""
    context.session.flush()
    there = all_polls(context)
    is_open = sum(poll.state == PollState.OPEN for poll in there)
    if is_open > 1 or sum(poll.on_screen for poll in there) > 1:
        raise Refused(CHANGED_SINCE)
