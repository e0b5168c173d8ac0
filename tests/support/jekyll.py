"""Jekyll, as the sites that keep talks' pages run it."""

import shutil
import subprocess
from pathlib import Path

import pytest

JEKYLL = shutil.which("jekyll")
needs_jekyll = pytest.mark.skipif(JEKYLL is None, reason="jekyll is not installed")


def build_site(site: Path, config: str = "title: The site's own title\n") -> Path:
    """Build a site; returns the folder of its pages."""
    assert JEKYLL
    (site / "_config.yml").write_text(config)
    built = site.with_name(f"{site.name}-built")
    done = subprocess.run(
        [
            JEKYLL,
            "build",
            "--quiet",
            "--source",
            site,
            "--destination",
            built,
            "--disable-disk-cache",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return built
