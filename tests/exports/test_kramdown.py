"""People's text as Markdown: every mark of theirs is only a mark."""

import pytest

from companion.board import richtext
from companion.exports.kramdown import blocks, escape, headline


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Plain words, as they are.", "Plain words, as they are."),
        ("snake_case & <b> | #4", "snake\\_case &amp; &lt;b\\> &#124; \\#4"),
        ("{{ x }}", "&#123;&#123; x &#125;&#125;"),
        ("one - two -- three", "one - two \\-\\- three"),
        ("$4 $$5 ~6 ~~7", "$4 &#36;&#36;5 ~6 &#126;&#126;7"),
        ("a\n    b\n\tc", "a\nb\nc"),
        ("- a\n+ b\n= c", "&#45; a\n&#43; b\n&#61; c"),
        (": d\n^\n10. e\n2) f", "&#58; d\n&#94;\n10\\. e\n2\\) f"),
        ("nul\0, bell\7 and line\u2028end", "nul , bell  and line end"),
    ],
)
def test_text_is_escaped_where_it_would_mean_something(text, written):
    assert escape(text) == written


@pytest.mark.parametrize(
    ("answer", "written"),
    [
        ("**b** and *i* and `c`", "<strong>b</strong> and <em>i</em> and <code>c</code>"),
        ("- a\n- b\n  - c", "-   a\n-   b\n\n    -   c"),
        ("- a\n\n1. b", "-   a\n\n^\n\n1.  b"),
        ("> a\n> - b", "> a\n>\n> -   b"),
        ("3. c\n4. d", "3.  c\n3.  d"),
        ("1234. c\n\n      - d", "1234. c\n\n      -   d"),
        ("```\na\n\nb\n```", "<pre><code>a&#10;\nb\n</code></pre>"),
        ("+\n\n>\n\na", "a"),
        (
            "https://example.org/?a=1&b",
            '<a href="https://example.org/?a=1&amp;b" rel="nofollow ugc">'
            "https&#58;//example.org/?a=1&amp;b</a>",
        ),
    ],
)
def test_answers_keep_their_form(answer, written):
    assert blocks(richtext.answer_tree(answer)) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Why is `O(n*m)` slow?", "Why is <code>O(n&#42;m)</code> slow?"),
        ("Is **this** [here](https://example.org)?", "Is \\*\\*this\\*\\* \\[here\\]"),
        (
            "Is https://example.org/a_b down?",
            '<a href="https://example.org/a_b" rel="nofollow ugc">',
        ),
        ("1. `x` <b>", "1\\. <code>x</code> &lt;b\\>"),
        ("one tick ` alone", "one tick \\` alone"),
    ],
)
def test_a_headline_is_one_line_with_code_and_addresses(text, written):
    assert written in headline(text)
    assert "\n" not in headline(text)


@pytest.mark.parametrize(
    ("answer", "written"),
    [
        ("3. c\n4. d", '3.  c\n3.  d\n{: start="3"}'),
        ("- a\n\n  7. b", '-   a\n\n    7.  b\n    {: start="7"}'),
        ("> 5) c", '> 5.  c\n> {: start="5"}'),
        ("0. c", '0.  c\n{: start="0"}'),
        ("1. c\n2. d", "1.  c\n1.  d"),
        ("3.", ""),
    ],
)
def test_kramdown_is_told_where_numbers_start(answer, written):
    assert blocks(richtext.answer_tree(answer), is_kramdown=True) == written
