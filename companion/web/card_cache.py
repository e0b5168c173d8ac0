"""A board's cards: most of them are the same for everybody, and are rendered once."""

from __future__ import annotations

from functools import lru_cache

from flask import current_app
from markupsafe import Markup

from companion.board.cards import Card
from companion.board.rules import BoardState

KEPT = 5_000


def card_html(slug: str, card: Card, state: BoardState) -> Markup:
    """Render a card; when hundreds come back at once, what is not personal comes from memory."""
    if card.own or card.voted:
        return _render(slug, card, state)
    return _for_strangers(slug, card, state)


@lru_cache(KEPT)
def _for_strangers(slug: str, card: Card, state: BoardState) -> Markup:
    return _render(slug, card, state)


def _render(slug: str, card: Card, state: BoardState) -> Markup:
    template = current_app.jinja_env.get_template("question/_card.html")
    html = template.render(slug=slug, card=card, state=state)
    return Markup(html)  # noqa: S704 (a template's own)
