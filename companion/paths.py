"""Where templates, static files, migrations and examples are: in the wheel, or in the checkout."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def resource_dir(name: str) -> Path:
    """Return the directory called ``name``, in the wheel or beside the package in a checkout."""
    packaged = PACKAGE / name
    return packaged if packaged.is_dir() else PACKAGE.parent / name


@cache
def fingerprint(folder: Path) -> str:
    """Return what changes when any file below ``folder`` does: 12 hexadecimal digits."""
    digest = sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
