"""A command, run on the usual folder of talks."""

import os
import subprocess

import pytest
from click.testing import CliRunner, Result

from companion.cli import main
from tests.support.commands import run_elsewhere


@pytest.fixture
def run(folder, sqlite_url, monkeypatch, tmp_path):
    """Run a command on the usual folder of talks, in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMPANION_TALKS", str(folder))
    monkeypatch.setenv("COMPANION_DATABASE_URL", sqlite_url)

    def run_command(*arguments: str, **env: str) -> Result | subprocess.CompletedProcess[str]:
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        if arguments[0] in ("serve", "demo") and "--help" not in arguments:
            return run_elsewhere(*arguments)
        before = dict(os.environ)
        try:
            return CliRunner().invoke(main, arguments, catch_exceptions=False)
        finally:
            for name in set(os.environ) - set(before):
                del os.environ[name]
            os.environ.update(before)

    return run_command
