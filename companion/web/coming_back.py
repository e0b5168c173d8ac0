"""Where to lead somebody who had to do something first: to the page they wanted, if it is ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException

LONGEST = 500
ANYTHING = "pages.old_address"  # what looks among old addresses for whatever is none of ours now
# The pages that need a role: neither their parts, nor files, nor what a form is sent to.
PAGES = frozenset(
    {
        *("desk.show", "speaker.show", "imports.show", "recording.show", "report.show"),
        *("exports.choose", "exports.runsheet", "poster.show", "publish.show"),
        *("organise.show", "organise.questions", "organise.rating"),
        *("organise_talk.show", "organise_talk.shorter"),
        *("organise_pages.show", "organise_pages.new"),
        *("page_editor.show", "page_editor.list_versions"),
        *("account.show", "integrations.show"),
    }
)


def asked_for() -> str:
    """Return the page that is asked for right now, "" where it is none to come back to."""
    if request.method not in ("GET", "HEAD") or request.endpoint not in PAGES:
        return ""
    query = request.query_string.decode("ascii", "replace")
    return request.script_root + request.path + (f"?{query}" if query else "")


def read_address(said: str) -> str:
    """Return the address of a page that needs a role which a text names, "" for anything else."""
    found = _found(said)
    return _written(*found, said) if found and found[0] in PAGES else ""


def own_address(said: str) -> str:
    """Return the address of a page of ours that a text names, "" for anything else.

    Of what a form was sent to, where nobody can go, it is the talk's that it is about.
    """
    found = _found(said)
    if found:
        return _written(*found, said)
    sent_to = _found(said, "POST")
    slug = sent_to and sent_to[1].get("slug")
    return url_for("pages.talk", slug=slug) if slug else ""


def _found(said: str, method: str = "GET") -> tuple[str, Mapping[str, Any]] | None:
    """Return the endpoint of ours that a text names, and the values in its path."""
    path = said.partition("?")[0]
    if len(said) > LONGEST or not path.startswith(f"{request.script_root}/"):
        return None
    try:
        own = path.removeprefix(request.script_root)
        found = current_app.url_map.bind("").match(own, method)
    except HTTPException:
        return None
    return None if found[0] == ANYTHING else found


def _written(endpoint: str, values: Mapping[str, Any], said: str) -> str:
    """Return an address written anew from what the text means here.

    So nothing of its own writing is left that a browser might read as another site's.
    """
    query = said.partition("?")[2]
    kept = urlencode([(name, value) for name, value in parse_qsl(query) if name != "flash"])
    return url_for(endpoint, **values) + (f"?{kept}" if kept else "")
