"""A talk's Q&A as a PDF, typeset by typst from the record: what people wrote arrives as data.

The template is `pdf.typ`. It is given JSON and never source, so nothing that somebody wrote is
ever taken for markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from itertools import accumulate, chain, groupby
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, NamedTuple

from companion.board import recording
from companion.board.plural import plural
from companion.board.poll_totals import OptionTotal, PollTotal
from companion.exports.dataset import QuestionRecord, TalkRecord
from companion.exports.glyphs import characters, is_right_to_left
from companion.exports.markup import Say, answer_tree, detail_tree, headline
from companion.exports.pdf_joining import joined, pages_of
from companion.exports.pdf_typesetting import STANDARD, NotAllowedError, Standard, Typesetter
from companion.exports.wording import (
    NAMED_REASONS,
    POLLS,
    RIGHT,
    answers,
    poll_facts,
    result,
    sections,
    when,
)
from companion.report import PLOTS, Figures, draw, in_words, series_of
from companion.store.models import Kind, Status
from companion.talks.phase import Phase

TEMPLATE = Path(__file__).with_suffix(".typ")
# In characters: what is longer is set in parts, for what typst lays out at once takes memory.
WHOLE, PART = 200_000, 60_000
TAGGED = 1_000_000  # joining longer ones with their tags would take twice the memory
EACH = 300  # as much as a question takes besides what was written
PHASES = {
    Phase.DOORS: "Doors",
    Phase.TALK: "Talk",
    Phase.QA: "Questions and answers",
    Phase.OVER: "End",
}


class Item(NamedTuple):
    """An entry, with the heading above it where it is a section's first."""

    heading: str
    entry: QuestionRecord


def write(record: TalkRecord, figures: Figures | None, out: BinaryIO) -> None:
    """Write a record as a PDF, with the plots of its figures if there are any.

    It is PDF/UA, unless there is something in it that this standard does not allow at all.
    """
    try:
        _write(record, figures, STANDARD, out)
    except NotAllowedError:
        _write(record, figures, None, out)


def _write(record: TalkRecord, figures: Figures | None, standard: Standard, out: BinaryIO) -> None:
    typesetter = Typesetter(TEMPLATE.read_bytes(), record.exported_at, standard)
    typesetter.look_at(characters(_texts(record)))
    first, *more = _parts(record)
    begin = typesetter.typeset(partial(_first_part, record, figures, first, not more))
    if not more:
        out.write(begin)
        return
    with TemporaryDirectory() as folder:
        paths = _files(Path(folder), chain([begin], _behind(typesetter, record, more)))
        pages = sum(map(pages_of, paths))
        footers = typesetter.typeset(partial(_footers, record, pages))
        typesetter.forget()
        joined(paths, footers, out, tagged=_length(record) <= TAGGED)


def _behind(typesetter: Typesetter, record: TalkRecord, parts: list[list[Item]]) -> Iterator[bytes]:
    for items in parts:
        typesetter.forget()
        build = _last_part if items is parts[-1] else _part
        yield typesetter.typeset(partial(build, record, items))


def _files(folder: Path, parts: Iterable[bytes]) -> list[Path]:
    """Return where each part is, once it is made: a long PDF's take much room together."""
    paths = []
    for at, part in enumerate(parts):
        paths.append(folder / f"{at}.pdf")
        paths[-1].write_bytes(part)
    return paths


