"""Colours as people see them: how far one stands out from another, and the nearest that does.

OKLCH is worked out as https://bottosson.github.io/posts/oklab/ has it, contrast as WCAG 2.2 does.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.ASCII)
READ, SEEN = 4.5, 3.0  # WCAG AA: what is read, and what is only to be seen
STEP = 0.005


@dataclass(frozen=True)
class Colour:
    """A colour of OKLCH: lightness to 1, chroma, and hue in degrees."""

    light: float
    chroma: float
    hue: float

    @property
    def css(self) -> str:
        """Return it as style sheets have it between the brackets of ``oklch()``."""
        return f"{100 * self.light:.1f}% {self.chroma:.3f} {self.hue:.1f}"

    @property
    def rgb(self) -> tuple[float, float, float]:
        """Return its linear red, green and blue, from 0 to 1, as far as a screen can show them."""
        a, b = (self.chroma * way(math.radians(self.hue)) for way in (math.cos, math.sin))
        long, middle, short = (
            (self.light + x * a + y * b) ** 3
            for x, y in (
                (0.3963377774, 0.2158037573),
                (-0.1055613458, -0.0638541728),
                (-0.0894841775, -1.2914855480),
            )
        )
        red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
        green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
        blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
        return tuple(min(max(part, 0.0), 1.0) for part in (red, green, blue))  # type: ignore[return-value]


# The raw values of static/css/global.css and dark.css.
PAPER, INK, WHITE = Colour(0.982, 0.004, 262), Colour(0.24, 0.04, 266), Colour(1, 0, 0)
DARK_SURFACE = Colour(0.22, 0.022, 266)


@dataclass(frozen=True)
class Accent:
    """A series' colour in one scheme: as it is there, what is written on it, and a wash of it."""

    marker: Colour
    ink: Colour
    wash: Colour


def read_colour(text: str) -> Colour:
    """Return the colour of #rgb or #rrggbb; raises ValueError."""
    if not HEX.fullmatch(text.lower()):
        raise ValueError(f"{text} is no colour; write it as #0a7d6c")
    digits = text[1:] if len(text) == 7 else "".join(2 * digit for digit in text[1:])
    red, green, blue = (_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    long, middle, short = (
        math.cbrt(x * red + y * green + z * blue)
        for x, y, z in (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        )
    )
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    light = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    return Colour(light, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def contrast(one: Colour, other: Colour) -> float:
    """Return how far two colours stand out from each other, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def accents(colour: Colour) -> tuple[Accent, Accent]:
    """Return a series' colour for the light and for the dark scheme.

    What is written on it is dark or white, whichever reads better. Where neither reads well, or in
    the dark where it could not be told from the page, the nearest shade is taken that will do.
    """
    light, dark = _readable(colour), _readable(_seen_in_the_dark(colour))
    wash = min(colour.chroma / 4, 0.045)
    return (
        Accent(light, _ink_on(light), Colour(0.97, wash, colour.hue)),
        Accent(dark, _ink_on(dark), Colour(0.27, wash, colour.hue)),
    )


def _ink_on(colour: Colour) -> Colour:
    return max((INK, WHITE), key=lambda ink: contrast(ink, colour))


def _readable(colour: Colour) -> Colour:
    """Return the nearest shade that something can be read on."""
    for steps in range(200):
        for way in (1, -1):
            shade = replace(colour, light=min(max(colour.light + way * steps * STEP, 0), 1))
            if contrast(shade, _ink_on(shade)) >= READ:
                return shade
    return colour


def _seen_in_the_dark(colour: Colour) -> Colour:
    while contrast(colour, DARK_SURFACE) < SEEN:
        colour = replace(colour, light=colour.light + STEP)
    return colour


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _luminance(colour: Colour) -> float:
    red, green, blue = colour.rgb
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
