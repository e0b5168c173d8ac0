"""One HTML file to read and print: styles inside, no script, nothing fetched from anywhere."""

from __future__ import annotations

from typing import BinaryIO

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from companion.board import richtext
from companion.exports import wording
from companion.exports.dataset import TalkRecord
from companion.paths import resource_dir

CHUNK = 200


def write(record: TalkRecord, out: BinaryIO) -> None:
    """Write a talk's Q&A as a page that stands by itself."""
    page = _templates().get_template("webpage.html.jinja").stream(record=record, words=wording)
    page.enable_buffering(CHUNK)
    page.dump(out, encoding="utf-8")


def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(resource_dir("templates") / "exports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(
        headline=richtext.headline_to_html,
        detail=richtext.to_html,
        answer=richtext.answer_to_html,
    )
    return templates
