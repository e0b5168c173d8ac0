"""Asking the interface for programs: each answer is checked against its description."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse

API = "/api/v1"
TALK = f"{API}/talks/talk"
BOARD, QA = f"{TALK}/board", f"{TALK}/qa"


def problem(answer: TestResponse, status: int) -> str:
    """Return what is said of an error, which is as RFC 9457 has it."""
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert (answer.json["type"], answer.json["status"]) == ("about:blank", status)
    assert answer.json["title"]
    return str(answer.json["detail"])


def check(described: dict[str, Any], answer: TestResponse) -> None:
    """Fail unless an answer to an address that is described is one of those described."""
    path = urlsplit(answer.request.path).path
    said = next((said for shape, said in described["paths"].items() if fits(shape, path)), None)
    if said is None or answer.status_code == 304:
        return
    found = said["get"]["responses"][str(answer.status_code)]
    if "$ref" in found:
        found = described["components"]["responses"][found["$ref"].rpartition("/")[2]]
    schema = found["content"][answer.content_type]["schema"] | {
        "components": described["components"]
    }
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(answer.json)


def fits(shape: str, path: str) -> bool:
    wanted, given = shape.split("/"), path.split("/")
    pairs = zip(wanted, given, strict=False)
    return len(wanted) == len(given) and all(a[:1] == "{" or a == b for a, b in pairs)


def numbers(answer: TestResponse) -> list[int]:
    return [question["number"] for question in answer.json["questions"]]


def following(answer: TestResponse) -> str:
    """Return where a Link leads, "" where there is none."""
    link = answer.headers.get("Link", "")
    assert not link or link.endswith('>; rel="next"')
    return link.partition(">")[0].removeprefix("<http://127.0.0.1:8000")


def pages(read: Callable[..., TestResponse], address: str, **asked: str) -> Iterator[TestResponse]:
    while address:
        answer = read(address, **asked)
        yield answer
        address = following(answer)
