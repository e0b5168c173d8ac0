"""Curves as SVG: a small panel for each figure, dark where the reader's page is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from math import log10

WIDTH, HEIGHT, COLUMNS = 210, 130, 4
LEFT, RIGHT, TOP, BOTTOM = 14, 34, 40, 22
STYLE = """
text { font: 11px system-ui, sans-serif; fill: #333 } .name { font-weight: 600 }
.line { fill: none; stroke: #1b62b5; stroke-width: 2 } .dot { fill: #1b62b5 }
.axis { stroke: #bbb }
@media (prefers-color-scheme: dark) {
text { fill: #ddd } .line { stroke: #7db4f5 } .dot { fill: #7db4f5 } .axis { stroke: #555 } }
"""
Curves = Mapping[int, Mapping[str, float]]


def draw(title: str, curves: Curves) -> str:
    """Return a drawing of every figure over the sizes, which are a logarithm apart."""
    names = list(next(iter(curves.values())))
    rows = -(-len(names) // COLUMNS)
    wide, high = WIDTH * min(COLUMNS, len(names)), HEIGHT * rows
    panels = "".join(_panel(number, name, curves) for number, name in enumerate(names))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" role="img" '
        f'width="{wide}"><title>{escape(title)}</title><style>{STYLE}</style>{panels}</svg>\n'
    )


def _panel(number: int, name: str, curves: Curves) -> str:
    x, y = WIDTH * (number % COLUMNS), HEIGHT * (number // COLUMNS)
    return f'<g transform="translate({x} {y})">{"".join(_parts(name, curves))}</g>\n'


def _parts(name: str, curves: Curves) -> Iterator[str]:
    points = [(_across(size, curves), _up(name, size, curves)) for size in curves]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    base = HEIGHT - BOTTOM
    yield f'<text class="name" x="{LEFT}" y="14">{escape(name)}</text>'
    yield f'<path class="axis" d="M{LEFT} {base}H{WIDTH - RIGHT + 8}"/>'
    yield f'<polyline class="line" points="{line}"/>'
    for (x, y), (size, found) in zip(points, curves.items(), strict=True):
        yield f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
        yield _text(x, y - 7, f"{found[name]:.3g}")
        yield _text(x, base + 14, f"{size:,}")


def _text(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{text}</text>'


def _across(size: int, curves: Curves) -> float:
    first, last = log10(min(curves)), log10(max(curves))
    share = (log10(size) - first) / ((last - first) or 1)
    return LEFT + 8 + share * (WIDTH - LEFT - RIGHT - 8)


def _up(name: str, size: int, curves: Curves) -> float:
    highest = max(found[name] for found in curves.values()) or 1
    return HEIGHT - BOTTOM - curves[size][name] / highest * (HEIGHT - TOP - BOTTOM)
