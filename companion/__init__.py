"""Live Q&A beside a talk's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from companion.settings import Settings

__all__ = ["create_app"]


def create_app(settings: Settings) -> Flask:
    """Return the application, wired; nothing is imported before it is asked for."""
    from companion.app import build

    return build(settings)
