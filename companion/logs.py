"""Log lines: text for people, or JSON, one object a line, for what collects them.

No line can be forged: what came from outside cannot end one and begin another.
"""

from __future__ import annotations

import json
import logging
import textwrap
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

TEXT, JSON = "text", "json"
# Of the request that is being answered, "" outside of any.
request_id: ContextVar[str] = ContextVar("request_id", default="")


def formatter(kind: str) -> logging.Formatter:
    """Return what makes lines of one kind."""
    return JsonFormatter() if kind == JSON else TextFormatter()


class TextFormatter(logging.Formatter):
    """A line for people; what follows of an error is indented."""

    def __init__(self) -> None:
        """Begin with how grave it is and where it comes from."""
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        """Return the first line, and no second."""
        line = super().formatMessage(record)
        if request_id.get():
            line = f"{line} (request {request_id.get()})"
        return "".join(char if char.isprintable() else " " for char in line)

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's name)
        """Return a traceback that looks like no lines of ours."""
        return textwrap.indent(super().formatException(ei), "  ", lambda _line: True)


class JsonFormatter(logging.Formatter):
    """A line for programs; of an error its kind and where it was, never its words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one object on one line; a record's ``fields`` are in it by their names."""
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            said["request_id"] = request_id.get()
        said |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0]:
            said["error"] = record.exc_info[0].__name__
            said["trace"] = _places(record.exc_info[2])
        return json.dumps(said)


def _places(found: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(found)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
