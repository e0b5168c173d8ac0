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
from companion.board.strokes import NAMED_WIDTHS, TOOLS
from companion.board.wall import COLOURS
from companion.board.wall_input import TASKS
from companion.editing.new_talk import FIELDS
from companion.settings import read_settings
from companion.store.deliveries import EVENTS
from companion.store.pulse import PulseKind

PATH = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
TEXT = {"type": "string"}
NUMBER = {"type": "string", "pattern": "^[0-9]{1,9}$"}
STEP = {"type": "string", "pattern": "^-?[0-9]{1,5}$"}
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
SWITCHES = {
    "board": one_of("", "open", "votes", "closed"),
    "approve_first": SWITCH,
    "requires_name": SWITCH,
    "requires_code": SWITCH,
    "new_code": SWITCH,
    "ranked": SWITCH,
    "speaker_may_advance": SWITCH,
    "pulse": SWITCH,
    "slow": SWITCH,
    "rating": SWITCH,
    "wall": one_of("off", "shown", "open"),
    "wall_pen": one_of("staff", "all"),
}
# What a form sends; what is typed is text, and any text is answered.
FORMS: dict[str, dict[str, Any]] = {
    "sign_in.enter": {"token": TEXT, "link": TEXT, "name": TEXT},
    "sign_in.what": {"token": TEXT},
    "sign_in.leave": {},
    "openid.sign_out": {"talk": TEXT},
    "organiser_sign_in.sign_in": {"name": TEXT, "password": TEXT, "back": TEXT},
    "organiser_sign_in.challenge": {},
    "organiser_sign_in.use_passkey": {"answer": TEXT, "back": TEXT},
    "account.claim": {"name": TEXT},
    "account.choose_password": {"password": TEXT, "again": TEXT, "do": one_of("", "drop")},
    "account.challenge": {},
    "organise_talk.rehearse": {"minutes": one_of("0", "5"), "samples": SWITCH},
    "organise_talk.end_rehearsal": {},
    "account.add_passkey": {"answer": TEXT},
    "account.remove_passkey": {"passkey": TEXT},
    "account.end": {"which": NUMBER, "was": one_of("", "unknown")},
    "account.confirm": {"which": NUMBER},
    "account.invite": {"name": TEXT},
    "account.revoke": {"organiser": TEXT},
    "integrations.create_token": {"name": TEXT, "days": one_of("0", "30", "90", "365")},
    "integrations.revoke_token": {"name": TEXT},
    "integrations.add_webhook": {
        "url": TEXT,
        "events": {"type": "array", "items": one_of(*EVENTS)},
    },
    "integrations.rotate_secret": {"webhook": NUMBER, "generation": NUMBER},
    "integrations.remove_webhook": {"webhook": NUMBER},
    "integrations.test_webhook": {"webhook": NUMBER},
    "integrations.retry": {"webhook": NUMBER, "delivery": NUMBER},
    "join.join": {"code": TEXT},
    "language_switch.switch": {"language": TEXT, "back": TEXT},
    "board.ask": DRAFT | {"code": TEXT, "from": one_of("", "wall")},
    "board.edit": EDIT,
    "board.vote": {"wanted": SWITCH},
    "board.give_code": {"code": TEXT, "from": one_of("", "wall")} | WORDS,
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
    "desk.poll": {
        "poll": TEXT,
        "do": one_of("open", "close", "show", "right", "screen", "off", "away", "delete"),
    },
    "desk.make_poll": {
        "ask": TEXT,
        "options": TEXT,
        "several": SWITCH,
        "reveal": one_of("", "closing", "voting", "live"),
        "open": SWITCH,
    },
    "desk.room": DRAFT,
    "desk.switches": SWITCHES,
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
        "wall": SWITCH,
    },
    "organise_pages.bring": {
        "do": one_of("look", "take"),
        "file": TEXT,
        "name": TEXT,
        "token": TEXT,
        "looked": TEXT,
        "files": NUMBERS,
    },
    "organise_pages.add": dict.fromkeys(FIELDS, TEXT) | {"do": one_of("save", "preview")},
    "page_editor.save": {
        "do": one_of("save", "preview"),
        "text": TEXT,
        "expected_version": TEXT,
    },
    "page_editor.put_back": {"version": TEXT, "expected_version": TEXT},
    "organise_talk.renew": {"role": one_of("speaker", "moderator")},
    "organise_talk.change": SWITCHES,
    "polls.answer": {
        **{"option": NUMBERS, "turn": NUMBER},
        **dict.fromkeys(("text", "name", "key"), TEXT),
    },
    "pulse.press": {"kind": one_of(*PulseKind)},
    "publish.publish": {
        "do": one_of("publish", "commit"),
        "expected_version": TEXT,
        **dict.fromkeys(("comments", "wall", "polls"), SWITCH),
    },
    "rating.give": {
        "worth": one_of("1", "2", "3", "4", "5"),
        "depth": one_of("1", "2", "3"),
        "line": TEXT,
        "do": one_of("line", "remove"),
    },
    "report.remove_line": {"line": TEXT},
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
    "speaker.poll": {
        "poll": TEXT,
        "do": one_of("open", "close", "show", "right", "off", "undo"),
        "action_id": NUMBER,
    },
    "speaker.read": {"at": NUMBER},
    "wall.arrange": {
        "x": NUMBER,
        "y": NUMBER,
        "dx": STEP,
        "dy": STEP,
        "off": SWITCH,
        "colour": one_of("", *COLOURS),
        "cluster": NUMBER,
    },
    "wall.make_cluster": {
        "title": TEXT,
        "x": NUMBER,
        "y": NUMBER,
        "note": NUMBERS,
        "key": TEXT,
    },
    "wall.alter_cluster": {
        "title": TEXT,
        "x": NUMBER,
        "y": NUMBER,
        "dx": STEP,
        "dy": STEP,
        "colour": one_of("", *COLOURS),
        "do": one_of(*TASKS),
    },
    "wall.put_back": {"change": NUMBER, "all": SWITCH},
    "wall_background.choose": {
        "background": one_of("blank", "dots", "fields", "picture"),
        "across": TEXT,
        "up": TEXT,
        "picture": TEXT,
        "do": one_of("", "delete"),
    },
    "wall_columns.make": {"columns": TEXT},
    "wall_columns.lay_out": {},
    "wall_marks.draw": {
        "key": TEXT,
        "tool": one_of("", *TOOLS),
        "width": one_of("", *NAMED_WIDTHS),
        "colour": one_of("", *COLOURS),
        "points": TEXT,
    },
    "wall_marks.erase": {},
    "wall_marks.caption": {"caption": TEXT},
    "wall_marks.put_back": {"change": NUMBER},
    "wall_marks.remove_all": {},
}
QUERIES: dict[str, dict[str, Any]] = {
    "organiser_sign_in.show": {"back": TEXT},
    "pages.talk": PART | {"kind": TEXT, "flash": TEXT},
    "openid.begin": {"talk": TEXT},
    "openid.back": {"code": TEXT, "state": TEXT, "iss": TEXT, "error": TEXT},
    "embed.show": PART | {"scheme": one_of("light", "dark")},
    "embedded_poll.show": {"scheme": one_of("light", "dark")},
    "embedded_poll.part": {"since": NUMBER, "phase": TEXT},
    "embed.oembed": {
        "url": TEXT,
        "format": one_of("json"),
        "maxwidth": NUMBER,
        "maxheight": NUMBER,
    },
    "board.show": PART | {"since": NUMBER, "phase": TEXT},
    "board.alike": {"text": TEXT},
    "pages.programme": {
        "find": TEXT,
        "category": TEXT,
        "tag": TEXT,
        "year": NUMBER,
        "ahead": NUMBER,
        "past": NUMBER,
    },
    "pages.speaker": {"ahead": NUMBER, "past": NUMBER},
    "questions.show": {"find": TEXT, "page": NUMBER},
    "organise_pages.address": {"title": TEXT, "slug": TEXT, "offered": TEXT},
    "page_editor.list_versions": {"version": TEXT},
    "desk.show": SHOWN | {"shown": NUMBER},
    "desk.fragment": SHOWN | {"shown": NUMBER, "since": NUMBER, "phase": TEXT, "pulse": TEXT},
    "speaker.show": {"at": NUMBER, "shown": NUMBER},
    "speaker.queue": {
        "at": NUMBER,
        "shown": NUMBER,
        "since": NUMBER,
        "phase": TEXT,
        "pulse": TEXT,
    },
    "wall.show": {"note": NUMBER, "cluster": NUMBER, "flash": TEXT},
    "wall.fragment": {
        "since": NUMBER,
        "phase": TEXT,
        "arranged": NUMBER,
        "note": NUMBER,
        "part": one_of("log"),
    },
    "wall.places": {"since": NUMBER},
    "screen.show": {"overlay": SWITCH, "view": one_of("wall")},
    "screen.fragment": {
        "since": NUMBER,
        "phase": TEXT,
        "arranged": NUMBER,
        "overlay": SWITCH,
        "view": one_of("wall"),
    },
    "exports.download": {
        "only": TEXT,
        **dict.fromkeys(("comments", "declined", "bom", "names", "votes"), SWITCH),
    },
    "account.show": {"flash": TEXT},
    "integrations.show": {"flash": TEXT},
    "api.programme": {"after": TEXT, "limit": NUMBER},
    "api.board": {"after": NUMBER, "limit": NUMBER, "declined": SWITCH},
    "api.qa": {"after": NUMBER, "limit": NUMBER, "declined": SWITCH},
    "api.question": {"declined": SWITCH},
    "organise.show": {"from": TEXT, "to": TEXT},
    "organise_talk.show": {"said": one_of("links", "settings"), "flash": TEXT},
    "organise.export": {"from": TEXT, "to": TEXT},
    "organise.questions": {"find": TEXT, "talk": TEXT, "speaker": TEXT, "page": NUMBER},
}
PARAMETERS = {
    "slug": TEXT | {"example": "bees"},
    "question": {"type": "integer", "minimum": 0, "maximum": 999_999_999, "example": 1},
    "poll": {"type": "integer", "minimum": 0, "maximum": 999_999_999, "example": 1},
    "poll_address": TEXT | {"example": "0123abcd"},
    "cluster": {"type": "integer", "minimum": 0, "maximum": 999_999_999, "example": 1},
    "digest": TEXT | {"example": "0123456789abcdef"},
    "mark": {"type": "integer", "minimum": 0, "maximum": 999_999_999, "example": 1},
    "format": TEXT | {"example": "csv"},
    "form": one_of("page", "patch"),
    "plot": TEXT | {"example": "votes"},
    "code": TEXT,
}
LEFT_OUT = ("static", "styles", "look", "pages.old_address")
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
    "501": "It is not told in this format",
    "503": "It cannot be saved just now; Retry-After says when to try again",
}
# What one route alone answers: https://oembed.com/#section2.4 asks for it.
OWN_ANSWERS = {"501": ("embed.oembed",)}

SERVER = {
    "url": "{site}",
    "variables": {
        "site": {
            "default": "http://127.0.0.1:8000",
            "description": "The first of COMPANION_ORIGINS, and COMPANION_PATH behind it",
        }
    },
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
            "docs/architecture.md; what programs read, with schemas, is at /api/v1/openapi.json.",
        },
        "servers": [SERVER],
        "paths": paths,
        "components": {
            "responses": {code: {"description": words} for code, words in ANSWERS.items()},
            "securitySchemes": {
                "visitor": {"type": "apiKey", "in": "cookie", "name": "visitor"},
                "token": {"type": "http", "scheme": "bearer"},
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
        "responses": {
            code: {"$ref": f"#/components/responses/{code}"}
            for code in ANSWERS
            if rule.endpoint in OWN_ANSWERS.get(code, (rule.endpoint,))
        },
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
