"""Markdown to safe HTML: kramdown's habits in, an allow-list of elements out."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

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

from companion.talks.markdown import html_tree, liquid, sanitiser
from companion.talks.markdown.branches import without_branches
from companion.talks.markdown.fences import pieces
from companion.talks.markdown.job import Note, Rendered, RenderJob
from companion.talks.markdown.kramdown_blocks import CONTENTS_MARK, plain_blocks
from companion.talks.markdown.kramdown_inlines import HeadingIds, KramdownInlines
from companion.talks.markdown.kramdown_lists import KramdownLists
from companion.talks.markdown.rewrite import Rewriter

LEFT_OUT = re.compile(r"<(script|style)(?=[\s/>])", re.IGNORECASE)


def render(job: RenderJob) -> Rendered:
    """Render one page's body; raises TooDeepError or RecursionError for absurd nesting."""
    notes: list[Note] = []
    rewriter = _rewritten(job, notes)
    qa = _published(job) if job.qa.strip() else None
    return Rendered(
        html=_html(rewriter),
        summary=rewriter.summary(),
        meeting=rewriter.meeting,
        recording=rewriter.recording,
        frame_hosts=rewriter.frame_hosts(),
        notes=(*rewriter.notes, *notes),
        qa_html=_html(qa) if qa else "",
    )


def _published(job: RenderJob) -> Rewriter:
    """Render the published Q&A, in which all that Markdown would read is escaped: formulas too."""
    return _rewritten(replace(job, body=job.qa, qa=""), [], in_dollars=False)


def _rewritten(job: RenderJob, notes: list[Note], *, in_dollars: bool = True) -> Rewriter:
    html = _markdown(_plain(job, notes), in_dollars)
    sanitiser.refuse_deep(html)
    notes += [_left_out_note(found[1].lower()) for found in LEFT_OUT.finditer(html)]
    rewriter = Rewriter(job, html_tree.parse(sanitiser.read(html)))
    rewriter.run()
    return rewriter


def _html(rewriter: Rewriter) -> str:
    return sanitiser.write(html_tree.to_html(rewriter.root)).strip()


def _left_out_note(tag: str) -> Note:
    return Note(f"`<{tag}>` is left out of the page; remove it", f"<{tag}")


def _plain(job: RenderJob, notes: list[Note]) -> str:
    """Write the body in Python-Markdown's own dialect, keeping code as it is."""
    base_path = urlsplit(job.base_url).path.rstrip("/") if job.base_url else ""
    parts = []
    body = without_branches(liquid.with_plain_code(job.body), job.variables, notes)
    for text, is_code in pieces(body):
        if is_code:
            parts.append(liquid.without_raw(text))
        else:
            parts.append(plain_blocks(liquid.without_tags(text, base_path, notes)))
    return "\n\n".join(parts)


def _markdown(body: str, in_dollars: bool) -> str:
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
        KramdownInlines(in_dollars=in_dollars),
    ]
    return Markdown(extensions=extensions, output_format="html").convert(body)
