from __future__ import annotations

import re

import pytest

from companion.talks.markdown import html_tree
from companion.talks.markdown.html_tree import TooDeepError
from companion.talks.markdown.job import RenderJob
from companion.talks.markdown.kramdown_lists import Reindenter
from companion.talks.markdown.render import render
from tests.support.markdown import assert_safe

REL = 'rel="noopener noreferrer"'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Hello *you*", "<p>Hello <em>you</em></p>"),
        ("It's \"so\" -- yes...", "<p>It\u2019s “so” \u2013 yes…</p>"),
        ("~~gone~~", "<p><del>gone</del></p>"),
        ("# One\n\n## Two", '<h2 id="h-one">One</h2>\n<h3 id="h-two">Two</h3>'),
        ("### Deep\n\n# Top", '<h2 id="h-deep">Deep</h2>\n<h2 id="h-top">Top</h2>'),
        ("## A\n\n#### B", '<h2 id="h-a">A</h2>\n<h3 id="h-b">B</h3>'),
        ("## A\n\n## A", '<h2 id="h-a">A</h2>\n<h2 id="h-a-1">A</h2>'),
        ("## C++ & R: Q&A", '<h2 id="h-c--r-qa">C++ &amp; R: Q&amp;A</h2>'),
        ("## ?!", '<h2 id="h-section">?!</h2>'),
        ("#tag\n\n#1 of 2", "<p>#tag</p>\n<p>#1 of 2</p>"),
        ("## A {#x}\n\n[up](#x)", '<h2 id="h-x">A</h2>\n<p><a href="#h-x">up</a></p>'),
        ("## A\n{: .b #x}", '<h2 id="h-x" class="md-b">A</h2>'),
        ("{: .a}\nText", "<p>Text</p>"),
        ("Text\n{:.a}", '<p class="md-a">Text</p>'),
        ("Text\n{: #x}\n\n[up](#x)", '<p id="h-x">Text</p>\n<p><a href="#h-x">up</a></p>'),
        ("Text\n\n{: .a}\n\nMore", "<p>Text</p>\n<p>More</p>"),
        ("- {: .a} b", "<ul>\n<li>b</li>\n</ul>"),
        ("**a**{: .b} `c`{:.d} {e} **f**{g}",
         '<p><strong class="md-b">a</strong> <code>c</code> {e} <strong>f</strong>{g}</p>'),
        ("{:ref: .a}\n\nText", "<p>Text</p>"),
        ("{::options x='y' /}\na {::comment}b{:/} c\n{::nomarkdown}\nd\n{:/}",
         "<p>a  c</p>\n<p>d</p>"),
        ("* TOC\n{:toc}\n\n## A", '<div class="toc">\n<ul>\n<li><a href="#h-a">A</a></li>\n</ul>\n'
                                  '</div>\n<h2 id="h-a">A</h2>'),
        ("Text\n{:toc}", "<p>Text</p>"),
        ("- a\n\n^\n- b", "<ul>\n<li>a</li>\n</ul>\n\n\n<ul>\n<li>b</li>\n</ul>"),
        ("a\\\\\nb", "<p>a<br>\nb</p>"),
        ("a\\\nb", "<p>a<br>\nb</p>"),
        ('**a**{:\nclass="b"} c', '<p><strong class="md-b">a</strong> c</p>'),
        (r"\"a\" \'b\' \: \| \<i> \= \*c\*", "<p>\"a\" 'b' : | &lt;i&gt; = *c*</p>"),
        ("So $$a_b*c*d_e$$ \\$$ $$$", "<p>So <code>a_b*c*d_e</code> $$ $$$</p>"),
        (":tada: :no_such: 12:30:45 `:tada:` :airplane:",
         "<p>🎉 :no_such: 12:30:45 <code>:tada:</code> ✈️</p>"),
        ("<a name='x'></a>[up](#x) [top](#)",
         '<p><span id="h-x"></span><a href="#h-x">up</a> <span>top</span></p>'),
        ("<audio src='https://x.org/a.mp3'>none</audio>",
         f'<p><a href="https://x.org/a.mp3" class="media-link" {REL}>Audio on x.org</a></p>'),
        ("<video><source src='https://x.org/v'></video><video>none</video>",
         f'<a href="https://x.org/v" class="media-link" {REL}>Video on x.org</a>'),
        ("Text {: .lead #x}\n{: .lead}", '<p class="md-lead">Text {: .lead #x}</p>'),
        ("- [x] done\n- [ ] open",
         '<ul class="md-task-list">\n<li class="md-task-list-item"><span>☑</span> done</li>\n'
         '<li class="md-task-list-item"><span>☐</span> open</li>\n</ul>'),
        ("<p class='embed md-x -a 9 é text-center' align='center'>a</p>",
         '<p class="md-embed md-md-x md-text-center align-center">a</p>'),
        ("<div align='left' lang='fr' dir='ltr'>a</div>", '<div lang="fr" dir="ltr">a</div>'),
        ("Term\n: Meaning", "<dl>\n<dt>Term</dt>\n<dd>Meaning</dd>\n</dl>"),
        ("Term\n: One\n\n  more", "<dl>\n<dt>Term</dt>\n<dd>\n<p>One</p>\n<p>more</p>\n"
                                   "</dd>\n</dl>"),
        ("Intro:\n- a\n- b", "<p>Intro:</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("- a\n  - b\n- c", "<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>"),
        ("1. a\n   - b", "<ol>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n</ol>"),
        ("- a\n\n  more\n\nafter", "<ul>\n<li>\n<p>a</p>\n<p>more</p>\n</li>\n</ul>\n<p>after</p>"),
        ("- a\n\n  more\n- b", "<ul>\n<li>\n<p>a</p>\n<p>more</p>\n</li>\n"
                               "<li>\n<p>b</p>\n</li>\n</ul>"),
        ("- a\n\n  - b\n- c", "<ul>\n<li>\n<p>a</p>\n<ul>\n<li>b</li>\n</ul>\n</li>\n"
                              "<li>\n<p>c</p>\n</li>\n</ul>"),
        ("1. a\n- b\n- c\n2. d", "<ol>\n<li>a<ul>\n<li>b</li>\n<li>c</li>\n</ul>\n</li>\n"
                                "<li>d</li>\n</ol>"),
        ("- a\n1. b\n- c", "<ul>\n<li>a<ol>\n<li>b</li>\n</ol>\n</li>\n<li>c</li>\n</ul>"),
        ("- a\n\n1. b", "<ul>\n<li>a</li>\n</ul>\n<ol>\n<li>b</li>\n</ol>"),
        ("In\n1986. A year", "<p>In\n1986. A year</p>"),
        ("text\n- - -\nmore", "<p>text</p>\n<hr>\n<p>more</p>"),
        ("    code", "<pre><code>code</code></pre>"),
        ("a\n```\nb -- {: .c}\n```\nd", "<p>a</p>\n<pre><code>b -- {: .c}</code></pre>\n<p>d</p>"),
        ("1. a\n   ~~~\n   b\n   ~~~\n2. c",
         "<ol>\n<li>\n<p>a</p>\n<pre><code>b</code></pre>\n</li>\n<li>\n<p>c</p>\n</li>\n</ol>"),
        ("```\nnever closed", "<p>```\nnever closed</p>"),
        ("```a``` b", "<p><code>a</code> b</p>"),
        ("```python\nx = '<b>'\n```", "<pre><code>x = '&lt;b&gt;'</code></pre>"),
        ("<https://example.org/>", f'<p><a href="https://example.org/" {REL}>https://example.org/'
                                   "</a></p>"),
        ("See https://example.org/a now", '<p>See <a href="https://example.org/a" '
                                          f"{REL}>https://example.org/a</a> now</p>"),
        ("[m](mailto:a@example.org)", '<p><a href="mailto:a@example.org">m</a></p>'),
        ("[up](#a)\n\n# A", '<p><a href="#h-a">up</a></p>\n<h2 id="h-a">A</h2>'),
        ("[lost](#nowhere)", "<p><span>lost</span></p>"),
        ("[rel](/about)", "<p><span>rel (/about)</span></p>"),
        ("[js](javascript:alert(1))", "<p><span>js</span></p>"),
        ("[bad](http://[x)", "<p><span>bad</span></p>"),
        ("a <i style='x' class='row' onclick='x' hx-get='/'>b</i>",
         '<p>a <i class="md-row">b</i></p>'),
        ("<div id='board' data-embed='x'>a</div>", "<div>a</div>"),
        ("<h3 id='z'>a</h3><h3 id='z'>b</h3>", '<h2 id="h-z">a</h2>\n<h2 id="h-z-">b</h2>'),
        ("a <!-- secret --> b", "<p>a  b</p>"),
        ("![alt](https://x.org/i.png)", '<p><a href="https://x.org/i.png" class="image-link" '
                                        f"{REL}>Image on x.org: alt</a></p>"),
        ("![](https://x.org/i.png)", '<p><a href="https://x.org/i.png" class="image-link" '
                                     f"{REL}>Image on x.org</a></p>"),
        ("![alt](/i.png)", "<p><span>Image: alt</span></p>"),
        ("![](/i.png)", ""),
        ("[![a](https://x.org/i.png)](https://y.org)", f'<p><a href="https://y.org" {REL}>'
                                                       "<span>Image on x.org: a</span></a></p>"),
        ("<div><img src='/i.png' width='20' alt='Speaker'>Ada</div>",
         "<div><span>Speaker: </span>Ada</div>"),
        ("<div><img src='/i.png' width='20' alt='Ada'></div>", "<div><span>Ada</span></div>"),
        ("a <input type=text value=x> b", "<p>a  b</p>"),
        ("one<span></span>two", "<p>one two</p>"),
    ],
)  # fmt: skip
def test_markdown_becomes_this_html(html, body, expected):
    assert html(body) == expected


