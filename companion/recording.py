"""Where in a talk's recording a question was taken up, and the address that opens it there."""

from __future__ import annotations

from companion.models import Question, Talk
from companion.talks.embeds import Recording


def offset(question: Question, talk: Talk) -> int | None:
    """Return how many seconds into the recording a question was taken up, None if unknown."""
    if talk.recorded_from is None or question.now_at is None:
        return None
    seconds = (question.now_at - talk.recorded_from).total_seconds()
    return int(seconds) if seconds >= 0 else None


def link(recording: Recording | None, seconds: int) -> str:
    """Return the address that opens a recording at a second, "" where its host knows no way."""
    if recording is None:
        return ""
    return f"{recording.url}#t={seconds}s" if recording.provider == "Vimeo" else ""
