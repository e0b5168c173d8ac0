"""What publishing a talk would change, and the change itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.poll_totals import PollTotal, public
from companion.board.wall import WallMode
from companion.errors import Refused
from companion.exports.dataset import Choice, QuestionRecord, record
from companion.exports.spots import NOWHERE
from companion.messages import gettext
from companion.publish import block, data
from companion.publish.splice import decoded, misplaced, spliced
from companion.store.models import Question, Talk
from companion.talks import TalkPage, qablock
from companion.writing import diff, files, repository

ADVICE = gettext("take the change as a patch instead")


@dataclass(frozen=True)
class Publication:
    """A file before and after; ``before`` is None where there is no file yet.

    ``block`` is what goes into a page, "" when that is nothing or the file is a data file;
    ``shown`` is what a reader of the talk's page gets to see of it, as Markdown;
    ``has_wall`` says that it has clusters, ``polls`` how many there are.
    """

    slug: str
    path: Path
    before: bytes | None
    after: bytes
    block: str
    shown: str
    entries: int
    has_wall: bool = False
    polls: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be published."""
        return not self.entries and not self.polls

    @property
    def is_news(self) -> bool:
        """Whether anything would change."""
        return (self.before or b"") != self.after

    @property
    def digest(self) -> str:
        """Return what tells this change from every other."""
        parts = (b"" if self.before is None else sha256(self.before).digest(), self.after)
        return sha256(b"".join(parts)).hexdigest()

    def patch(self) -> bytes:
        """Return the change as `git apply` takes it, from the root of the file's repository."""
        home = repository.find(self.path)
        name = home.name_of(self.path) if home else self.path.name
        return diff.patch(name, self.before, self.after)

    @property
    def hunks(self) -> list[diff.Hunk]:
        """Return the places of the file that would change."""
        return diff.hunks(self.before, self.after)

    @property
    def can_be_committed(self) -> bool:
        """Whether the file is in a git checkout that has not committed it as it is to be."""
        home = repository.find(self.path)
        return home is not None and home.committed(self.path) != self.after

    def write(self) -> None:
        """Put the change on disk; raises Refused."""
        if self.is_news:
            files.replace(self.path, self.before, self.after, ADVICE)

    def commit(self) -> str:
        """Put the change on disk and commit it alone; returns the commit's name. Raises Refused.

        Returns "" when all of it is committed already.
        """
        home = repository.need(self.path)
        committed = home.committed(self.path)
        if committed is not None and self._renewed(committed) != self.after:
            raise Refused(
                gettext(
                    "%(file)s has other changes that are not committed; commit them first",
                    file=self.path,
                )
            )
        self.write()
        try:
            return home.commit([self.path], f"Publish the Q&A of {self.slug}")
        except Refused as reason:
            raise Refused(
                gettext(
                    "%(file)s is published, but not committed: %(reason)s",
                    file=self.path,
                    reason=reason.message,
                )
            ) from None

    def _renewed(self, content: bytes) -> bytes:
        """Return another version of the file with what this one gets; a data file is all that."""
        return spliced(self.path, content, self.block) if self.block else self.after


def prepare(
    session: Session,
    page: TalkPage,
    url: str,
    now: datetime,
    *,
    talks: Path,
    comments: bool = False,
    wall: bool = True,
    polls: bool = True,
    folder: Path | None = None,
) -> Publication:
    """Return what publishing a talk's Q&A would change in its own file; raises Refused.

    The file has to be in the folder of talks. With a folder, it goes into the data file there
    instead. With the ``wall`` its clusters are published too, if everybody sees them; with the
    ``polls`` those whose results everybody sees.
    """
    if page.is_rehearsal:
        raise Refused(gettext("A rehearsal is not published. Publish the talk itself."))
    found = record(session, page, Choice(comments=comments), url, now)
    entries = block.published(found)
    if not wall or _is_put_away(session, page.slug):
        entries = [replace(entry, spot=NOWHERE) for entry in entries]
    known = _known(session, page.slug)
    answered = tuple(poll for poll in public(found.polls) if poll.people) if polls else ()
    if folder:
        return _data(page, folder, entries, answered, known)
    files.refuse_outside(page.path, talks)
    return _page(page, entries, answered, known)


def _is_put_away(session: Session, slug: str) -> bool:
    """Whether a wall is the moderators' alone."""
    return session.scalar(sa.select(Talk.wall).filter_by(slug=slug)) == WallMode.OFF


def _page(
    page: TalkPage,
    entries: Sequence[QuestionRecord],
    polls: Sequence[PollTotal],
    known: Mapping[int, str],
) -> Publication:
    before = files.read(page.path)
    if before is None:
        raise Refused(
            gettext(
                "%(file)s is not there any more; put it back, or take the talk out", file=page.path
            )
        )
    published = _block(page.path, before)
    _refuse_loss(page.path, block.held(published), known)
    written = block.markdown(entries, polls)
    after = spliced(page.path, before, written) if written or published else before
    shown = written, *_held(entries, polls)
    return Publication(page.slug, page.path, before, after, written, *shown)


def _data(
    page: TalkPage,
    folder: Path,
    entries: Sequence[QuestionRecord],
    polls: Sequence[PollTotal],
    known: Mapping[int, str],
) -> Publication:
    path = folder / f"{page.slug}.yml"
    files.refuse_outside(path, folder)
    before = files.read(path)
    _refuse_loss(path, data.held(path, decoded(path, before or b"")), known)
    is_wanted = bool(entries or polls or before)
    after = data.written(entries, polls).encode() if is_wanted else b""
    shown = block.markdown(entries, polls), *_held(entries, polls)
    return Publication(page.slug, path, before, after, "", *shown)


def _held(entries: Sequence[QuestionRecord], polls: Sequence[PollTotal]) -> tuple[int, bool, int]:
    """Return how many entries are published, whether some are in clusters, and how many polls."""
    return len(entries), any(entry.spot.cluster for entry in entries), len(polls)


def _refuse_loss(
    path: Path, published: Iterable[tuple[int, str]], known: Mapping[int, str]
) -> None:
    """Refuse to replace questions that are not of this database: nobody else may have them."""
    if not all(_is_known(number, _letters(words), known) for number, words in published):
        raise Refused(
            gettext(
                "%(file)s holds published questions that this database does not know; "
                "restore the database they came from, or take the old ones out by hand",
                file=path,
            )
        )


def _is_known(number: int, letters: str, known: Mapping[int, str]) -> bool:
    """Whether a question is here; another database may have given its number to another one."""
    here = known.get(number)
    return here is not None and (not here or not letters or here == letters)


def _block(path: Path, content: bytes) -> str:
    try:
        text = qablock.without(decoded(path, content))[1]
    except qablock.MisplacedError as error:
        raise misplaced(path, error) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _known(session: Session, slug: str) -> dict[int, str]:
    """Return the talk's questions with their letters, "" where they may have been others before."""
    asked = sa.select(Question.id, Question.text, Question.edited_at)
    asked = asked.join(Talk, Talk.id == Question.talk_id).filter(Talk.slug == slug)
    rows = session.execute(asked)
    return {number: "" if edited else _letters(text) for number, text, edited in rows}


def _letters(text: str) -> str:
    """Return what of a text stays the same, however it is escaped."""
    return "".join(filter(str.isalnum, text))
