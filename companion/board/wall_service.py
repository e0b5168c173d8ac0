"""What attendees can do on a talk's wall."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from companion.board import arranging, clusters, drawing, putting_back
from companion.board.service import BoardService, Caller
from companion.board.talk_state import LockedTalk, TalkState
from companion.board.wall_changes import Arranged, Arranger
from companion.board.wall_input import read_cluster_wish, read_new_cluster, read_wish
from companion.errors import Refused
from companion.store.writer import Change

Put = Callable[[Change, LockedTalk, Arranger], Arranged]
LetsIn = Callable[..., Arranger]


class WallService:
    """Every talk's wall, by the limits and the writer of its board; raises as `boards` do."""

    def __init__(self, boards: BoardService) -> None:
        """Go by the boards."""
        self.boards = boards

    def arrange(
        self, slug: str, caller: Caller, question: int, fields: Mapping[str, str]
    ) -> Arranged:
        """Have a note be where it is wanted, if attendees may arrange."""
        wish = read_wish(fields)

        def put(change: Change, talk: LockedTalk, who: Arranger) -> Arranged:
            return arranging.arrange(change, talk, who, question, wish)

        return self._do(slug, caller, put)

    def make_cluster(
        self, slug: str, caller: Caller, fields: Mapping[str, str], notes: Sequence[str] = ()
    ) -> Arranged:
        """Make a cluster with notes in it, if attendees may arrange."""
        new = read_new_cluster(fields, notes)

        def put(change: Change, talk: LockedTalk, who: Arranger) -> Arranged:
            return clusters.make(change, talk, who, new)

        return self._do(slug, caller, put)

    def alter_cluster(
        self, slug: str, caller: Caller, cluster: int, fields: Mapping[str, str]
    ) -> Arranged:
        """Have a cluster be as it is wanted, if attendees may arrange."""
        wish = read_cluster_wish(fields)

        def put(change: Change, talk: LockedTalk, who: Arranger) -> Arranged:
            return clusters.alter(change, talk, who, cluster, wish)

        return self._do(slug, caller, put)

    def put_back(self, slug: str, caller: Caller, change_id: int) -> Arranged:
        """Undo what one did to a note or cluster oneself."""

        def put(change: Change, talk: LockedTalk, who: Arranger) -> Arranged:
            return putting_back.put_back(change, talk, who, change_id, own=True)

        return self._do(slug, caller, put)

    def draw(self, slug: str, caller: Caller, fields: Mapping[str, str]) -> Arranged:
        """Put a mark on the wall, if attendees may draw."""
        draft = drawing.read_draft(fields)

        def put(change: Change, talk: LockedTalk, who: Arranger) -> Arranged:
            return drawing.draw(change, talk, who, draft)

        return self._do(slug, caller, put, drawing.attendee, "draw", draft.key)

    def erase(self, slug: str, caller: Caller, mark: int) -> Arranged:
        """Take one's own mark off the wall, whatever the rules."""

        def put(change: Change, talk: LockedTalk, who: Arranger) -> Arranged:
            return drawing.erase(change, talk, who, mark, own=True)

        return self._do(slug, caller, put, drawing.owner)

    def caption(self, slug: str, caller: Caller, mark: int, typed: str) -> Arranged:
        """Say what one's own mark is, or whatever the rules nothing more."""
        words = drawing.read_caption(typed)

        def put(change: Change, talk: LockedTalk, who: Arranger) -> Arranged:
            return drawing.caption(change, talk, who, mark, words, own=True)

        return self._do(slug, caller, put, drawing.attendee if words else drawing.owner)

    def put_mark_back(self, slug: str, caller: Caller, change_id: int) -> Arranged:
        """Undo what one did to a mark oneself."""

        def put(change: Change, talk: LockedTalk, who: Arranger) -> Arranged:
            return drawing.put_back(change, talk, who, change_id, own=True)

        return self._do(slug, caller, put, drawing.attendee)

    def why_not_arrange(self, session: Session, talk: TalkState, caller: Caller) -> Refused | None:
        """Return why somebody may not arrange the wall, None for those who may."""
        return self._why_not(session, talk, caller, arranging.attendee)

    def why_not_draw(self, session: Session, talk: TalkState, caller: Caller) -> Refused | None:
        """Return why somebody may not draw on the wall, None for those who may."""
        return self._why_not(session, talk, caller, drawing.attendee)

    def _why_not(
        self, session: Session, talk: TalkState, caller: Caller, attendee: LetsIn
    ) -> Refused | None:
        try:
            standing = self.boards.standing(talk, caller)
            attendee(session, talk, caller.visitor or "", **standing)
        except Refused as reason:
            return reason
        return None

    def _do(
        self,
        slug: str,
        caller: Caller,
        put: Put,
        attendee: LetsIn = arranging.attendee,
        limit: str = "arrange",
        once: str = "",
    ) -> Arranged:
        """Do something on the wall, as an ``attendee`` whom that lets do so."""

        def do(change: Change, talk: LockedTalk, me: str, **standing: bool) -> Arranged:
            return put(change, talk, attendee(change.session, talk, me, **standing))

        signed_in = attendee is not drawing.owner
        return self.boards.take_part(slug, caller, limit, do, once=once, signed_in=signed_in)
