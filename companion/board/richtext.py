"""A question as people see it: its headline, its detail, an answer, and where their links lead."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.linkify import linkify
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

NO_LINKS = ("ftp:", "mailto:", "//")
REL = "noopener noreferrer nofollow ugc"


def headline_to_html(text: str) -> Markup:
    """Return safe HTML of one line: inline code and bare links come alive, all else is text."""
    return Markup(_headlines.renderInline(text))  # noqa: S704 (the renderer escapes what people typed)


def headline_within_link(text: str) -> Markup:
    """Return safe HTML of one line that is a link itself: inline code comes alive, no address."""
    return Markup(_code.renderInline(text))  # noqa: S704 (the renderer escapes what people typed)


def to_html(text: str) -> Markup:
    """Return safe HTML: code and links to the web come alive, bare or with words; else text."""
    return Markup(_markdown.render(text))  # noqa: S704 (the renderer escapes what people typed)


def answer_to_html(text: str) -> Markup:
    """Return safe HTML of an answer by those who run the talk: Markdown without HTML and images."""
    return Markup(_answers.render(text))  # noqa: S704 (the renderer escapes what people typed)


def headline_tree(text: str) -> SyntaxTreeNode:
    """Return one line as its pieces, for whoever writes it in another form."""
    [inline] = SyntaxTreeNode(_headlines.parseInline(text)).children
    return inline


def tree(text: str) -> SyntaxTreeNode:
    """Return a detail as its blocks, for whoever writes it in another form."""
    return SyntaxTreeNode(_markdown.parse(text))


def answer_tree(text: str) -> SyntaxTreeNode:
    """Return an answer as its blocks, for whoever writes it in another form."""
    return SyntaxTreeNode(_answers.parse(text))


def _link(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    tokens[index].attrSet("rel", REL)
    return renderer.renderToken(tokens, index, options, env)


def _host_after_link(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    _env: EnvType,
) -> str:
    opening = next(token for token in reversed(tokens[:index]) if token.type == "link_open")
    address = urlsplit(str(opening.attrGet("href")))
    host = address.hostname or ""
    is_bare = opening.markup == "linkify"
    is_plain = is_bare and tokens[index - 1].content.startswith(f"{address.scheme}://{host}")
    said = "" if is_plain else f' <span class="link-host">({escape(host)})</span>'
    return f"</a>{said}"


def _fence(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    _env: EnvType,
) -> str:
    return f"<pre><code>{escape(tokens[index].content)}</code></pre>\n"


def _bare_link(state: StateInline, silent: bool) -> bool:
    """Find a bare link, but not while looking ahead: what stands before it is then unknown."""
    return not silent and linkify(state, silent)


def _is_web_address(url: str) -> bool:
    return url.lower().startswith(("https://", "http://"))


def _new_markdown(*more: str) -> MarkdownIt:
    markdown = MarkdownIt("zero", {"breaks": True, "linkify": True})
    markdown.enable(["backticks", "fence", "newline", "linkify", *more])
    markdown.inline.ruler.at("linkify", _bare_link)
    assert markdown.linkify is not None  # noqa: S101 (comes with the linkify option)
    markdown.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    for scheme in NO_LINKS:
        markdown.linkify.add(scheme, None)
    markdown.validateLink = _is_web_address  # type: ignore[method-assign]  # its way to be set
    markdown.add_render_rule("link_open", _link)
    markdown.add_render_rule("link_close", _host_after_link)
    markdown.add_render_rule("fence", _fence)
    return markdown


_code = MarkdownIt("zero").enable("backticks")
_headlines = _new_markdown()
_markdown = _new_markdown("link")
_answers = _new_markdown("emphasis", "list", "link", "escape", "blockquote")