def test_tables_keep_their_alignment_without_style(html):
    table = html("|a|b|\n|--|-:|\n|1|2|")

    assert '<th class="align-right">b</th>' in table
    assert "style" not in table


HEADLESS = "<table>\n\n<tbody>\n<tr>\n<td>a</td>\n<td>b</td>\n</tr>\n</tbody>\n</table>"
WITH_HEAD = (
    "<table>\n<thead>\n<tr>\n<th>h</th>\n</tr>\n</thead>\n"
    "<tbody>\n<tr>\n<td>a</td>\n</tr>\n</tbody>\n</table>"
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("| a | b |", HEADLESS),
        ("|---+---|\n| a | b |\n|---+---|", HEADLESS),
        ("| h |\n|---|\n| a |\n{: .table}", WITH_HEAD),
        ("{: .table}\n|---+\n| h |\n|---+\n| a |\n|===", WITH_HEAD),
        ("|x| is not negative", "<p>|x| is not negative</p>"),
        ("|x|", "<p>|x|</p>"),
        ("|---|", "<p>|—|</p>"),
        ("|---|---|", ""),
        ("    | a | b |", "<pre><code>| a | b |</code></pre>"),
    ],
)
def test_tables_are_read_as_kramdown_reads_them(html, body, expected):
    assert html(body) == expected


