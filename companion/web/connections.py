"""Connections that are too many, too slow or speak no HTTP: what becomes of them in gunicorn."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import gevent
from gunicorn.http.errors import (
    ExpectationFailed,
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    NoMoreData,
    ParseException,
    UnsupportedTransferCoding,
)
from werkzeug.exceptions import BadRequest, RequestTimeout

from companion.web.front_door import TOO_MANY_FROM_ONE
from companion.web.headers import on_bare_answers

# Together these are the 10 s that a request may take to arrive.
HEADER_SECONDS, BODY_SECONDS = 3, 7.0
ANSWER_SECONDS = 30.0  # for each part of an answer that a client takes its time to read
PARTING_SECONDS = 2.0
WAIT = [("Retry-After", "10")]
MUCH = 65_536
TOO_MANY = "Too many people are here just now. Try again in a minute.\n"
NO_REQUEST = "That was no request that can be answered. Open the page again.\n"
FAILED = "Something went wrong here. Try again.\n"
STATUSES = {
    LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
}
OURS = (InvalidResponseHeader, InvalidResponseHeaderName)


class BareAnswers:
    """Answers to what never reaches the application, with the headers that all answers have."""

    def __init__(self, origins: Sequence[str], path: str) -> None:
        """Answer as one of ``origins``, where the pages begin at ``path``."""
        self._headers = on_bare_answers(origins, path)
        wait = HTTPStatus.SERVICE_UNAVAILABLE
        self.too_many = self._answer(wait, TOO_MANY, WAIT)
        self.too_many_from_one = self._answer(HTTPStatus.TOO_MANY_REQUESTS, TOO_MANY_FROM_ONE, WAIT)

    def to(self, error: BaseException) -> bytes:
        """Return what to say to whoever sent what could not be read, or met a fault of ours."""
        if not is_the_clients(error):
            return self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, FAILED)
        return self._answer(STATUSES.get(type(error), HTTPStatus.BAD_REQUEST), NO_REQUEST)

    def _answer(
        self, status: HTTPStatus, said: str, headers: Sequence[tuple[str, str]] = ()
    ) -> bytes:
        kind, close = ("Content-Type", "text/plain; charset=utf-8"), ("Connection", "close")
        size = ("Content-Length", str(len(said)))
        lines = (
            f"{name}: {value}" for name, value in (kind, size, *headers, *self._headers, close)
        )
        return "\r\n".join([f"HTTP/1.1 {status} {status.phrase}", *lines, "", said]).encode()


def is_the_clients(error: BaseException) -> bool:
    """Whether what went wrong is what the client has sent, or has been too slow to send."""
    return isinstance(error, ParseException | RequestTimeout) and not isinstance(error, OURS)


def turn_away(client: Any, answer: bytes) -> None:
    """Answer a connection that is one too many, once it has asked for something."""
    with gevent.Timeout(PARTING_SECONDS, False), suppress(OSError):
        client.recv(MUCH)
        part(client, answer)
    client.close()


def part(client: Any, answer: bytes) -> None:
    """Say one last thing to a connection, and let it go."""
    with gevent.Timeout(PARTING_SECONDS, False), suppress(OSError):
        client.sendall(answer)
        client.shutdown(socket.SHUT_WR)
        while client.recv(MUCH):  # closing before all is read would take the answer back
            continue


class PromptBody:
    """Reads the body of a request, as long as it comes in time and is well-formed.

    Once the request ``is_answered``, gunicorn reads what is left of it: then there is nobody to be
    told what is wrong, and the connection ends.
    """

    __slots__ = ("_reader", "_request", "_until", "is_answered")  # every open socket keeps one

    def __init__(self, request: Any) -> None:
        """Read the body of gunicorn's ``request``; the time begins now."""
        self._request, self._reader = request, request.body.reader
        self._until = time.monotonic() + BODY_SECONDS
        self.is_answered = False

    def read(self, size: int) -> bytes:
        """Return so many bytes, fewer at the end; raises werkzeug's own refusals."""
        left = max(0.0, self._until - time.monotonic())
        try:
            with gevent.Timeout(left, RequestTimeout):
                return self._read(size)
        except (ParseException, NoMoreData, RequestTimeout) as error:
            self._request.force_close()  # where the next one begins is not known
            if self.is_answered:
                raise StopIteration from error  # gunicorn's sign for: close the connection
            raise (error if isinstance(error, RequestTimeout) else BadRequest()) from error

    def _read(self, size: int) -> bytes:
        """Raise NoMoreData where the client has gone in the middle: half a form is none."""
        announced = min(size, getattr(self._reader, "length", 0))  # chunks know their own end
        data: bytes = self._reader.read(size)
        if len(data) < announced:
            raise NoMoreData
        return data
