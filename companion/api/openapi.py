"""The API as OpenAPI has it: addresses, what each takes, and what it answers."""

from __future__ import annotations

from typing import Any

from companion.exports.dataset import VERSION
from companion.exports.fields import BOARD_FIELDS
from companion.store.models import COUNTED, HEADINGS, Kind
from companion.talks import Phase

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
SWITCH: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
MAYBE_NUMBER: Schema = {"type": ["integer", "null"]}
TEXTS: Schema = {"type": "array", "items": TEXT}
STATES = ("open", "votes", "closed")
PHASES: Schema = {"type": "string", "enum": [phase.value for phase in Phase]}
OF_ABOUT = {
    **dict.fromkeys(("slug", "title", "speaker", "zone", "url", "recording"), TEXT),
    "starts": MOMENT,
    "ends": MOMENT,
}
OF_FIELDS = {
    **dict.fromkeys(BOARD_FIELDS, TEXT),
    **dict.fromkeys(("number", "votes", "asked_by"), NUMBER),
    "kind": {"type": "string", "enum": [kind.value for kind in Kind]},
    "status": {"type": "string", "enum": [status.value for status in HEADINGS]},
    "phase": PHASES,
    "asked_at": MOMENT,
    "answered_at": MAYBE_MOMENT,
    "offset": MAYBE_NUMBER,
    "merged_into": MAYBE_NUMBER,
    "labels": TEXTS,
}
OF_TALK = OF_ABOUT | {
    **dict.fromkeys(("institute", "location", "category", "summary", "slides_url"), TEXT),
    **dict.fromkeys(("all_day", "takes_place"), SWITCH),
    "tags": TEXTS,
    "phase": PHASES,
    "board": {"type": ["string", "null"], "enum": [*STATES, None]},
    "revision": NUMBER,
}
COUNTS = ("asked", *(status.value for status in COUNTED), "comments", "votes")


def _object(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list_of(name: str) -> Schema:
    return {"type": "array", "items": _ref(name)}


VERSIONED = {"version": {"const": VERSION}}
OF_QA = VERSIONED | {
    "talk": _ref("About"),
    "counts": _ref("Counts"),
    "questions": _list_of("Question"),
}
SCHEMAS = {
    "About": _object(OF_ABOUT | {"exported_at": MOMENT}),
    "Talk": _object(OF_TALK),
    "Question": _object(OF_FIELDS),
    "Counts": _object(dict.fromkeys(COUNTS, NUMBER)),
    "Programme": _object(VERSIONED | {"talks": _list_of("Talk")}),
    "OneTalk": _object(VERSIONED | {"talk": _ref("Talk")}),
    "OneQuestion": _object(VERSIONED | {"talk": _ref("About"), "question": _ref("Question")}),
    "QA": _object(OF_QA),
    "Board": _object(
        OF_QA
        | {
            "phase": PHASES,
            "board": {"type": "string", "enum": list(STATES)},
            "revision": NUMBER,
            "now": MAYBE_NUMBER,
            "next": MAYBE_NUMBER,
        }
    ),
    "Problem": {
        "type": "object",
        "properties": {
            **dict.fromkeys(("type", "title", "detail", "reference"), TEXT),
            "status": NUMBER,
        },
        "required": ["type", "title", "status", "detail"],
    },
}
LIMIT = ("limit", {"type": "integer", "minimum": 1, "maximum": 100}, "How many at most.")
CURSOR = ("after", TEXT, "Where to go on: as the Link of the answer before says.")
AFTER = ("after", NUMBER, "Only questions with a higher number.")
DECLINED = (
    "declined",
    {"type": "string", "enum": ["0", "1"]},
    "1 for what was never public, too; takes a token.",
)
SLUG = ("slug", TEXT, "What the talk's address ends with.")
QUESTION = ("question", NUMBER, "The question's number.")
PAGES = (
    ("/programme", "Programme", "The programme, the earliest talk first.", (), (LIMIT, CURSOR)),
    ("/talks/{slug}", "OneTalk", "One talk.", (SLUG,), ()),
    (
        "/talks/{slug}/board",
        "Board",
        "A talk's board as it is now, by number.",
        (SLUG,),
        (LIMIT, AFTER, DECLINED),
    ),
    (
        "/talks/{slug}/qa",
        "QA",
        "A talk's Q&A once it is over, by number; each answer is a JSON export of its part.",
        (SLUG,),
        (LIMIT, AFTER, DECLINED),
    ),
    (
        "/talks/{slug}/questions/{question}",
        "OneQuestion",
        "One question.",
        (SLUG, QUESTION),
        (DECLINED,),
    ),
)
PROBLEMS = {
    "400": "A number or cursor that is none",
    "401": "A token that is none, or none where one is needed",
    "404": "There is no such thing, or not for everybody",
    "429": "Too many wrong tokens; Retry-After says when to try again",
    "503": "The database does not answer; Retry-After says when to try again",
}
PUBLIC_OR_NOT: list[Schema] = [{}, {"token": []}]


def describe(path: str) -> Schema:
    """Return the description of the API below a path of the server that it comes from."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Companion",
            "version": "1",
            "description": "What everybody may read; with an organiser's token, what their exports "
            "have. Nothing is changed by any of it.",
        },
        "servers": [{"url": "/"}],
        "paths": {f"{path}{place}": {"get": _operation(*said)} for place, *said in PAGES},
        "components": {
            "schemas": SCHEMAS,
            "responses": {code: _problem(words) for code, words in PROBLEMS.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": PUBLIC_OR_NOT,
    }


def _operation(
    schema: str, summary: str, places: tuple[Any, ...], queries: tuple[Any, ...]
) -> Schema:
    return {
        "operationId": schema,
        "summary": summary,
        "parameters": [
            *(_parameter("path", *place) for place in places),
            *(_parameter("query", *query) for query in queries),
            _parameter("header", "If-None-Match", TEXT, "The ETag of the answer that one has."),
        ],
        "responses": {
            "200": {
                "description": summary,
                "headers": {"ETag": {"schema": TEXT}, "Link": {"schema": TEXT}},
                "content": {"application/json": {"schema": _ref(schema)}},
            },
            "304": {"description": "It is what one has already"},
            **{code: {"$ref": f"#/components/responses/{code}"} for code in PROBLEMS},
        },
    }


def _parameter(place: str, name: str, schema: Schema, words: str) -> Schema:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "schema": schema,
        "description": words,
    }


def _problem(words: str) -> Schema:
    return {
        "description": words,
        "content": {"application/problem+json": {"schema": _ref("Problem")}},
    }
