"""What is a visitor's own on a wall: its page is everybody's, and that is laid in."""

from __future__ import annotations

from collections.abc import Callable

from companion.board.own_notes import own_notes
from companion.board.queries import needs_code
from companion.board.rules import BoardState
from companion.board.talk_state import TalkState
from companion.store.engine import db
from companion.web.auth import runs_talk
from companion.web.card_cache import vote_html, waiting_html
from companion.web.replies import board_service
from companion.web.visitors import visitor

STRANGER, VOTED, WRITTEN = "", "voted", "written"


def lay_in(talk: TalkState) -> Callable[[bytes], bytes] | None:
    """Return what puts a visitor's own into a wall as strangers see it, None for nothing."""
    own = own_notes(db.session(), talk, visitor())
    standing = dict.fromkeys(own.voted, VOTED) | dict.fromkeys(own.written, WRITTEN)

    def put(html: bytes) -> bytes:
        for note, how in standing.items():
            before, after = (vote_html(talk.slug, note, each) for each in (STRANGER, how))
            html = html.replace(before.encode(), after.encode(), 1)
        none, mine = (waiting_html(talk.slug, texts) for texts in ((), own.waiting))
        return html.replace(none.encode(), mine.encode(), 1)

    return put if standing or own.waiting else None


def gate(talk: TalkState) -> str:
    """Return what whoever asks has to do before they can vote: give a code, sign in, or nothing."""
    if talk.rules.state is BoardState.CLOSED:
        return ""
    is_outside = board_service().needs_sign_in(visitor())
    lacks_code = needs_code(db.session(), talk, visitor())
    if not (is_outside or lacks_code) or runs_talk(talk.page):
        return ""
    return "sign_in" if is_outside else "code"
