"""What it costs as one thing grows: questions, attendees, talks at once, pages, or workers."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path

from benchmarks import stage
from benchmarks.curves import draw
from benchmarks.figures import machine, table
from benchmarks.options import parser, save

AXES = ("questions", "attendees", "talks", "pages", "workers")
SERVED = frozenset(("attendees", "talks", "workers"))
Curves = dict[int, dict[str, float]]


def main() -> None:
    """Measure, print what came of it, and draw it where that is asked for."""
    wanted = _parser().parse_args()
    if SERVED & set(wanted.axis):
        stage.build()
    print(machine(), flush=True)
    curves = {axis: _measure(axis, wanted) for axis in wanted.axis}
    save(wanted, curves)


def _parser() -> argparse.ArgumentParser:
    known = parser(__doc__)
    known.add_argument("--axis", nargs="+", choices=AXES, default=AXES, help="what grows [all]")
    known.add_argument("--sizes", type=int, nargs="+", help="how far [each axis has its own]")
    known.add_argument("--draw", type=Path, metavar="FOLDER", help="put the curves there, as SVG")
    return known


def _measure(axis: str, wanted: argparse.Namespace) -> Curves:
    module = import_module(f"benchmarks.axes.{axis}")
    curves: Curves = {}
    for size in wanted.sizes or module.SIZES:
        curves[size] = module.measure(size, wanted)
    print(_table(axis, curves), flush=True)
    if wanted.draw:
        drawing = draw(f"As {axis} grow", curves)
        (wanted.draw / f"growth-{axis}.svg").write_text(drawing, encoding="utf-8")
    return curves


def _table(axis: str, curves: Curves) -> str:
    names = next(iter(curves.values()))
    sizes = " | ".join(f"{size:,}" for size in curves)
    rows = [(name, *(f"{found[name]:.3g}" for found in curves.values())) for name in names]
    return table(f"{axis} | {sizes}", rows)


if __name__ == "__main__":
    main()
