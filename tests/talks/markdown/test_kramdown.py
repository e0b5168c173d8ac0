"""Talk pages come out as from Jekyll, for which they were written: the same elements and words."""

from __future__ import annotations

import re
from pathlib import Path

import frontmatter
import pytest

from companion.talks.markdown.job import RenderJob
from companion.talks.markdown.render import render
from tests.support.jekyll import build_site, needs_jekyll

pytestmark = needs_jekyll
REAL = Path(__file__).parents[4] / "shared" / "real-talks"
BODIES = [
    "Intro:\n- a\n- b\n\nMore",
    "- a\n  - b\n    - c\n- d",
    "- a\n    - b\n- c",
    "* a\n * b",
    "- a\n\n  more\n- b",
    "- a\n\n  - b\n- c",
    "- a\nlazy\n- b",
    "1. a\n- b\n- c\n2. d",
    "1. a\n   - b\n2. c",
    "1. a\n  - b\n2. c",
    "- a\n1. b\n- c",
    "- a\n\n1. b",
    "- a\n- b\n\ntext",
    "* a\n- b",
    "> - a\n> - b",
    "text\n- - -\nmore",
    "Term\n: One\n: Two\n\nOther\n: Three",
    "Term one\nTerm two\n: Both",
    "| a | b |\n|---|--:|\n| 1 | 2 |\n{: .wide}",
    "| a | b |\n| 1 | 2 |",
    "a | b\n--|--\n1 | 2",
    "| a | `x|y` |\n|---|---|\n| 1 | 2 |",
    "Text\n{: .lead}\n\n{: .note}\nMore",
    "**a**{: .b} `c`{:.d} *e*{:\nclass='f'}",
    "## A\n{: #x}\n\n[up](#x)",
    "## A b\n\n## A b\n\n[second](#a-b-1)",
    "* TOC\n{:toc}\n\n## A\n\n### B",
    "<div>\n\n*raw*\n\n</div>\n\n*not*",
    "<div>\n  <div>\n\n      <p>deep</p>\n\n  </div>\n</div>",
    "<div markdown='1'>\n## Head\n\n- a\n</div>",
    "<ul>\n  <li>a</li>\n\n  <li>b</li>\n</ul>",
    "<details><summary>More</summary>\n\n*raw*\n\n</details>",
    "a\\\nb\\\\\nc  \nd",
    "**Date:**2021 a*b*c a_b_c ~~gone~~",
    "\"It's\" -- so --- they 'say'...",
    "```\nnever closed",
    "Text\n```\n- code\n```\nMore",
    "a {::comment}b{:/} c",
    "*[HTML]: Hyper Text\n\nHTML",
]


def outline(html: str) -> str:
    """Leave out what Jekyll adds or names otherwise: classes, and boxes round code and contents."""
    html = re.sub(r' (?:class|rel)="[^"]*"| id="h-markdown-toc[^"]*"', "", html)
    html = re.sub(r"</?(?:div|thead|tbody|span)>", "", html)
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", " ".join(html.split()))


@pytest.fixture(scope="module")
def jekylls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the HTML that Jekyll makes of each body."""
    real = [frontmatter.load(str(path)).content for path in sorted(REAL.glob("*.md"))]
    site = tmp_path_factory.mktemp("kramdown") / "site"
    site.mkdir()
    names = {body: f"page-{number}" for number, body in enumerate(BODIES + real)}
    for body, name in names.items():
        (site / f"{name}.md").write_text(f"---\n---\n{body}\n", encoding="utf-8")
    built = build_site(site)
    return {body: (built / f"{name}.html").read_text("utf-8") for body, name in names.items()}


@pytest.mark.slow
def test_pages_come_out_as_from_jekyll(jekylls):
    ours = {body: outline(render(RenderJob(body)).html) for body in jekylls}

    assert ours == {body: outline(render(RenderJob(html)).html) for body, html in jekylls.items()}
