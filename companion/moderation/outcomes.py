"""What came of doing one thing to several questions, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from companion.board.rows import GONE
from companion.errors import Refused
from companion.messages import gettext, ngettext, together
from companion.moderation.roles import as_called
from companion.moderation.sayings import Saying
from companion.store.models import Question, Status


def put_aside(question: Question) -> Refused:
    """Return the refusal to do something to a question that is not on the board any more."""
    who = as_called(question.handled_by)
    if question.status is Status.MERGED:
        return Refused(gettext("It has been merged by %(who)s. Restore it first.", who=who))
    if question.status is Status.ARCHIVED:
        return Refused(gettext("It has been archived by %(who)s. Restore it first.", who=who))
    return Refused(gettext("It has been declined by %(who)s. Restore it first.", who=who))


@dataclass
class Outcome:
    """What became of each of the questions that something was done to."""

    seen: int = 0
    changed: int = 0
    before: str = ""
    refused: list[Refused] = field(default_factory=list)

    def note(self, *, changed: bool, by: str) -> None:
        """Count one; what is not changed was so before, and is known to be done ``by`` somebody."""
        self.seen, self.changed = self.seen + 1, self.changed + changed
        self.before = self.before if changed else by

    def in_words(self, saying: Saying) -> str:
        """Say how many were done, or who had done it before, and why some were not."""
        return together(self._done(saying), *self._left_out())

    def _done(self, saying: Saying) -> str:
        if self.changed:
            many = self.seen + len(self.refused) > 1
            return saying.several.about(num=self.changed) if many else saying.one
        by = saying.by if self.before else None
        return by.about(who=as_called(self.before)) if by else saying.already

    def _left_out(self) -> Iterator[str]:
        """Say why some were left as they are, each reason once."""
        for reason, count in Counter(refusal.message for refusal in self.refused).items():
            if reason == GONE:
                yield ngettext("One was gone.", "%(num)s were gone.", count)
            else:
                yield ngettext(
                    "One was left as before: %(reason)s",
                    "%(num)s were left as before: %(reason)s",
                    count,
                    reason=reason,
                )
