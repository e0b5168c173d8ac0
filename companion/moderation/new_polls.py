"""Polls made at the desk: a question and its answers as they are typed, read and checked.

Without answers to choose from it is a prompt, which people answer in their own words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from companion.board.input import clean, one_line
from companion.errors import Refused
from companion.messages import Message, gettext
from companion.moderation.context import ActionContext
from companion.moderation.poll_rows import add, all_polls, refuse_too_many
from companion.moderation.polls import changed_since, open_poll, standing
from companion.store.polls import Poll, PollKind, PollState, Reveal
from companion.talks.polls import (
    ASK_MAX,
    FEWEST,
    MOST,
    OPTION_MAX,
    REVEALS,
    REVEALS_OF_PROMPTS,
    Wrong,
    fault_of,
    key_of,
)

TYPED_MAX = 4 * (ASK_MAX + MOST * OPTION_MAX)


def make(context: ActionContext, fields: Mapping[str, str]) -> Message:
    """Make a poll of a line for its question and one for each answer, and open it if wanted."""
    text, options = _read(fields)
    is_prompt = options is None
    there, key = all_polls(context), key_of(text, is_prompt=is_prompt)
    asked = [each.key for each in context.talk.page.polls]
    if key in (*asked, *(poll.key for poll in there)):
        raise Refused(gettext("This is asked already. Open it again, or ask in other words."))
    refuse_too_many(there)
    poll = Poll(
        talk_id=context.row.id,
        key=key,
        text=text,
        several=fields.get("several") == "1" and not is_prompt,
        reveal=_reveal(fields.get("reveal", ""), is_prompt=is_prompt),
        state=PollState.DRAFT,
        from_page=False,
        kind=PollKind.PROMPT if is_prompt else PollKind.CHOICE,
    )
    add(context, poll, options or (), ())
    before = standing(context)
    if fields.get("open") == "1":
        open_poll(context, poll)
    diffs = changed_since(context, before)
    context.row.polls += 1
    context.record(gettext("made a poll"), None, {"polls": diffs}, can_undo=bool(diffs))
    is_open = poll.state == PollState.OPEN
    return gettext("The poll is open.") if is_open else gettext("The poll is kept for later.")


def _reveal(typed: str, *, is_prompt: bool) -> Reveal:
    if typed and typed not in (REVEALS_OF_PROMPTS if is_prompt else REVEALS):
        raise Refused(gettext("Choose when the results are shown."))
    return Reveal(typed or Reveal.CLOSING)


def _read(fields: Mapping[str, str]) -> tuple[str, list[str] | None]:
    """Return a question and its answers as they were typed; raises Refused for what is wrong.

    Of a prompt there are none.
    """
    ask, typed = fields.get("ask", ""), fields.get("options", "")
    if len(ask) + len(typed) > TYPED_MAX:
        raise Refused(gettext("That is far too long. Shorten the question and its answers."))
    text = one_line(ask)
    options = list(filter(None, map(one_line, clean(typed).split("\n")))) or None
    _refuse_faulty(text, options)
    return text, options


def _refuse_faulty(text: str, options: Sequence[str] | None) -> None:
    """Say what is wrong, to somebody who can mend it in the form."""
    fault = fault_of(text, options)
    if fault is None:
        return
    match fault.what:
        case Wrong.NO_QUESTION:
            raise Refused(gettext("Write what the poll asks."), field="ask")
        case Wrong.LONG_QUESTION:
            raise Refused(
                gettext("Shorten the question: at most %(most)s characters.", most=ASK_MAX),
                field="ask",
            )
        case Wrong.LONG_OPTION:
            start, most = fault.option[:30], OPTION_MAX
            raise Refused(
                gettext(
                    "Shorten “%(start)s…”: at most %(most)s characters.", start=start, most=most
                ),
                field="options",
            )
        case Wrong.TWICE:
            raise Refused(
                gettext("“%(option)s” is there twice. Take one away.", option=fault.option),
                field="options",
            )
    raise Refused(
        gettext("Write %(least)s to %(most)s answers, one a line.", least=FEWEST, most=MOST),
        field="options",
    )