@pytest.mark.parametrize(
    ("body", "expected", "left_out"),
    [
        ("{% raw %}{{ a }}{% endraw %} `{{ b }}`", "<p>{{ a }} <code>{{ b }}</code></p>", []),
        ("```\n{% raw %}{{ a }}{% endraw %}\n```", "<pre><code>{{ a }}</code></pre>", []),
        ("{% highlight python linenos %}\na = '<'\n{% endhighlight %}\nb",
         "<pre><code>a = '&lt;'</code></pre>\n<p>b</p>", []),
        ("a{% comment %} {{ b }} {% endcomment %}c", "<p>ac</p>", []),
        ("a {{ page.title }}", "<p>a </p>", ["{{ page.title }}"]),
        ("[a]({% link b.md %})", "<p><span>a</span></p>", ["{% link b.md %}"]),
        ("{% include\n  b.html %}", "", ["{% include"]),
        ("50 {% of 60 %", "<p>50 {% of 60 %</p>", []),
    ],
)  # fmt: skip
def test_jekylls_tags_are_understood_or_left_out_and_reported(rendered, body, expected, left_out):
    page = rendered(body)

    assert page.html == expected
    assert [(note.message.partition("` is for")[0][1:], note.needle) for note in page.notes] == [
        (tag, tag) for tag in left_out
    ]


