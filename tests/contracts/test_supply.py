"""What is installed is what was written down, byte for byte, and has no holes that are known."""

import re
import tomllib
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.support.sbom import TABLE, add_scripts, vendored

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "requirements"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
# The first versions without the holes named in each package's security advisories.
FLOORS = {
    "flask": "3.1.3",
    "flask-socketio": "5.6.1",
    "gevent": "23.9",
    "gunicorn": "23.0",
    "markdown": "3.8.1",
    "markdown-it-py": "2.2.0",
    "nh3": "0.3.8",
    "python-engineio": "4.15.1",
    "python-socketio": "5.16.4",
    "pyyaml": "5.4",
    "werkzeug": "3.1.6",
}
SCRIPT_FLOORS = {"htmx.org": "4.0.1", "socket.io-client": "4.8.4"}
# Each has holes, or breaks the server by being there.
UNWANTED = ("bleach", "eventlet", "gevent-websocket")


def requirements(*lists: list[str]) -> dict[str, Requirement]:
    found = [Requirement(line) for listed in lists for line in listed]
    return {canonicalize_name(one.name): one for one in found}


def pins(name: str) -> dict[str, list[Requirement]]:
    """Return what a lock file asks for by each package's name; every line of it is understood."""
    entries = re.split(r"\n(?=\S)", (LOCKS / name).read_text().strip())
    found: dict[str, list[Requirement]] = {}
    for entry in entries:
        pin, *hashes = entry.split(" \\\n    --hash=sha256:")
        assert hashes, pin
        assert all(re.fullmatch("[0-9a-f]{64}", one) for one in hashes), pin
        wanted = Requirement(pin)
        assert re.fullmatch(r"==[\w.!+]+", str(wanted.specifier)), pin
        found.setdefault(canonicalize_name(wanted.name), []).append(wanted)
    return found


def pinned(wanted: Requirement) -> Version:
    return Version(str(wanted.specifier).removeprefix("=="))


RUN = requirements(PROJECT["project"]["dependencies"])
EXTRAS = requirements(*PROJECT["project"]["optional-dependencies"].values())
GROUPS = PROJECT["dependency-groups"]
ASKED = {
    "run.txt": RUN | EXTRAS,
    "dev.txt": RUN | EXTRAS | requirements(GROUPS["dev"], GROUPS["browser"]),
    "sbom.txt": requirements(GROUPS["sbom"]),
}


@pytest.mark.parametrize("lock", ASKED)
def test_a_lock_file_has_all_that_is_asked_for_at_one_version_with_hashes(lock):
    there = pins(lock)

    assert set(there) >= set(ASKED[lock])
    for name, wanted in ASKED[lock].items():
        for pin in there[name]:
            assert wanted.specifier.contains(pinned(pin)), pin


def test_what_serves_is_what_was_tested():
    tested, serving = pins("dev.txt"), pins("run.txt")

    for name, wanted in serving.items():
        assert {pinned(pin) for pin in wanted} <= {pinned(pin) for pin in tested[name]}
    assert set(serving).isdisjoint({"pytest", "playwright", "ruff"})


def test_nothing_is_installed_but_by_its_hash():
    makefile = (ROOT / "Makefile").read_text()
    installs = re.findall(r"^\t.*\bpip\b.* (?:\$\(INSTALL\)|install) .*$", makefile, re.MULTILINE)
    unhashed = [line.strip() for line in installs if "$(INSTALL)" not in line]

    assert (
        "INSTALL := install --quiet --disable-pip-version-check --no-deps --require-hashes"
        in makefile
    )
    assert len(installs) == 6
    assert unhashed == [
        "$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .",
        '$(VENV)-lock/bin/pip install --quiet "uv>=0.9"',
    ]


@pytest.mark.parametrize("name", FLOORS)
def test_nothing_with_known_holes_is_let_in(name):
    floor = Version(FLOORS[name])

    assert not RUN[name].specifier.contains(_just_below(floor))
    assert Version(version(name)) >= floor
    assert all(pinned(pin) >= floor for pin in pins("run.txt")[name])


def _just_below(floor: Version) -> str:
    *most, last = floor.release
    return ".".join(map(str, (*most, last - 1, 999))) if last else f"{most[0] - 1}.999"


@pytest.mark.parametrize("name", UNWANTED)
def test_what_would_do_harm_is_not_installed(name):
    assert all(name not in pins(lock) for lock in ASKED)
    with pytest.raises(PackageNotFoundError):
        version(name)


def test_vendored_files_are_those_that_were_published():
    folder = TABLE.parent
    there = {path.name for path in folder.iterdir()} - {TABLE.name}

    assert {script.file for script in vendored()} == there
    for script in vendored():
        assert sha256((folder / script.file).read_bytes()).hexdigest() == script.sha256
        assert script.version in script.file
        assert Version(script.version) >= Version(SCRIPT_FLOORS[script.package])


def test_the_list_of_all_that_a_server_is_made_of_has_the_scripts_too():
    bill = {
        "metadata": {"component": {"bom-ref": "root-component"}},
        "components": [{"bom-ref": "flask==3.1.3"}],
        "dependencies": [
            {"ref": "flask==3.1.3"},
            {"ref": "root-component", "dependsOn": ["flask==3.1.3"]},
        ],
    }

    add_scripts(bill)

    scripts = [f"static/vendor/{script.file}" for script in vendored()]
    assert bill["dependencies"][1]["dependsOn"] == ["flask==3.1.3", *scripts]
    assert [part["bom-ref"] for part in bill["components"]] == ["flask==3.1.3", *scripts]
    assert {part["purl"] for part in bill["components"][1:]} == {
        "pkg:npm/htmx.org@4.0.1",
        "pkg:npm/socket.io-client@4.8.4",
    }


def test_the_typeface_is_the_one_that_was_made_and_is_light():
    folder = ROOT / "static" / "fonts"
    said = dict(re.findall(r"\| `(\S+)` \| `([0-9a-f]{64})` \|", (folder / "FONTS.md").read_text()))
    there = {path.name: path.read_bytes() for path in folder.glob("*.woff2")}

    assert {name: sha256(data).hexdigest() for name, data in there.items()} == said
    assert sum(map(len, there.values())) <= 16 * 1024
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text()
