"""Bodies that try to be more than Markdown, and what may come of them."""

import re
from html.parser import HTMLParser

from hypothesis import strategies as st

from tests.support.html import part

FORBIDDEN_TAGS = {
    "script", "style", "svg", "math", "form", "iframe", "meta", "base", "object", "embed", "link",
    "img", "input", "template", "video", "audio", "h1", "talk-embed",
}  # fmt: skip
OURS = {
    "board-link", "embed", "embed__link", "embed__load", "embed__what", "footnote",
    "footnote-backref", "footnote-ref", "image-link", "media-link", "toc", "wall-link",
}  # fmt: skip
HOSTILE = st.lists(
    st.sampled_from(
        ["<script>", "</script>", "<iframe src='", "'>", "</iframe>", "<a href=", "javascript:x",
         ' onclick="x"', "<div", ">", "[", "](", ")", "{: ", "}", "`", "```\n", "\n\n", "- ", "  ",
         "<svg>", "<math>", "<style>", "<!--", "-->", "&lt;", "&#x6a;", "![", "#", "|", "[^1]",
         "https://www.youtube.com/embed/abcdefghijk", "https://evil.example/", "sli.do", "use ",
         "{:toc}", "\n{: #id .x}\n", "{::comment}", "{:/}", "^\n", "| a | b |\n", "|---+---|\n",
         "{% raw %}", "{{ x }}", "{% highlight a %}", "{% endhighlight %}", ":tada:", "\n: ", "$$",
         "<a name='x'>", "[a](#x)", "<video>", "<source src='https://e.org/v'>", "## A {#x}\n",
         "question ", "<input type=checkbox>", "<img src=x alt='", "<p>", "\t", "\u202e", "1. "]
    ),
    max_size=40,
).map("".join)  # fmt: skip


class Tags(HTMLParser):
    """Every element and attribute of a fragment."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def assert_safe(html: str) -> None:
    """See that a fragment holds only what is allowed, whether a browser reads it or a program."""
    tags = Tags()
    tags.feed(html)
    read = ((each.tag, dict(each.items())) for each in part(html).iter() if each.tag != "body")
    for tag, attributes in (*tags.seen, *read):
        assert tag not in FORBIDDEN_TAGS
        for name, value in attributes.items():
            _assert_attribute(tag, name, value or "")


def _assert_attribute(tag: str, name: str, value: str) -> None:
    assert not name.startswith(("on", "hx-", "style", "srcdoc", "formaction", "src"))
    assert not name.startswith("data-") or tag == "figure"
    if name == "class":
        assert OURS.issuperset(re.sub(r"\b(md|align)-[\w-]+", "", value).split())
    if name == "id":
        assert value.startswith("h-")
    if name in ("href", "data-embed"):
        assert re.match(r"https?://|mailto:|tel:|#h-|/talks/x#board", value, re.I)
