"""Each document of the API: the words are those of the JSON export, and mean the same.

Where notes are on the wall is in none: that has a revision of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from companion.board.counts import NOTHING, seen
from companion.board.rows import TalkColumns
from companion.board.talk_state import TalkState
from companion.exports import fields, json
from companion.exports.dataset import VERSION, Part, QuestionRecord, Reader, part, talk_record
from companion.talks import TalkPage

PageUrl = Callable[[TalkPage], str]
Document = dict[str, object]


@dataclass(frozen=True)
class Documents:
    """Writes documents for one request, at one moment, as one reader may see them."""

    session: Session
    reader: Reader
    now: datetime
    page_url: PageUrl
    rounded: bool

    def programme(self, talks: Sequence[TalkState]) -> Document:
        """Return some of the programme."""
        return {"version": VERSION, "talks": [self._talk(talk) for talk in talks]}

    def talk(self, talk: TalkState) -> Document:
        """Return one talk."""
        return {"version": VERSION, "talk": self._talk(talk)}

    def board(self, talk: TalkState, entries: Sequence[QuestionRecord]) -> Document:
        """Return a board as it is now, with some of its questions."""
        return self.qa(talk, entries) | {
            "phase": talk.phase.value,
            "board": talk.rules.state.value,
            "revision": talk.revision,
            "now": talk.row.now_id if talk.row else None,
            "next": talk.row.next_id if talk.row else None,
        }

    def qa(self, talk: TalkState, entries: Sequence[QuestionRecord]) -> Document:
        """Return some of a talk's Q&A, as the JSON export has it."""
        found = seen(self.session, [talk.slug], self.reader.counted) if talk.row else {}
        counted = found.get(talk.slug, NOTHING)
        url = self.page_url(talk.page)
        record = talk_record(talk.page, talk.schedule, url, self.now, counted, entries)
        return json.document(record, fields.BOARD_FIELDS)

    def question(self, talk: TalkState, number: int) -> Document | None:
        """Return one question, None where the reader may see none of this number."""
        found = self.entries(talk, Part(number - 1, 1))
        if not found or found[0].number != number:
            return None
        return {
            "version": VERSION,
            "talk": self._about(talk),
            "question": fields.row(found[0], fields.BOARD_FIELDS),
        }

    def entries(self, talk: TalkState, wanted: Part) -> list[QuestionRecord]:
        """Return some of a talk's questions."""
        return part(self.session, talk, self.reader, wanted, rounded=self.rounded)

    def state(self, talk: TalkState) -> tuple[object, ...]:
        """Return what tells one state of any document about a talk from another.

        It reads no board: every change of one counts its row's revision up. The schedule and the
        recording's start are in what is said of each question.
        """
        columns: tuple[str, ...] = TalkColumns._fields
        row = talk.row and tuple(getattr(talk.row, name) for name in columns)
        seen_by = self.reader, self.rounded
        return VERSION, self._talk(talk), row, talk.schedule, talk.page.recording, seen_by

    def _about(self, talk: TalkState) -> Document:
        url = self.page_url(talk.page)
        record = talk_record(talk.page, talk.schedule, url, self.now, NOTHING, ())
        return dict(fields.about(record))

    def _talk(self, talk: TalkState) -> Document:
        about = self._about(talk)
        del about["exported_at"]  # the same document is the same, whenever it is asked for
        return about | {
            **_of_page(talk.page),
            "phase": talk.phase.value,
            "board": talk.rules.state.value if talk.page.board else None,
            "revision": talk.revision,
        }


def _of_page(page: TalkPage) -> Document:
    """Return what only the talk's file says."""
    return {
        "institute": page.institute,
        "location": page.location,
        "category": page.category,
        "tags": list(page.tags),
        "summary": page.summary,
        "all_day": page.all_day,
        "takes_place": page.takes_place,
        "slides_url": page.slides_url,
    }
