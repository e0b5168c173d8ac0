"""The HTTP interface as OpenAPI has it: the routes themselves, and what each form has in it.

`python -m tests.support.openapi` writes it to docs/openapi.json.
"""

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from companion.app import build, release
from companion.settings import read_settings

PATH = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
TEXT = {"type": "string"}
NUMBER = {"type": "string", "pattern": "^[0-9]{1,9}$"}
NUMBERS = {"type": "array", "items": NUMBER}
SWITCH = {"type": "string", "enum": ["0", "1"]}


def one_of(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


WORDS = {"text": TEXT, "detail": TEXT, "kind": one_of("question", "comment"), "name": TEXT}
DRAFT = WORDS | {"key": {"type": "string", "pattern": "^[0-9A-Za-z-]{16,64}$"}}
EDIT = WORDS | {"expected_version": TEXT}
ACTIONS = ("approve", "decline", "archive", "restore", "answered", "now", "next", "unnext")
PART = {"sort": TEXT, "find": TEXT, "shown": NUMBER, "at": NUMBER}
SHOWN = {"tab": TEXT, "find": TEXT, "by": TEXT, "label": TEXT, "only": TEXT, "author": TEXT}
# What a form sends; what is typed is text, and any text is answered.
FORMS: dict[str, dict[str, Any]] = {
    "sign_in.enter": {"token": TEXT, "link": TEXT, "name": TEXT},
    "sign_in.what": {"token": TEXT},
    "sign_in.leave": {},
    "openid.sign_out": {"talk": TEXT},
    "join.join": {"code": TEXT},
    "board.ask": DRAFT | {"code": TEXT},
    "board.edit": EDIT,
    "board.vote": {"wanted": SWITCH},
    "board.give_code": {"code": TEXT} | WORDS,
    "board.withdraw": {},
    "board.delete_own": {},
    "desk.decide_newcomers": {"do": one_of("let_in", "exclude")},
    "desk.act": {
        "ids": NUMBERS,
        "do": one_of(*ACTIONS, "pin", "unpin", "question", "comment", "delete"),
        "reason": TEXT,
        "words": TEXT,
    },
    "desk.answer": {"answer": TEXT, "expected_version": TEXT},
    "desk.decline_and_mute": {"question": NUMBER},
    "desk.decline_burst": {"question": NUMBER, "reason": TEXT},
    "desk.edit": EDIT,
    "desk.labels": {"labels": TEXT},
    "desk.merge": {"into": NUMBER},
    "desk.message": {"text": TEXT},
    "desk.mute": {"question": NUMBER, "wanted": SWITCH},
    "desk.name": {"name": TEXT},
    "desk.next_": {"now": NUMBER, "next": NUMBER},
    "desk.room": DRAFT,
    "desk.switches": {
        "board": one_of("", "open", "votes", "closed"),
        "approve_first": SWITCH,
        "requires_name": SWITCH,
        "requires_code": SWITCH,
        "new_code": SWITCH,
        "ranked": SWITCH,
        "speaker_may_advance": SWITCH,
        "slow": SWITCH,
    },
    "desk.time": {"do": one_of("qa", "end", "extend", "resume")},
    "desk.undo": {"action_id": NUMBER},
    "desk.unmerge": {},
    "imports.bring": {
        "do": one_of("look", "add"),
        "text": TEXT,
        "token": TEXT,
        "looked": TEXT,
        "rows": NUMBERS,
        "shape": TEXT,
        "status": one_of("waiting", "open"),
        "kind": one_of("question", "comment"),
        "name": TEXT,
    },
    "publish.publish": {"do": one_of("publish", "commit"), "expected_version": TEXT},
    "recording.save": {
        "do": one_of("save", "forget"),
        "clock": TEXT,
        "at": TEXT,
        "question": NUMBER,
    },
    "speaker.answer": {
        "question": NUMBER,
        "answer": TEXT,
        "expected_version": TEXT,
        "skip": SWITCH,
        "done": SWITCH,
    },
    "speaker.next_": {"now": NUMBER, "next": NUMBER},
    "speaker.read": {"at": NUMBER},
}
QUERIES: dict[str, dict[str, Any]] = {
    "pages.talk": PART | {"kind": TEXT, "flash": TEXT},
    "openid.begin": {"talk": TEXT},
    "openid.back": {"code": TEXT, "state": TEXT, "iss": TEXT, "error": TEXT},
    "board.show": PART | {"since": NUMBER, "phase": TEXT},
    "board.alike": {"text": TEXT},
    "desk.show": SHOWN | {"shown": NUMBER},
    "desk.fragment": SHOWN | {"shown": NUMBER, "since": NUMBER, "phase": TEXT},
    "speaker.show": {"at": NUMBER, "shown": NUMBER},
    "speaker.queue": {"at": NUMBER, "shown": NUMBER, "since": NUMBER, "phase": TEXT},
    "screen.show": {"overlay": SWITCH},
    "screen.fragment": {"since": NUMBER, "phase": TEXT, "overlay": SWITCH},
    "exports.download": {"only": TEXT, "comments": SWITCH, "declined": SWITCH, "bom": SWITCH},
    "organise.show": {"from": TEXT, "to": TEXT},
    "organise.export": {"from": TEXT, "to": TEXT},
    "organise.questions": {"find": TEXT, "talk": TEXT, "speaker": TEXT, "page": NUMBER},
}
PARAMETERS = {
    "slug": TEXT | {"example": "bees"},
    "question": {"type": "integer", "minimum": 0, "maximum": 999_999_999, "example": 1},
    "format": TEXT | {"example": "csv"},
    "form": one_of("page", "patch"),
    "plot": TEXT | {"example": "votes"},
    "code": TEXT,
}
LEFT_OUT = ("static", "styles", "pages.old_address")
ANSWERS = {
    "200": "What was asked for",
    "204": "There is nothing to be said",
    "301": "It is at another address by now",
    "303": "It is done; this is where to go on",
    "400": "This is no request",
    "401": "A token is needed",
    "403": "It comes from another site, or is not allowed to who asks",
    "404": "There is no such thing",
    "413": "It is too long",
    "422": "It was refused, with the reason",
    "429": "It was too often; Retry-After says when to try again",
    "503": "It cannot be saved just now; Retry-After says when to try again",
}


def describe(app: Flask) -> dict[str, Any]:
    """Return the description of an application's interface."""
    paths: dict[str, Any] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        if rule.endpoint in LEFT_OUT:
            continue
        path = re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            paths.setdefault(path, {})[method.lower()] = _operation(app, rule, method)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Companion",
            "version": "0.1.0",
            "description": "Pages and forms, as browsers use them. What sockets say stands in "
            "docs/architecture.md.",
        },
        "paths": paths,
        "components": {
            "responses": {code: {"description": words} for code, words in ANSWERS.items()},
            "securitySchemes": {
                "visitor": {"type": "apiKey", "in": "cookie", "name": "visitor"},
                "role": {"type": "apiKey", "in": "cookie", "name": "role"},
            },
        },
        "security": [{}, {"visitor": []}, {"role": []}],
    }


