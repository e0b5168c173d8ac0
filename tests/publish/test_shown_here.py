"""The companion's own pages show a published text as it was typed, as Jekyll does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from companion.publish.block import markdown
from companion.talks.markdown.job import RenderJob
from companion.talks.markdown.render import render
from tests.support.entries import ENTRY
from tests.support.hostile import TEXTS, hostile_texts
from tests.support.html import part

pytestmark = pytest.mark.slow


def shown(text: str) -> str:
    """Return what the heading of a published question says here."""
    html = render(RenderJob("Bees.", qa=markdown([replace(ENTRY, text=text)]))).qa_html
    root = part(html)
    headings = [item for item in root.iter() if item.get("id") == "h-qa-1"]
    assert len(headings) == 1, html
    return "".join(headings[0].itertext())


def plain(text: str) -> str:
    marks = str.maketrans(
        {"‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "«": "<<", "»": ">>"}
    )
    return " ".join(text.translate(marks).split())


@pytest.mark.parametrize("text", TEXTS)
def test_every_text(text):
    assert plain(shown(text)) == plain(text)


@given(hostile_texts.filter(str.strip))
def test_whatever_the_text(text):
    assert plain(shown(text)) == plain(text)
