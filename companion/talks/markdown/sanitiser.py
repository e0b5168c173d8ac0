"""The elements and attributes that a talk page may have; everything else is taken out."""

from __future__ import annotations

import re

import nh3

from companion.talks.letters import NO_TEXT, without_towers
from companion.talks.markdown import html_tree
from companion.talks.markdown.html_tree import TooDeepError
from companion.talks.markdown.rewrite import EMBED_TAG

TAGS = frozenset(
    re.findall(
        r"\w+",
        "a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em "
        "figcaption figure h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q s samp small span "
        "strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr",
    )
)
ATTRIBUTES = {
    "*": {"class", "dir", "id", "lang"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
TAGS_READ = TAGS | {"audio", "img", "input", "source", "video", EMBED_TAG}
ATTRIBUTES_READ = ATTRIBUTES | {
    "*": ATTRIBUTES["*"] | {"align"},
    "a": ATTRIBUTES["a"] | {"name"},
    "audio": {"src"},
    "source": {"src"},
    "video": {"src"},
    "img": {"src", "alt", "width", "height"},
    "input": {"type", "checked"},
    EMBED_TAG: {"src", "title"},
}
TAGS_WRITTEN = TAGS | {"button"}
ATTRIBUTES_WRITTEN = ATTRIBUTES | {
    "a": {*ATTRIBUTES["a"], "rel"},
    "button": {"type", "hidden"},
    "figure": {"data-embed", "data-embed-title"},
}
DROPPED_WHOLE = frozenset(
    {"script", "style", "template", "noscript", "svg", "math", "textarea", "select", "title"}
)
SCHEMES = {"http", "https", "mailto", "tel"}
IFRAME = re.compile(r"<(/?)iframe(?=[\s/>])", re.IGNORECASE)
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
NEST_FREELY = html_tree.VOID | {"p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot"}


def refuse_deep(html: str) -> None:
    """Refuse early what would keep the sanitiser busy for long."""
    depth = 0
    for closing, name in TAG.findall(html):
        if name.lower() not in NEST_FREELY:
            depth = max(depth - 1, 0) if closing else depth + 1
        if depth > 2 * html_tree.DEPTH_LIMIT:
            raise TooDeepError


def read(html: str) -> str:
    """Balance and sanitise what the author wrote; iframes stay, renamed, to be judged."""
    safe = READER.clean(IFRAME.sub(rf"<\1{EMBED_TAG}", html))
    return without_towers(NO_TEXT.sub("", safe))


def write(html: str) -> str:
    """Sanitise once more what goes out, now with the few things that only we may add."""
    return WRITER.clean(html)


def _cleaner(tags: frozenset[str], attributes: dict[str, set[str]]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=tags,
        clean_content_tags=DROPPED_WHOLE,
        attributes=attributes,
        url_schemes=SCHEMES,
        link_rel=None,
    )


READER = _cleaner(TAGS_READ, ATTRIBUTES_READ)
WRITER = _cleaner(TAGS_WRITTEN, ATTRIBUTES_WRITTEN)
