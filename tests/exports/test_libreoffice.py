"""What LibreOffice makes of the files: no cell is a formula. Runs where it is installed."""

import re
import shutil
import subprocess

import pytest

from companion.exports import FORMATS
from tests.exports.test_xlsx import one

SOFFICE = shutil.which("soffice")
# Comma, quotes, UTF-8, from the first line; detect numbers; evaluate formulas.
AS_CSV = "CSV:44,34,76,1,,0,false,true,false,false,false,-1,true"
FORMULAS = [
    *("=1+1", "+1+1", "-1+1", "@SUM(1)", "=HYPERLINK(1)", "=cmd|' /C calc'!A0"),
    *(" =1+1", "\t=1+1", "\n=1+1", '"=1+1', "\ufeff=1", "\u200b=1", "\u2060=1", "＝1+1"),
]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SOFFICE, reason="LibreOffice Calc is not installed"),
]


def cells_of(path, *options):
    """Return a table as LibreOffice reads it, as its own XML."""
    command = [SOFFICE, f"-env:UserInstallation={path.parent.as_uri()}/profile", "--headless"]
    command += [*options, "--convert-to", "fods", "--outdir", str(path.parent), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    [made] = path.parent.glob(f"{path.stem}*.fods")
    return made.read_text()


def formulas(cells: str) -> list[str]:
    return re.findall(r'table:formula="[^"]*"', cells)


@pytest.fixture
def record(plain_record):
    [entry] = one(plain_record, detail="_x0041_ and 007").entries
    entries = [one(plain_record, text=text, author=text).entries[0] for text in FORMULAS]
    return plain_record.__class__(**{**vars(plain_record), "entries": (entry, *entries)})


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_no_cell_is_a_formula(record, tmp_path, format):
    path = tmp_path / f"questions.{format}"
    with path.open("wb") as out:
        FORMATS[format].write(record, out)

    cells = cells_of(path, *([f"--infilter={AS_CSV}"] if format == "csv" else []))

    assert formulas(cells) == []
    assert "_x0041_ and 007" in cells
    assert "@SUM(1)" in cells


def test_it_would_find_formulas_if_there_were_any(tmp_path):
    path = tmp_path / "questions.csv"
    path.write_text("".join(f'"{text}"\r\n' for text in FORMULAS if '"' not in text))

    assert len(formulas(cells_of(path, f"--infilter={AS_CSV}"))) >= 3
