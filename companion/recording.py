"""Where in a talk's recording a question was taken up, and the addresses that open it there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from companion.models import Question, Status, Talk
from companion.talks.embeds import Recording
from companion.talks.page import TalkPage
from companion.talks.seek import begin

OVERRUN = timedelta(hours=2)


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


def taken_up(question: Question, talk: Talk, page: TalkPage) -> datetime | None:
    """Return when a question was taken up in the talk, as far as anybody noted it.

    What was never Now counts from when it was marked as answered, while the talk went on: an
    answer that came in writing, days later, is not in the recording. ``page`` has the talk's times
    as the desk has moved them.
    """
    if question.status is not Status.ANSWERED and question.id != talk.now_id:
        return None
    if question.now_at and question.now_at <= page.ends + OVERRUN:
        return question.now_at
    answered = question.answered_at
    return answered if answered and page.starts <= answered <= page.ends else None


def offset(question: Question, talk: Talk, page: TalkPage) -> int | None:
    """Return how many seconds into the recording a question was taken up, None if unknown."""
    moment = taken_up(question, talk, page)
    if talk.recorded_from is None or moment is None or moment < talk.recorded_from:
        return None
    return int((moment - talk.recorded_from).total_seconds())


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
    return begin(first, seconds) or begin(second, seconds)


def framed(recording: Recording | None, seconds: int) -> str:
    """Return the address of the player that plays from a second, "" where there is none."""
    if recording is None or recording.embed is None:
        return ""
    return begin(recording.embed.src, seconds, play=True)


def moment(question: Question, talk: Talk, page: TalkPage) -> Moment | None:
    """Return where a question is in the talk's recording, None if unknown or unrecorded."""
    seconds = offset(question, talk, page)
    if seconds is None or page.recording is None:
        return None
    return Moment(seconds, link(page.recording, seconds), framed(page.recording, seconds))


def in_words(seconds: int) -> str:
    """Return a time in a recording as people say it: 41:20, or 1:02:03."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
