"""The wheel holds all it needs, and serves from an environment with nothing else in it."""

import os
import re
import shutil
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

from tests.support.complaints import complaints
from tests.support.indoors.sitecustomize import REACHED
from tests.support.live import INDOORS, free_port
from tests.support.talks import write_talk

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
BESIDE = ("templates", "static", "migrations", "examples")
PATIENCE = 120
PLACES = str(Path(sys.executable).parent)  # where `uv` and `pipx` are from wheels


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
    venv.create(folder)
    pip = [sys.executable, "-m", "pip", "--python", folder, "install", "--quiet"]
    # Compiling it all takes longer than what is asked of it here.
    more = ["--disable-pip-version-check", "--no-compile", wheel]
    subprocess.run([*pip, *more], check=True, capture_output=True)
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


def installer(name: str) -> str:
    """Return where an installer is; skips the test where there is none."""
    found = shutil.which(name, path=os.pathsep.join((PLACES, os.environ["PATH"])))
    return found or pytest.skip(f"there is no {name} here")


def test_uvx_shows_the_demo_with_nothing_installed(wheel, tmp_path):
    port = free_port()
    command = [installer("uvx"), "--from", str(wheel), "companion", "demo", "--port", str(port)]
    # Python alone stays here: what installs it goes to the registry, and nowhere else.
    env = os.environ | {"PYTHONPATH": INDOORS, "TMPDIR": str(tmp_path)}
    demo = subprocess.Popen(
        [*command, "--audience", "1"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        page, _ = fetched(f"http://127.0.0.1:{port}/")
    finally:
        demo.terminate()
        _, errors = demo.communicate(timeout=PATIENCE)

    assert "Challenges in Deploying Machine Learning" in page
    assert REACHED not in errors.decode()
    assert "Traceback" not in errors.decode()


def test_pipx_installs_all_of_it(wheel, tmp_path):
    places = {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin")}
    command = [installer("pipx"), "install", "--python", sys.executable, str(wheel)]
    subprocess.run(command, env=os.environ | places, check=True, capture_output=True)
    talks = tmp_path / "talks"
    talks.mkdir()
    write_talk(talks)

    env = os.environ | {"PYTHONPATH": INDOORS, "COMPANION_DATA_FOLDER": str(tmp_path)}
    for arguments in (("talks", "check", talks), ("links", "talk", "--talks", talks)):
        done = subprocess.run(
            [tmp_path / "bin" / "companion", *arguments], env=env, check=True, capture_output=True
        )
        assert REACHED not in done.stderr.decode()


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
    assert (server.returncode, complaints(errors.decode())) == (0, "")
