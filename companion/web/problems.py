"""Errors as programs read them: problem details, as RFC 9457 has it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Response, request
from werkzeug.exceptions import HTTPException

from companion.logs import request_id

PREFIX = "/api/"
KIND = "application/problem+json"


def wants_problem() -> bool:
    """Whether a program asks, and not somebody's browser."""
    return request.path.startswith(PREFIX)


def problem(error: HTTPException, code: int, detail: str, headers: Mapping[str, str]) -> Response:
    """Return why something was not answered, with what the status wants to have said beside it."""
    said: dict[str, object] = {"type": "about:blank", "title": error.name, "status": code}
    said["detail"] = detail
    if code >= 500:
        said["reference"] = request_id.get()
    body = json.dumps(said, ensure_ascii=False) + "\n"
    response = Response(body, code, headers, content_type=KIND)
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers.add(name, value)
    return response