def test_footnotes_work_both_ways(html):
    page = html("Text[^1]\n\n[^1]: Note")

    assert '<sup id="h-fnref:1"><a href="#h-fn:1" class="footnote-ref">1</a></sup>' in page
    assert '<li id="h-fn:1">' in page
    assert 'href="#h-fnref:1"' in page


@pytest.mark.parametrize(
    ("href", "base", "expected"),
    [
        ("/about", "https://x.org/", "https://x.org/about"),
        ("more.html", "https://x.org/events/a.html", "https://x.org/events/more.html"),
        ("{{ site.baseurl }}/about", "https://x.org/sub/", "https://x.org/sub/about"),
        ("{{ site.url }}/about", "https://x.org/sub/", "https://x.org/about"),
    ],
)
def test_relative_links_resolve_against_the_site(html, href, base, expected):
    assert f'href="{expected}"' in html(f"<a href='{href}'>a</a>", base_url=base)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("We have a [Google Jam Board](JAM) for you.", "We have a LINK(question board) for you."),
        ("[Google JamBoard for Q&A](JAM): ask", "LINK(Question board for Q&amp;A): ask"),
        ("We'll use [sli.do](sli.do) for it.", "We\u2019ll use LINK(the question board) for it."),
        ("Ask [here](https://app.sli.do/event/x).", "Ask LINK(here)."),
        ("Ask on [the Jamboard](JAM)", "Ask on LINK(the question board)"),
        ("Ask: [https://jamboard.google.com/d/x](JAM)", "Ask: LINK(Question board)"),
        ("Go to **[slido.com/123](https://slido.com/123)**",
         "Go to <strong>LINK(the question board)</strong>"),
        ("Ask on [](JAM)", "Ask on LINK(the question board)"),
        ("We'll use sli.do for questions, and Slido for polls.",
         "We\u2019ll use LINK(the question board) for questions, and Slido for polls."),
        ("[Jamboard](JAM): questions (using Jamboard Sticky Notes)",
         "LINK(Question board): questions (using the question board)"),
        ("*Questions* via Slido", "<em>Questions</em> via LINK(the question board)"),
        ("*Questions via Slido* please", "<em>Questions via LINK(the question board)</em> please"),
        ("How Jamboard died, a talk using Jamboard", "How Jamboard died, a talk using Jamboard"),
        ("`use sli.do for questions`", "<code>use sli.do for questions</code>"),
    ],
)  # fmt: skip
def test_replaced_tools_become_the_board_and_the_sentence_still_reads(html, body, expected):
    page = html(body.replace("JAM", "https://jamboard.google.com/d/x"))
    link = r'<a href="/talks/x#board" class="board-link">(.*?)</a>'

    assert re.sub(link, r"LINK(\1)", page) == f"<p>{expected}</p>"


