"""Where in a talk's recording a question was taken up, and the addresses that open it there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.board.talk_state import TalkState
from companion.store.models import Question, Status, Talk
from companion.talks.embeds import Recording
from companion.talks.phase import Schedule
from companion.talks.timestamps import start_at

OVERRUN = timedelta(hours=2)
CHAPTER_MAX, CHAPTER_GAP, LONG_WORD = 80, 10, 20
# YouTube takes no description with these in it.
UNWRITABLE = str.maketrans("<>", "‹›")


@dataclass(frozen=True)
class Moment:
    """A second of a recording: ``link`` opens it there, ``frame`` plays it there on our own page.

    Either is "" where the recording's host knows no way.
    """

    seconds: int
    link: str
    frame: str

    @property
    def words(self) -> str:
        """Return it as people say it: 41:20, or 1:02:03."""
        return in_words(self.seconds)


def taken_up(question: Question, row: Talk, schedule: Schedule) -> datetime | None:
    """Return when a question was taken up in the talk, as far as anybody noted it.

    What was never Now counts from when it was marked as answered, while the talk went on: an
    answer that came in writing, days later, is not in the recording. ``schedule`` has the talk's
    times as the desk has moved them.
    """
    if question.status is not Status.ANSWERED and question.id != row.now_id:
        return None
    if question.now_at and question.now_at <= schedule.ends + OVERRUN:
        return question.now_at
    answered = question.answered_at
    return answered if answered and schedule.starts <= answered <= schedule.ends else None


def offset(question: Question, row: Talk, schedule: Schedule) -> int | None:
    """Return how many seconds into the recording a question was taken up, None if unknown."""
    return seconds_between(row.recorded_from, taken_up(question, row, schedule))


def seconds_between(start: datetime | None, moment: datetime | None) -> int | None:
    """Return how long after a recording's start a moment was, None if before it or unknown."""
    if start is None or moment is None or moment < start:
        return None
    return int((moment - start).total_seconds())


def link(recording: Recording | None, seconds: int) -> str:
    """Return the address that opens a recording at a second, "" where its host knows no way.

    For Kaltura it is the player's own: which player a MediaSpace page has cannot be told.
    """
    if recording is None:
        return ""
    player = recording.embed.src if recording.embed else ""
    first, second = recording.url, player
    if recording.provider == "Kaltura":
        first, second = second, first
    return start_at(first, seconds) or start_at(second, seconds)


def framed(recording: Recording | None, seconds: int) -> str:
    """Return the address of the player that plays from a second, "" where there is none."""
    if recording is None or recording.embed is None:
        return ""
    return start_at(recording.embed.src, seconds, play=True)


def moment(question: Question, talk: TalkState) -> Moment | None:
    """Return where a question is in the talk's recording, None if unknown or unrecorded."""
    if talk.row is None or talk.row.recorded_from is None or talk.page.recording is None:
        return None
    seconds = offset(question, talk.row, talk.schedule)
    return moment_at(talk.page.recording, seconds) if seconds is not None else None


def moment_at(recording: Recording | None, seconds: int) -> Moment:
    """Return a second of a recording with the addresses that open it."""
    return Moment(seconds, link(recording, seconds), framed(recording, seconds))


def in_words(seconds: int) -> str:
    """Return a time in a recording as people say it: 41:20, or 1:02:03."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def chapters(title: str, taken: Iterable[tuple[int, str]]) -> str:
    """Return lines that YouTube makes chapters of: the title at 00:00, then what was taken up when.

    It wants them in order and ten seconds apart, so what comes sooner after another is left out.
    """
    lines, last = [f"00:00 {_shortened(title)}"], 0
    for seconds, text in sorted(taken):
        if seconds >= last + CHAPTER_GAP:
            lines.append(f"{in_words(seconds).rjust(5, '0')} {_shortened(text)}")
            last = seconds
    return "\n".join(lines)


def _shortened(text: str) -> str:
    text = " ".join(text.split()).translate(UNWRITABLE)
    if len(text) <= CHAPTER_MAX:
        return text
    cut = text[: CHAPTER_MAX - 1]
    last = cut.rfind(" ")
    return f"{cut[:last] if last > CHAPTER_MAX - LONG_WORD else cut}…"
