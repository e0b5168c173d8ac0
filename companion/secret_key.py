"""The key that signs cookies: the one that was set, or one kept beside the database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from companion import values
from companion.settings import ConfigError, Settings


def secret_key(settings: Settings) -> str:
    """Return the key that was set, else the one kept beside the SQLite file, made when missing.

    Raises ConfigError when it cannot be kept there.
    """
    if settings.secret_key:
        return settings.secret_key
    from sqlalchemy.engine import make_url

    path = Path(f"{make_url(settings.database_url).database}.key")
    try:
        if not path.exists() or not path.stat().st_size:
            _make_key(path)
        return values.key(path.read_text().strip() or "empty")
    except ValueError as error:
        raise ConfigError(f"COMPANION_SECRET_KEY: {path} holds a bad one: {error}") from None
    except OSError as error:
        raise ConfigError(
            f"COMPANION_SECRET_KEY: cannot keep one in {path} ({error.strerror}); set it, or put "
            "the database where it can be written"
        ) from None


def _make_key(path: Path) -> None:
    """Write a key beside its place and move it there whole, unless another process was faster."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        made.touch(mode=0o600)
        with made.open("w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        if path.exists() and not path.stat().st_size:  # a full disk left it so, and nobody used it
            made.replace(path)
            return
        try:
            path.hardlink_to(made)
        except FileExistsError:
            return
        except OSError:  # a file system without links
            made.replace(path)
    finally:
        made.unlink(missing_ok=True)
