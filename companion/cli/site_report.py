"""What a whole folder of pages would show: a line for each file, and totals; as a table or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from companion.board.plural import plural
from companion.talks import Phase, Problem, Programme, TalkPage, when

COLUMNS = (
    "FILE",
    "ADDRESS",
    "WHEN",
    "TITLE",
    "SPEAKER",
    "PLACE",
    "MEETING",
    "RECORDING",
    "PROBLEMS",
    "READ FROM (key:line)",
)
WIDEST = 48
PRIVATE, BROKEN = "(private)", "(broken)"
Json = dict[str, object]


@dataclass(frozen=True)
class FileReport:
    """One file: its page, None where it cannot be read, and what is wrong with it."""

    file: str
    page: TalkPage | None
    problems: tuple[Problem, ...]

    @property
    def state(self) -> str:
        """Return whether it is shown, private or broken."""
        if self.page is None or self.errors:
            return "broken"
        return "shown" if self.page.published else "private"

    @property
    def errors(self) -> int:
        """Return how many problems keep it from being shown as it is."""
        return sum(problem.fatal for problem in self.problems)

    @property
    def counted(self) -> str:
        """Return how many problems there are, in words."""
        return counted(self.errors, len(self.problems) - self.errors)


def reports(programme: Programme) -> list[FileReport]:
    """Return what every file would show, by file; what is no talk and in order is left out."""
    found: dict[Path, list[Problem]] = {page.path: [] for page in programme.all_pages()}
    pages = {page.path: page for page in programme.all_pages()}
    for problem in programme.problems():
        if problem.path != programme.folder:
            found.setdefault(problem.path, []).append(problem)
    return [
        FileReport(_below(programme.folder, path), pages.get(path), tuple(problems))
        for path, problems in sorted(found.items())
        if path in pages or any(problem.fatal for problem in problems)
    ]


def table(files: Iterable[FileReport], path: str) -> Iterator[str]:
    """Write what was read of each file and from which keys, a line for each."""
    rows = [COLUMNS, *(_row(file, path) for file in files)]
    *short, _ = zip(*rows, strict=True)
    widths = [min(WIDEST, max(map(len, column))) for column in short]
    for row in rows:
        *cells, last = row
        yield "  ".join((*map(str.ljust, cells, widths), last)).rstrip()


def totals(files: Iterable[FileReport], now: datetime) -> dict[str, int]:
    """Return how many talks there are, and of those that are shown how many have what."""
    files = list(files)
    pages = [file.page for file in files if file.page and file.state == "shown"]
    over = sum(page.planned.phase(now) is Phase.OVER for page in pages)
    return {
        "files": len(files),
        "shown": len(pages),
        "to come": len(pages) - over,
        "over": over,
        "private": sum(file.state == "private" for file in files),
        "broken": sum(file.state == "broken" for file in files),
        "with a speaker": sum(bool(page.speaker) for page in pages),
        "with a meeting link": sum(page.meeting is not None for page in pages),
        "with a recording": sum(page.recording is not None for page in pages),
        "errors": sum(file.errors for file in files),
        "warnings": sum(len(file.problems) - file.errors for file in files),
    }


def in_words(found: dict[str, int]) -> str:
    """Return the totals on one line."""
    of_them = ("to come", "over", "with a speaker", "with a meeting link", "with a recording")
    shown = ", ".join(f"{found[name]} {name}" for name in of_them)
    hidden = ", ".join(f"{found[name]} {name}" for name in ("private", "broken") if found[name])
    said = f"{plural(found['shown'], 'talk')} shown: {shown}."
    return f"{said} Not shown: {hidden}." if hidden else said


def as_json(programme: Programme, files: list[FileReport], path: str, now: datetime) -> Json:
    """Return the same for programs."""
    return {
        "talks": [_file_json(file, path) for file in files],
        "others": [_below(programme.folder, other) for other in programme.others()],
        "problems": [_problem_json(programme.folder, item) for item in programme.problems()],
        "totals": {name.replace(" ", "_"): count for name, count in totals(files, now).items()},
    }


def counted(errors: int, warnings: int) -> str:
    """Count what was found, in words; "" when there is nothing."""
    kinds = ((errors, "error"), (warnings, "warning"))
    return ", ".join(plural(number, kind) for number, kind in kinds if number)


def _row(file: FileReport, path: str) -> tuple[str, ...]:
    page = file.page
    if page is None:
        return (file.file, BROKEN, *[""] * 6, file.counted, "")
    read = "; ".join(f"{item.fact}: {', '.join(item.keys)}" for item in page.read_from)
    return (
        *(file.file, _address(file, path), when(page), page.title, page.speaker, page.location),
        page.meeting.url if page.meeting else "",
        page.recording.url if page.recording else "",
        file.counted,
        read,
    )


def _address(file: FileReport, path: str) -> str:
    states = {"private": PRIVATE, "broken": BROKEN}
    return states.get(file.state) or f"{path}/talks/{file.page.slug if file.page else ''}"


def _file_json(file: FileReport, path: str) -> Json:
    page = file.page
    known: Json = {"file": file.file, "state": file.state}
    known |= {"errors": file.errors, "warnings": len(file.problems) - file.errors}
    if page is None:
        return known
    return known | {
        "slug": page.slug,
        "address": _address(file, path) if file.state == "shown" else None,
        "title": page.title,
        "starts": page.starts.isoformat(),
        "ends": page.planned.ends.isoformat(),
        "timezone": page.zone.key,
        "all_day": page.all_day,
        "speakers": page.speakers,
        "institute": page.institute,
        "location": page.location,
        "category": page.category,
        "tags": page.tags,
        "meeting_url": page.meeting.url if page.meeting else None,
        "recording_url": page.recording.url if page.recording else None,
        "called_off": page.called_off or None,
        "read_from": {item.fact: item.keys for item in page.read_from},
    }


def _problem_json(folder: Path, problem: Problem) -> Json:
    kind = "error" if problem.fatal else "warning"
    where = {"file": _below(folder, problem.path), "line": problem.line}
    return {**where, "kind": kind, "message": problem.message}


def _below(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()
