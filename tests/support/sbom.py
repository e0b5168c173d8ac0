"""Adds the scripts in static/vendor to a CycloneDX list, which otherwise knows Python packages."""

import json
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

TABLE = Path(__file__).resolve().parents[2] / "static" / "vendor" / "VENDORED.md"
ROW = re.compile(
    r"^\| `(?P<file>[^`]+)` \| [^|]+ \| (?P<version>[\d.]+) \| `(?P<package>[^`]+)` [^|]+"
    r"\| (?P<licence>[\w.-]+)[^|]*\| `(?P<sha256>[0-9a-f]{64})` \|$",
    re.MULTILINE,
)


class Script(NamedTuple):
    """One vendored file, as the table has it."""

    file: str
    version: str
    package: str
    licence: str
    sha256: str


def vendored() -> list[Script]:
    """Return the scripts that the table lists."""
    return [Script(*row) for row in ROW.findall(TABLE.read_text())]


def component(script: Script) -> dict[str, Any]:
    """Return a script as a component in CycloneDX's words."""
    return {
        "type": "library",
        "bom-ref": f"static/vendor/{script.file}",
        "name": script.package,
        "version": script.version,
        "purl": f"pkg:npm/{script.package}@{script.version}",
        "licenses": [{"license": {"id": script.licence}}],
        "hashes": [{"alg": "SHA-256", "content": script.sha256}],
    }


def add_scripts(bill: dict[str, Any]) -> None:
    """Let the whole depend on the scripts as on everything else."""
    found = [component(script) for script in vendored()]
    root = bill["metadata"]["component"]["bom-ref"]
    bill["components"] += found
    for entry in bill["dependencies"]:
        if entry["ref"] == root:
            entry["dependsOn"] = entry.get("dependsOn", []) + [one["bom-ref"] for one in found]


if __name__ == "__main__":
    written = Path(sys.argv[1])
    bill = json.loads(written.read_text())
    add_scripts(bill)
    written.write_text(json.dumps(bill, indent=2) + "\n")
