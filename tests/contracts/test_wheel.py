"""The wheel holds all it needs, and serves from an environment with nothing else in it."""

import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from tests.support.talks import write_talk

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
BESIDE = ("templates", "static", "migrations", "examples")
PATIENCE = 60


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built from the source distribution."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    return path


def test_everything_beside_the_package_is_in_the_wheel(wheel):
    with zipfile.ZipFile(wheel) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    wanted = {
        f"companion/{path.relative_to(ROOT).as_posix()}": path.read_bytes()
        for folder in BESIDE
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert len(wanted) > 40
    assert {name for name in wanted if held.get(name) != wanted[name]} == set()
    assert [name for name in held if name.startswith(("tests/", "benchmarks/", "docs/"))] == []
    assert any(name.endswith("/licenses/LICENSE") for name in held)


def install(wheel: Path, folder: Path) -> Path:
    """Return the `companion` command of an environment that has the wheel and no more."""
    venv.create(folder, with_pip=True)
    pip = [folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", wheel]
    subprocess.run(pip, check=True, capture_output=True)
    return folder / "bin" / "companion"


def fetched(address: str) -> tuple[str, str]:
    """Return what an address answers and of what type, as soon as it does."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                return answer.read().decode(), answer.headers.get_content_type()
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < deadline, f"{address} does not answer"
            time.sleep(0.05)


def test_it_works_in_a_clean_environment(wheel, tmp_path):
    companion = install(wheel, tmp_path / "venv")
    talks = tmp_path / "talks"
    talks.mkdir()
    write_talk(talks)

    for arguments in (
        ("--version",),
        ("demo", "--help"),
        ("talks", "check", talks),
        ("db", "upgrade"),
    ):
        subprocess.run([companion, *arguments], cwd=tmp_path, check=True, capture_output=True)
    serves_a_talk(companion, talks)


def serves_a_talk(companion: Path, talks: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    site = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [companion, "serve", "--talks", talks, "--port", str(port)],
        cwd=talks.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        page, kind = fetched(f"{site}/talks/talk")
        assert (kind, "A talk about bees" in page, 'id="board"' in page) == (
            "text/html",
            True,
            True,
        )
        sheets = re.findall(r'<link[^>]* href="([^"]+\.css)"', page)
        scripts = re.findall(r'<script[^>]* src="([^"]+)"', page)
        assert sheets
        assert scripts
        for addresses, expected in ((sheets, "text/css"), (scripts, "text/javascript")):
            for address in addresses:
                text, kind = fetched(site + address)
                assert (kind, len(text) > 50) == (expected, True), address
        assert fetched(f"{site}/readyz")[0] == "ok\n"
    finally:
        server.terminate()
        _, errors = server.communicate(timeout=PATIENCE)
    assert (server.returncode, errors.decode()) == (0, "")
