"""A board's cards and a wall's notes: most are the same for everybody, and rendered once."""

from __future__ import annotations

from functools import lru_cache

from flask import current_app
from markupsafe import Markup

from companion.board.cards import Card
from companion.board.rules import BoardState
from companion.board.wall import COLOURS, Note
from companion.languages import language
from companion.web.sentences import in_language

# A board shows 50 cards, and each vote makes another card of one: what is older is asked for by
# nobody, and takes 2 KB.
KEPT = 1_000
NOTES_KEPT = 8_000  # a wall shows 550, to who arranges and who does not, in each language


def card_html(slug: str, card: Card, state: BoardState) -> Markup:
    """Render a card; when hundreds come back at once, what is not personal comes from memory."""
    if card.own:
        return _render(slug, card, state)
    return _for_others(slug, card, state, language())


@lru_cache(KEPT)
def _for_others(slug: str, card: Card, state: BoardState, _language: str) -> Markup:
    return _render(slug, card, state)


def note_html(slug: str, note: Note, arranges: bool, votes: bool = False) -> Markup:
    """Render a note as all see it who arrange, or all who do not; ``votes``: some are given."""
    return _note(slug, note, arranges, votes, language())


def vote_html(slug: str, id: int, how: str = "") -> Markup:
    """Render what a note is voted for by: whoever has "voted" sees another one than a stranger.

    Whoever has "written" it sees that.
    """
    return _vote(slug, id, how, language())


def waiting_html(slug: str, texts: tuple[str, ...] = ()) -> Markup:
    """Render what is only its writer's to see: their notes that a moderator has to read first."""
    return _html("wall/_waiting.html", slug=slug, texts=texts)


@lru_cache(NOTES_KEPT)
def _note(slug: str, note: Note, arranges: bool, votes: bool, _language: str) -> Markup:
    shown = {"arranges": arranges, "votes": votes, "colours": COLOURS, "vote_html": vote_html}
    return _html("wall/_note.html", slug=slug, note=note, **shown)


@lru_cache(NOTES_KEPT)
def _vote(slug: str, id: int, how: str, _language: str) -> Markup:
    return _html("wall/_vote.html", slug=slug, id=id, how=how)


def _render(slug: str, card: Card, state: BoardState) -> Markup:
    return _html("question/_card.html", slug=slug, card=card, state=state)


def _html(name: str, **context: object) -> Markup:
    html = current_app.jinja_env.get_template(name).render(**context, **in_language())
    return Markup(html)  # noqa: S704 (a template's own)