def _parts(record: TalkRecord) -> list[list[Item]]:
    """Return what there is to set at once, in parts of about the same length."""
    items = [
        Item("" if at else f"{title} ({len(entries)})", entry)
        for title, entries in sections(record)
        for at, entry in enumerate(entries)
    ]
    whole = _length(record)
    if whole <= WHOLE:
        return [items]
    size = whole / ceil(whole / PART)
    ends = accumulate((_length_of(entry) for _, entry in items), initial=0)
    found = groupby(zip(items, ends, strict=False), lambda placed: placed[1] // size)
    return [[item for item, _ in placed] for _, placed in found]


def _length(record: TalkRecord) -> int:
    return sum(map(_length_of, record.entries))


def _length_of(entry: QuestionRecord) -> int:
    return EACH + len(entry.text) + len(entry.detail) + len(entry.answer)


def _texts(record: TalkRecord) -> Iterator[str]:
    yield from (record.title, record.speaker, record.url)
    for entry in record.entries:
        yield from (entry.text, entry.detail, entry.author, entry.answer)
    for poll in record.polls:
        yield from (poll.text, *(option.text for option in poll.options))


def _first_part(
    record: TalkRecord, figures: Figures | None, items: list[Item], is_all: bool, say: Say
) -> dict[str, Any]:
    head = {
        "title": _line(record.title, say),
        "speaker": _line(record.speaker, say) if record.speaker else None,
        "when": when(record),
        "address": record.url,
        "recording": record.recording,
        "counts": _counts(record),
        "plots": list(_plots(figures)) if figures else [],
        "phases": list(_phases(figures)) if figures else [],
    }
    build = _last_part if is_all else _part
    return build(record, items, say) | {"head": head, "numbered": is_all}


def _part(record: TalkRecord, items: list[Item], say: Say) -> dict[str, Any]:
    entries = [_entry(item, record, say) for item in items]
    return _bare(record) | {"entries": entries}


def _last_part(record: TalkRecord, items: list[Item], say: Say) -> dict[str, Any]:
    polls = [_poll(poll, record, say) for poll in record.polls]
    return _part(record, items, say) | {"polls": polls}


def _poll(poll: PollTotal, record: TalkRecord, say: Say) -> dict[str, Any]:
    return {
        "text": _line(poll.text, say),
        "about": " · ".join(poll_facts(poll, record)),
        "options": [_option(poll, option, say) for option in poll.options],
    }


def _option(poll: PollTotal, option: OptionTotal, say: Say) -> dict[str, Any]:
    said = result(poll, option)
    return {
        "text": _line(option.text, say),
        "said": f"{said}, {RIGHT}" if option.is_right else said,
        "share": option.votes / (poll.people or 1),
    }


def _footers(record: TalkRecord, pages: int, _say: Say) -> dict[str, Any]:
    """Return pages with nothing on them but their footers."""
    return _bare(record) | {"numbered": True, "pages": pages}


def _bare(record: TalkRecord) -> dict[str, Any]:
    return {
        "name": record.title,
        "made": _day_and_time(record.exported_at),
        "head": None,
        "numbered": False,
        "entries": [],
        "polls_heading": POLLS,
        "polls": [],
        "pages": 0,
    }


def _line(text: str, say: Say) -> dict[str, Any]:
    return {"text": say(text), "rtl": is_right_to_left(text)}


def _day_and_time(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y, %H:%M}"


def _counts(record: TalkRecord) -> list[list[str | int]]:
    """Return what there is a number of, each with its word; what waits only where it is shown."""
    found = record.counts.by_name
    if not any(entry.status is Status.WAITING for entry in record.entries):
        found["asked"] -= found[Status.WAITING]
    words = dict.fromkeys(("asked", "answered", *found))
    return [[word, found[word]] for word in words if word != Status.WAITING]


def _plots(figures: Figures) -> Iterator[dict[str, str]]:
    for name, plot in PLOTS.items():
        if series_of(name, figures).total:
            text = in_words(name, figures)
            yield {"title": plot.title, "text": text, "svg": draw(name, figures)}


def _phases(figures: Figures) -> Iterator[list[str]]:
    for phase, moment in figures.phases:
        yield [PHASES[phase], f"{moment:%H:%M}"]


def _entry(item: Item, record: TalkRecord, say: Say) -> dict[str, Any]:
    entry = item.entry
    return {
        "heading": item.heading,
        "headline": headline(entry.text, say),
        "rtl": is_right_to_left(entry.text),
        "detail": detail_tree(entry.detail, say) if entry.detail else [],
        "answer": answer_tree(entry.answer, say) if entry.answer else [],
        "answer_rtl": is_right_to_left(entry.answer),
        "about": list(_about(entry, record, say)),
        "link": entry.link,
        "offset": recording.in_words(entry.offset) if entry.offset is not None else "",
    }


def _about(entry: QuestionRecord, record: TalkRecord, say: Say) -> Iterator[Any]:
    """Return what there is to say of an entry, each piece by itself."""
    yield f"No. {entry.number}"
    yield plural(entry.votes, "vote")
    if entry.askers > 1:
        yield f"asked by {entry.askers}"
    if entry.author:
        yield {"name": say(entry.author)}
    if entry.answers_to:
        yield {"name": say(answers(entry))}
    yield _moment(entry.asked_at, record)
    if entry.merged_into:
        yield f"merged into no. {entry.merged_into}"
    if entry.status is Status.DECLINED and entry.reason in NAMED_REASONS:
        yield f"declined: {NAMED_REASONS[entry.reason]}"
    if entry.kind is Kind.COMMENT and entry.status is not Status.OPEN:
        yield "answered" if entry.status is Status.ANSWERED else "a comment"


def _moment(moment: datetime, record: TalkRecord) -> str:
    """Return when something was asked; the day, too, unless it is the talk's."""
    if moment.date() == record.starts.date():
        return f"{moment:%H:%M}"
    return _day_and_time(moment)