@pytest.mark.parametrize(
    ("body", "wall", "board"),
    [
        ("Notes go on [a Jam board](JAM), before or during the talk.", 1, 0),
        ("Questions: use Jamboard, please.", 1, 0),
        ("Notes on [Jamboard](JAM), questions on [slido](https://sli.do/x).", 1, 1),
        ("Put your questions on [slido](https://sli.do/x).", 0, 1),
        ("Our wiki: [Jamboard](https://example.org/jam)", 0, 0),
    ],
)
def test_what_was_a_board_of_notes_leads_to_the_wall(html, body, wall, board):
    body = body.replace("JAM", "https://jamboard.google.com/d/x")

    page = html(body, wall_url="/talks/x/wall")

    links = (
        '<a href="/talks/x/wall" class="wall-link">',
        '<a href="/talks/x#board" class="board-link">',
    )
    assert [page.count(link) for link in links] == [wall, board]
    assert "jamboard.google.com" not in page


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ("", ""),
        ("**Abstract**:\n\nThis talk is about something that matters to everyone.",
         "This talk is about something that matters to everyone."),
        ("Short.", "Short."),
        ("word " * 100, ("word " * 40).strip() + "…"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)  # fmt: skip
def test_summary_is_the_first_paragraph_that_says_something(rendered, body, summary):
    assert rendered(body).summary == summary
    assert len(summary) <= 200


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<ScRiPt src=//evil.example></script>",
        "<img src=x onerror=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<svg/onload=alert(1)>",
        "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](java\tscript:alert(1))",
        "<a href='data:text/html,x'>a</a>",
        "<a href=' javascript:alert(1)'>a</a>",
        "<form action='/x'><button hx-post='/x'>a</button></form>",
        "<meta http-equiv=refresh content='0;url=//evil.example'>",
        "<base href='//evil.example'>",
        "<style>*{display:none}</style>",
        "<p style='position:fixed' id='board' class='embed'>x</p>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<iframe src='javascript:alert(1)'></iframe>",
        "<iframe><img src=x onerror=alert(1)></iframe>",
        "<iframe src=x><a title='</iframe><figure data-embed=https://evil.example>'>x",
        "<talk-embed src='javascript:x'></talk-embed>",
        "<figure class='embed' data-embed='https://evil.example'>x</figure>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<div hx-get='/x' data-hx-get='/x' hx-trigger='load'>x</div>",
        "<a name='x' id='x' href='#x' target=_blank ping='//evil.example'>x</a>",
        "x {: onclick='alert(1)' hx-get='/x' style='a' }\n",
        "![a](x.png){: onerror=alert(1) }",
        "<video src='https://evil.example/v' autoplay></video>",
        "<template><script>x</script></template>",
        "<textarea><script>alert(1)</script>",
        "```html {onclick=alert(1)}\nx\n```",
        "<a href='https://evil.example/\"onmouseover=alert(1)'>x</a>",
    ],
)
def test_hostile_bodies_come_out_harmless(html, body):
    assert_safe(html(body))


@pytest.mark.parametrize("body", ["<div>" * 150 + "x", ">" * 300, "<div>" * 50_000])
def test_absurd_nesting_is_refused(body):
    with pytest.raises((TooDeepError, RecursionError)):
        render(RenderJob(body))


def test_deep_but_sane_nesting_is_shown(html):
    assert "deep" in html("<div>" * 60 + "deep" + "</div>" * 60)


def test_removing_an_element_keeps_the_text_after_it():
    root = html_tree.parse("a<b>x</b>c<i>y</i>d")
    html_tree.remove(root, root[1])
    html_tree.remove(root, root[0])

    assert html_tree.to_html(root) == "acd"


def test_a_stray_end_tag_is_no_matter():
    assert html_tree.to_html(html_tree.parse("a</b>c<p>d")) == "ac<p>d</p>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* a\n * b", "* a\n* b"),
        ("- a\nlazy", "- a\n    lazy"),
        ("- a\n\ttext", "- a\n      text"),
        ("1) a\n2) b", "1. a\n2. b"),
        ("-      code", "-      code".replace("      ", " ")),
    ],
)
def test_lists_are_indented_by_fours(text, expected):
    assert "\n".join(Reindenter().run(text.split("\n"))) == expected