def _operation(app: Flask, rule: Rule, method: str) -> dict[str, Any]:
    said = (app.view_functions[rule.endpoint].__doc__ or "").partition("\n")[0].strip()
    places = [(name, "path", PARAMETERS[name]) for name in sorted(rule.arguments)]
    if method == "GET":
        places += [(name, "query", kind) for name, kind in QUERIES.get(rule.endpoint, {}).items()]
    operation: dict[str, Any] = {
        "operationId": rule.endpoint,
        "summary": said,
        "parameters": [
            {"name": name, "in": place, "required": place == "path", "schema": kind}
            for name, place, kind in places
        ],
        "responses": {code: {"$ref": f"#/components/responses/{code}"} for code in ANSWERS},
    }
    if method == "POST":
        operation["requestBody"] = {"content": _body(rule.endpoint)}
    return operation


def _body(endpoint: str) -> dict[str, Any]:
    if endpoint == "violations.take":
        return {"application/csp-report": {"schema": {"type": "object"}}}
    schema = {"type": "object", "properties": FORMS[endpoint]}
    return {"application/x-www-form-urlencoded": {"schema": schema}}


def write() -> None:
    """Write the description of the interface as it is now."""
    with TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/none.sqlite3"
        key = "0123456789abcdef-for-nothing"
        names = ("COMPANION_TALKS", "COMPANION_DATABASE_URL", "COMPANION_SECRET_KEY")
        app = build(read_settings(dict(zip(names, (folder, database, key), strict=True))))
        PATH.write_text(json.dumps(describe(app), indent=1) + "\n")
        release(app)


if __name__ == "__main__":
    write()
