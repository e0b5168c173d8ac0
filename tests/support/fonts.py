"""Make the headings' typeface anew: `python -m tests.support.fonts FOLDER`.

FOLDER is `package/` of the npm package that `static/fonts/FONTS.md` names. Needs fontTools and
brotli, which nothing else here does: install them where the project's own are not.
"""

# mypy: ignore-errors

import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

from fontTools import subset
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

STATIC = Path(__file__).parents[2] / "static" / "fonts"
SOURCE = "files/bricolage-grotesque-{part}-standard-normal.woff2"
SHAPE = {"opsz": 36, "wdth": 100, "wght": 740}
PUNCTUATION = {*range(0x2018, 0x201B), *range(0x201C, 0x201F), 0x2013, 0x2014, 0x2026, 0x20AC}
PARTS = {
    "latin": {*range(0x20, 0x7F), *range(0xA0, 0x100), *PUNCTUATION},
    "latin-ext": {*range(0x100, 0x180), 0x218, 0x219, 0x21A, 0x21B, 0x1E9E},
}
KERNED = [chr(code) for code in (*range(0x41, 0x5B), *range(0x61, 0x7B))]
KERNED += list(".,-–’")
WORTH_IT = 24  # thousandths of an em: what is nearer to none is not seen in a heading


def make(folder: Path) -> None:
    """Write a file for each part."""
    for part, wanted in PARTS.items():
        font = instantiateVariableFont(TTFont(folder / SOURCE.format(part=part)), SHAPE)
        pairs = kerning(font) if part == "latin" else {}
        use_tabular_figures(font)
        cut(font, wanted)
        if pairs:
            addOpenTypeFeaturesFromString(font, written(pairs, font))
        font.flavor = "woff2"
        path = STATIC / f"bricolage-grotesque-{part}.woff2"
        font.save(path)
        print(path.name, path.stat().st_size)  # noqa: T201


def use_tabular_figures(font: TTFont) -> None:
    """Have all figures be as wide as each other, so that a countdown stands still."""
    for feature in font["GSUB"].table.FeatureList.FeatureRecord:
        if feature.FeatureTag != "tnum":
            continue
        for at in feature.Feature.LookupListIndex:
            for table in font["GSUB"].table.LookupList.Lookup[at].SubTable:
                swapped = getattr(table, "ExtSubTable", table).mapping
                for one in font["cmap"].tables:
                    one.cmap = {code: swapped.get(name, name) for code, name in one.cmap.items()}


def cut(font: TTFont, wanted: set[int]) -> None:
    """Leave out all letters but those wanted, hints and what layout needs."""
    options = subset.Options(layout_features=[], hinting=False, name_IDs=[1, 2, 13, 14])
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "STAT", "gasp"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)


def kerning(font: TTFont) -> dict[tuple[str, str], int]:
    """Return by how much the pairs of plain letters move together that move most."""
    names = font.getBestCmap()
    glyphs = {names[ord(char)] for char in KERNED if ord(char) in names}
    found: dict[tuple[str, str], int] = {}
    for table in pair_tables(font):
        for first in glyphs & set(table.Coverage.glyphs):
            for second in glyphs:
                value = moved(table, first, second)
                if value is not None:
                    found.setdefault((first, second), value)
    return {pair: value for pair, value in found.items() if abs(value) >= WORTH_IT}


def pair_tables(font: TTFont):
    """Give every table that moves pairs, those within others too."""
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            if table.LookupType == 2:
                yield table


def moved(table, first: str, second: str) -> int | None:
    """Return by how much one table moves a pair, None where it says nothing of it."""
    if table.Format == 1:
        pairs = table.PairSet[table.Coverage.glyphs.index(first)].PairValueRecord
        record = next((pair for pair in pairs if pair.SecondGlyph == second), None)
        return record.Value1.XAdvance if record and record.Value1 else None
    one = table.ClassDef1.classDefs.get(first, 0)
    two = table.ClassDef2.classDefs.get(second, 0)
    value = table.Class1Record[one].Class2Record[two].Value1
    return getattr(value, "XAdvance", 0) if value else None


def written(pairs: dict[tuple[str, str], int], font: TTFont) -> str:
    """Return the pairs as a feature; letters with accents move others as those without do.

    They are not moved themselves: their accents would run into what stands before.
    """
    alike: dict[str, list[str]] = defaultdict(list)
    names = font.getBestCmap()
    for code, glyph in names.items():
        base = unicodedata.normalize("NFD", chr(code))[0]
        alike[names.get(ord(base), glyph)].append(glyph)
    rounded: dict[str, dict[str, int]] = defaultdict(dict)
    for (first, second), value in pairs.items():
        rounded[first][second] = round(value / 10) * 10
    rules = "".join(
        f"  enum pos [{' '.join(alike[first])}] {second} {value};\n"
        for first, seconds in rounded.items()
        for second, value in seconds.items()
    )
    return f"feature kern {{\n{rules}}} kern;\n"


if __name__ == "__main__":
    make(Path(sys.argv[1]))
