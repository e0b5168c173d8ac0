"""A series' colour: read as browsers read it, and always with something to be read on it."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.look.colours import (
    DARK_SURFACE,
    INK,
    PAPER,
    READ,
    SEEN,
    WHITE,
    Colour,
    accents,
    contrast,
    read_colour,
)

BLACK = read_colour("#000")
ANY = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize(
    ("text", "said"),
    [("#ff0000", "62.8% 0.258 29.2"), ("#0a7d6c", "52.9% 0.095 178.6"), ("#fff", "100.0%")],
)
def test_a_colour_is_read_as_browsers_read_it(text, said):
    assert read_colour(text).css.startswith(said)


@pytest.mark.parametrize("text", ["teal", "#12", "#12345g", "0a7d6c", "#0a7d6c;}", "rgb(1,2,3)"])
def test_what_is_no_colour_is_refused(text):
    with pytest.raises(ValueError, match="is no colour; write it as #0a7d6c"):
        read_colour(text)


def test_contrast_is_that_of_wcag():
    assert contrast(BLACK, WHITE) == pytest.approx(21, abs=0.01)
    assert contrast(read_colour("#767676"), WHITE) == pytest.approx(4.54, abs=0.01)
    assert contrast(WHITE, WHITE) == 1


@given(ANY)
def test_whatever_the_colour_it_can_be_read_on_and_seen_in_the_dark(text):
    light, dark = accents(read_colour(text))

    for accent in (light, dark):
        assert contrast(accent.marker, accent.ink) >= READ
    assert contrast(dark.marker, DARK_SURFACE) >= SEEN
    assert contrast(light.wash, INK) >= READ
    assert contrast(dark.wash, Colour(0.945, 0.008, 262)) >= READ


@pytest.mark.parametrize("text", ["#d4f02a", "#0a5c50", "#ffb000", "#7a1f5c"])
def test_a_colour_that_reads_well_stays_as_it_is(text):
    assert accents(read_colour(text))[0].marker == read_colour(text)


def test_navy_becomes_lighter_in_the_dark_alone():
    navy = read_colour("#001f5b")
    light, dark = accents(navy)

    assert (light.marker, light.ink) == (navy, WHITE)
    assert dark.marker.light > navy.light + 0.1


SHADE = r"--note-{name}: ([\d.]+)% ([\d.]+);"


@pytest.mark.parametrize(("ink", "at"), [(INK, 0), (Colour(0.945, 0.008, 262), 1)])
def test_each_colour_of_a_note_can_be_read_on_and_its_edge_seen(ink, at):
    css = (Path(__file__).parents[2] / "static/css/wall/note.css").read_text()
    hues = [float(hue) for hue in re.findall(r"--note-hue: (\d+);", css)]
    papers, lines = (
        re.findall(SHADE.format(name=name), css)[2 * at : 2 * at + 2] for name in ("light", "line")
    )
    surface = DARK_SURFACE if at else PAPER

    assert len(hues) == 8
    for hue in hues:
        for (light, chroma), (line, tint) in zip(papers, lines, strict=True):
            paper = Colour(float(light) / 100, float(chroma), hue)
            edge = Colour(float(line) / 100, float(tint), hue)
            assert contrast(paper, ink) >= READ, hue
            assert contrast(edge, surface) >= SEEN, hue
