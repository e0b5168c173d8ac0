"""Answers that whoever asks may have already: each names its version, and none is sent twice."""

from __future__ import annotations

from hashlib import sha256

from flask import Response, request


def etag(*parts: object) -> str:
    """Return what is the same for the same parts only."""
    return sha256(repr(parts).encode()).hexdigest()[:32]


def unchanged(tag: str) -> Response | None:
    """Return the short answer to somebody who has this version, None for anybody else."""
    if not request.if_none_match.contains_weak(tag):
        return None
    answer = tagged(Response(status=304), tag)
    answer.headers.remove("Content-Type")  # there is nothing that could be of a type
    return answer


def tagged(response: Response, tag: str) -> Response:
    """Say which version an answer is; weakly, for the moment that it is made at is in some."""
    response.set_etag(tag, weak=True)
    return response
