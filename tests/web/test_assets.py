"""What files lose on their way: comments, and nothing else."""

from pathlib import Path

import pytest

from companion.web.assets import without_comments

STATIC = Path(__file__).parents[2] / "static"
OURS = [*(STATIC / "js").rglob("*.js"), *(STATIC / "css").rglob("*.css")]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a;\n  // why\nb;\n", "a;\n\nb;\n"),
        ("/* one\n two */\na;\n", "\n\na;\n"),
        ("/** What\n * it does */\n\nf();", "\n\n\nf();"),
        ("a; // why\n", "a; // why\n"),
        ("/* a */ b; /* c */\n", "/* a */ b; /* c */\n"),
        ('const it = "https://example.org";\n', 'const it = "https://example.org";\n'),
        (".a { }\n  /* one */\n.b { }\n  /* two */\n", ".a { }\n\n.b { }\n\n"),
    ],
)
def test_a_comment_goes_that_has_lines_to_itself(text, left):
    assert without_comments(text) == left


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_no_line_of_a_text_is_taken_for_a_comment(path):
    """All that goes stands outside of what is between backticks."""
    source = path.read_text()
    kept = iter(without_comments(source).split("\n"))

    inside = False
    for line in source.split("\n"):
        is_kept = next(kept) == line
        assert is_kept or not inside, line
        inside ^= is_kept and line.count("`") % 2 == 1


def test_our_files_are_served_without_and_those_of_others_as_they_are(app, bob):
    script, vendored = "js/board/order.js", "vendor/htmx-4.0.1.min.js"
    answers = {name: bob.get(f"{app.static_url_path}/{name}") for name in (script, vendored)}

    assert "/*" in (STATIC / script).read_text()
    assert "/*" not in answers[script].text
    assert answers[script].text.count("\n") == (STATIC / script).read_text().count("\n")
    assert answers[vendored].data == (STATIC / vendored).read_bytes()
    assert "/*" not in bob.get(f"{app.static_url_path}/programme.css").text
