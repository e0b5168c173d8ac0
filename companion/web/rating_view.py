"""The rating on a talk's page, as one visitor has given it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, render_template

from companion.board.rating import NOTHING, Given, closes_at, given, is_open
from companion.board.rating_words import worth_asked
from companion.board.talk_state import TalkState
from companion.messages import Message
from companion.store.engine import db
from companion.web.for_everybody import Own
from companion.web.visitors import visitor, welcome

RATING = "rating/_rating.html"


@dataclass(frozen=True)
class RatingView:
    """What somebody is asked of a talk, what they have said, and until when that can be changed.

    ``problem`` is why what they sent was not saved.
    """

    asked: Message
    given: Given
    until: datetime
    problem: str = ""


def own_rating(talk: TalkState) -> Own | None:
    """Return the rating of somebody who has given one, None for all others."""
    mine = given(db.session(), talk.row, visitor()) if is_open(talk) else NOTHING
    if mine.is_nothing:
        return None
    rating = rating_of(talk, mine)
    theirs, own = (_rating_html(talk, rating_of(talk, one)) for one in (NOTHING, mine))
    return Own({"rating": rating}, ((theirs, own),))


def rating_part(talk: TalkState) -> Response:
    """Render the rating alone, as this visitor has given it."""
    mine = given(db.session(), talk.row, visitor()) if is_open(talk) else NOTHING
    return welcome(make_response(_rating_html(talk, rating_of(talk, mine))))


def rating_of(talk: TalkState, mine: Given = NOTHING) -> RatingView | None:
    """Return the rating as somebody has given it, None while there is none to give."""
    return RatingView(worth_asked(talk.page), mine, closes_at(talk)) if is_open(talk) else None


def _rating_html(talk: TalkState, rating: RatingView | None) -> str:
    return render_template(RATING, talk=talk, page=talk.page, rating=rating)
