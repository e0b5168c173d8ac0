"""What documents for reading say of a talk and its questions, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from companion.board.counts import Counts
from companion.board.plural import plural
from companion.board.poll_totals import AWAY, OptionTotal, PollTotal
from companion.board.recording import in_words
from companion.exports.dataset import QuestionRecord, TalkRecord
from companion.store.models import COUNTED, HEADINGS, PUBLIC, Kind, Status
from companion.store.polls import PollState

NAMED_REASONS = {
    "off_topic": "off topic",
    "duplicate": "asked already",
    "unclear": "not clear",
    "unkind": "unkind",
}
COMMENTS, POLLS, RIGHT = "Comments", "Polls", "the right answer"
SEVERAL = "more than one could be chosen"
Section = tuple[str, tuple[QuestionRecord, ...]]


def counted(counts: Counts) -> str:
    """Return how many there are of what: "14 asked · 9 answered · 2 merged · 1 declined"."""
    answered = counts.by_status[Status.ANSWERED]
    always = [f"{counts.asked} asked", f"{answered} answered"]
    others = [status for status in COUNTED if status is not Status.ANSWERED]
    told = [f"{count} {status.words}" for status in others if (count := counts.by_status[status])]
    comments = [plural(counts.comments, "comment")] if counts.comments else []
    return " · ".join([*always, *told, *comments, plural(counts.votes, "vote")])


def sections(record: TalkRecord) -> list[Section]:
    """Return the entries under their headings, each in its order; none without entries."""
    public = [heading for status, heading in HEADINGS.items() if status in PUBLIC]
    others = [heading for status, heading in HEADINGS.items() if status not in PUBLIC]
    found: dict[str, list[QuestionRecord]] = {name: [] for name in (*public, COMMENTS, *others)}
    for entry in record.entries:
        found[COMMENTS if _is_public_comment(entry) else HEADINGS[entry.status]].append(entry)
    return [(heading, tuple(entries)) for heading, entries in found.items() if entries]


def _is_public_comment(entry: QuestionRecord) -> bool:
    return entry.kind is Kind.COMMENT and entry.status in PUBLIC


def facts(entry: QuestionRecord, record: TalkRecord) -> list[str]:
    """Return what is known of a question besides its words."""
    found = [plural(entry.votes, "vote")]
    if entry.answers_to:
        found.append(answers(entry))
    if entry.author:
        found.append(f"from {' '.join(entry.author.split())}")
    if entry.askers > 1:
        found.append(f"asked by {entry.askers} people")
    if entry.merged_into:
        found.append(f"merged into {_named(entry.merged_into, record.entries)}")
    if entry.status is Status.DECLINED and entry.reason in NAMED_REASONS:
        found.append(NAMED_REASONS[entry.reason])
    if entry.kind is Kind.COMMENT and entry.status not in PUBLIC:
        found.append("a comment")
    if entry.answered_at:
        found.append(f"answered {_moment(entry.answered_at, record)}")
    return found


def answers(entry: QuestionRecord) -> str:
    """Return which prompt an entry answers, on one line."""
    return f"answer to “{' '.join(entry.answers_to.split())}”"


def _moment(moment: datetime, record: TalkRecord) -> str:
    """Return a time, and the day unless it is the talk's."""
    on = "" if moment.date() == record.starts.date() else f" on {_day(moment)}"
    return f"at {moment:%H:%M}{on}"


def _named(number: int, entries: Iterable[QuestionRecord]) -> str:
    text = next((entry.text for entry in entries if entry.number == number), "")
    return f"“{' '.join(text.split())}”" if text else f"question {number}"


def place(entry: QuestionRecord) -> str:
    """Return where in the recording a question was taken up, "" if that is not known."""
    return f"at {in_words(entry.offset)} in the recording" if entry.offset is not None else ""


def answered(poll: PollTotal) -> str:
    """Return how many have answered a poll: "41 people answered"."""
    return f"{poll.people} {'person' if poll.people == 1 else 'people'} answered"


def result(poll: PollTotal, option: OptionTotal) -> str:
    """Return how many have given an answer: "12 of 41, 29 %"."""
    share = "" if option.percent is None else f", {option.percent} %"
    return f"{option.votes} of {poll.people}{share}"


def poll_facts(poll: PollTotal, record: TalkRecord) -> list[str]:
    """Return what is known of a poll besides its words and results."""
    found = [answered(poll), f"opened {_moment(poll.opened_at, record)}"]
    if poll.several:
        found.append(SEVERAL)
    if poll.state == AWAY:
        found.append("put away")
    elif poll.state == PollState.OPEN:
        found.append("still open" if poll.is_public else "still open, results not shown yet")
    return found


def when(record: TalkRecord) -> str:
    """Return a talk's days and times in its own zone; one of whole days has no times."""
    return f"{_days(record) if record.all_day else _times(record)} ({record.zone})"


def _days(record: TalkRecord) -> str:
    first, last = _day(record.starts), _day(record.ends - record.ends.resolution)
    return first if first == last else f"{first} to {last}"


def _times(record: TalkRecord) -> str:
    starts, ends = record.starts, record.ends
    if starts.date() == ends.date():
        return f"{_day(starts)}, {starts:%H:%M}–{ends:%H:%M}"
    return f"{_day(starts)}, {starts:%H:%M}, to {_day(ends)}, {ends:%H:%M}"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
