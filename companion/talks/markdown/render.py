"""Markdown to safe HTML: kramdown's habits in, an allow-list of elements out."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

import nh3
from markdown import Markdown
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.md_in_html import MarkdownInHtmlExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.smarty import SmartyExtension
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import TocExtension
from pymdownx.highlight import HighlightExtension
from pymdownx.magiclink import MagiclinkExtension
from pymdownx.saneheaders import SaneHeadersExtension
from pymdownx.superfences import SuperFencesCodeExtension
from pymdownx.tasklist import TasklistExtension
from pymdownx.tilde import DeleteSubExtension

from companion.talks.markdown import html_tree, liquid
from companion.talks.markdown.html_tree import TooDeepError
from companion.talks.markdown.job import Job, Note, Rendered
from companion.talks.markdown.kramdown_blocks import CONTENTS_MARK, pieces, plain_blocks
from companion.talks.markdown.kramdown_inlines import HeadingIds, KramdownInlines
from companion.talks.markdown.kramdown_lists import KramdownLists
from companion.talks.markdown.rewrite import EMBED_TAG, Rewriter

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
LEFT_OUT = re.compile(r"<(script|style)(?=[\s/>])", re.IGNORECASE)
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
NEST_FREELY = html_tree.VOID | {"p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot"}


def render(job: Job) -> Rendered:
    """Render one page's body; raises TooDeepError or RecursionError for absurd nesting."""
    notes: list[Note] = []
    rewriter = _rewritten(job, notes)
    qa = _rewritten(replace(job, body=job.qa, qa=""), []) if job.qa.strip() else None
    return Rendered(
        html=_html(rewriter),
        summary=rewriter.summary(),
        meeting=rewriter.meeting,
        recording=rewriter.recording,
        frame_hosts=rewriter.frame_hosts(),
        notes=(*rewriter.notes, *notes),
        qa_html=_html(qa) if qa else "",
    )


def _rewritten(job: Job, notes: list[Note]) -> Rewriter:
    html = _markdown(_plain(job, notes))
    _refuse_deep(html)
    notes += [_left_out_note(found[1].lower()) for found in LEFT_OUT.finditer(html)]
    rewriter = Rewriter(job, html_tree.parse(_read(html)))
    rewriter.run()
    return rewriter


def _html(rewriter: Rewriter) -> str:
    return _write(html_tree.to_html(rewriter.root)).strip()


def _left_out_note(tag: str) -> Note:
    return Note(f"`<{tag}>` is left out of the page; remove it", f"<{tag}")


def _plain(job: Job, notes: list[Note]) -> str:
    """Write the body in Python-Markdown's own dialect, keeping code as it is."""
    base_path = urlsplit(job.base_url).path.rstrip("/") if job.base_url else ""
    parts = []
    for text, is_code in pieces(liquid.with_plain_code(job.body)):
        if is_code:
            parts.append(liquid.without_raw(text))
        else:
            parts.append(plain_blocks(liquid.without_tags(text, base_path, notes)))
    return "\n\n".join(parts)


def _markdown(body: str) -> str:
    extensions = [
        AbbrExtension(),
        DefListExtension(),
        FootnoteExtension(),
        MarkdownInHtmlExtension(),
        SaneListExtension(),
        SmartyExtension(),
        TableExtension(use_align_attribute=True),
        TocExtension(marker=CONTENTS_MARK, slugify=HeadingIds()),
        HighlightExtension(use_pygments=False),
        MagiclinkExtension(),
        SaneHeadersExtension(),
        SuperFencesCodeExtension(),
        TasklistExtension(),
        DeleteSubExtension(subscript=False),
        KramdownLists(),
        KramdownInlines(),
    ]
    return Markdown(extensions=extensions, output_format="html").convert(body)


def _refuse_deep(html: str) -> None:
    """Refuse early what would keep the sanitiser busy for long."""
    depth = 0
    for closing, name in TAG.findall(html):
        if name.lower() not in NEST_FREELY:
            depth = max(depth - 1, 0) if closing else depth + 1
        if depth > 2 * html_tree.DEPTH_LIMIT:
            raise TooDeepError


def _read(html: str) -> str:
    """Balance and sanitise what the author wrote; iframes stay, renamed, to be judged."""
    return nh3.clean(
        IFRAME.sub(rf"<\1{EMBED_TAG}", html),
        tags=set(TAGS_READ),
        clean_content_tags=set(DROPPED_WHOLE),
        attributes=ATTRIBUTES_READ,
        url_schemes=SCHEMES,
        link_rel=None,
    )


def _write(html: str) -> str:
    """Sanitise once more what goes out, now with the few things that only we may add."""
    return nh3.clean(
        html,
        tags=set(TAGS_WRITTEN),
        clean_content_tags=set(DROPPED_WHOLE),
        attributes=ATTRIBUTES_WRITTEN,
        url_schemes=SCHEMES,
        link_rel=None,
    )
