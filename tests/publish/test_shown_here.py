"""The companion's own pages show a published text as the board does, as Jekyll does."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given

from companion.board import richtext
from companion.publish.block import markdown
from companion.talks.markdown.job import RenderJob
from companion.talks.markdown.render import render
from tests.support.entries import ENTRY
from tests.support.hostile import TEXTS, hostile_texts
from tests.support.html import part

HOST = re.compile(r' <span class="link-host">.*?</span>')
pytestmark = pytest.mark.slow


def shown(text: str) -> str:
    """Return what the heading of a published question says here."""
    html = render(RenderJob("Bees.", qa=markdown([replace(ENTRY, text=text)]))).qa_html
    root = part(html)
    headings = [item for item in root.iter() if item.get("id") == "h-qa-1"]
    assert len(headings) == 1, html
    return "".join(headings[0].itertext())


def on_the_board(text: str) -> str:
    """Return what its headline says on the board, without the hosts that its links lead to."""
    html = HOST.sub("", richtext.headline_to_html(" ".join(text.split())))
    return "".join(part(f"<p>{html}</p>").itertext())


def plain(text: str) -> str:
    marks = str.maketrans(
        {"‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "«": "<<", "»": ">>"}
    )
    return " ".join(text.translate(marks).split())


@pytest.mark.parametrize("text", TEXTS)
def test_every_text(text):
    assert plain(shown(text)) == plain(on_the_board(text))


@given(hostile_texts.filter(str.strip))
def test_whatever_the_text(text):
    assert plain(shown(text)) == plain(on_the_board(text))
