"""What the rendering process is asked, and what it answers; both travel as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from companion.talks.embeds import Embed, Recording
from companion.talks.meeting_links import MeetingLink


@dataclass(frozen=True)
class RenderJob:
    """One page's body and what its links are resolved against; ``qa`` is its published Q&A."""

    body: str
    qa: str = ""
    title: str = ""
    base_url: str = ""
    board_url: str = ""
    wall_url: str = ""
    embed_hosts: tuple[str, ...] = ()
    meeting_url: str = ""
    recording_url: str = ""
    variables: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Note:
    """Something worth a warning, and the text by which to find its line."""

    message: str
    needle: str


@dataclass(frozen=True)
class Rendered:
    """A page's body made safe, and what was found in it."""

    html: str
    summary: str
    meeting: MeetingLink | None
    recording: Recording | None
    frame_hosts: tuple[str, ...]
    notes: tuple[Note, ...]
    qa_html: str = ""


@dataclass(frozen=True)
class RenderFailed:
    """Why a page could not be rendered; one that ``is_slow`` may be with more time."""

    reason: str
    is_slow: bool = False


def too_slow(seconds: float) -> RenderFailed:
    """Return why a page that takes longer is not rendered."""
    reason = f"rendering took more than {seconds:g} s of CPU; the page is too complicated"
    return RenderFailed(reason, is_slow=True)


def job_to_json(job: RenderJob) -> str:
    """Write a job on one line."""
    return json.dumps(vars(job))


def job_from_json(line: str) -> RenderJob:
    """Read a job back."""
    fields = json.loads(line)
    return RenderJob(**fields | {"embed_hosts": tuple(fields["embed_hosts"])})


def answer_to_json(answer: Rendered | RenderFailed) -> str:
    """Write an answer on one line."""
    return json.dumps(asdict(answer))


def answer_from_json(line: str) -> Rendered | RenderFailed:
    """Read an answer back."""
    fields = json.loads(line)
    if "reason" in fields:
        return RenderFailed(**fields)
    meeting, recording = found_links(fields["meeting"], fields["recording"])
    return Rendered(
        html=fields["html"],
        summary=fields["summary"],
        meeting=meeting,
        recording=recording,
        frame_hosts=tuple(fields["frame_hosts"]),
        notes=tuple(Note(**note) for note in fields["notes"]),
        qa_html=fields["qa_html"],
    )


def found_links(
    meeting: dict[str, Any] | None, recording: dict[str, Any] | None
) -> tuple[MeetingLink | None, Recording | None]:
    """Read the links that were found in a page back."""
    if recording and recording["embed"]:
        recording["embed"] = Embed(**recording["embed"])
    return (
        MeetingLink(**meeting) if meeting else None,
        Recording(**recording) if recording else None,
    )
