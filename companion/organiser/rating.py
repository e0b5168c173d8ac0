"""How the talks of a series were rated, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.board.rating_counts import RatingCounts, counts_of
from companion.store.models import Talk
from companion.talks.page import TalkPage


@dataclass(frozen=True)
class RatedTalk:
    """A talk and how it was rated."""

    page: TalkPage
    counts: RatingCounts


def rated(session: Session, pages: Iterable[TalkPage]) -> list[RatedTalk]:
    """Return the talks that enough people have rated, the latest first."""
    ids = {slug: id for id, slug in session.execute(sa.select(Talk.id, Talk.slug))}
    counted = counts_of(session, list(ids.values()))
    found = ((page, counted.get(ids.get(page.slug, 0))) for page in pages)
    talks = [RatedTalk(page, counts) for page, counts in found if counts]
    return sorted(talks, key=lambda talk: talk.page.starts, reverse=True)
