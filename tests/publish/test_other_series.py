"""Published into pages as other series have them: only the block comes, and they read as before."""

from __future__ import annotations

import pytest

from companion.errors import Refused
from companion.talks import qablock
from tests.support.factories import make_question
from tests.support.talks import read_programme

TOML = (
    '+++\ntitle = "A talk"\ndate = 2026-03-05T12:00:00Z\nspeakers = ["Ada", "Bo"]\n'
    '[params]\nend = "13:00"\n+++\n\nAbout it.\n'
)
YAML = "---\ntitle: A talk\ndate: March 5, 2026\ntime: 12:00-13:00\n---\n\nAbout it.\n"
DOTS = "---\ntitle: A talk\ndate: 2026-03-05\ntime: 12–1pm\n...\n\nAbout it."
PAGES = {
    "Hugo, a bundle": ("2026/talk/index.md", TOML),
    "Hugo, another system": ("talk.md", TOML.replace("\n", "\r\n")),
    "Jekyll, the long ending": ("2026/talk.markdown", YAML),
    "Quarto": ("2026/spring/talk.qmd", YAML),
    "dots, no last line break": ("talk.md", DOTS),
}


@pytest.mark.parametrize("series", PAGES)
def test_the_block_comes_and_all_else_stays(engine, folder, publish, make_settings, series):
    make_question(engine, "How do bees keep warm?")
    (folder / "talk.md").unlink()
    name, text = PAGES[series]
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    before = read_programme(make_settings()).find("talk")

    publication = publish()

    written = path.read_bytes().decode()
    assert publication.path == path
    assert written.startswith(text)
    assert written[len(text) :].strip().startswith(qablock.OPENING)
    assert not publish().is_news
    after = read_programme(make_settings()).find("talk")
    assert (after.title, after.planned, after.speakers, after.html) == (
        *(before.title, before.planned, before.speakers, before.html),
    )
    assert "<h2" in after.qa_html
    outside, block = qablock.without(written)
    assert (outside.strip(), bool(block)) == (text.strip(), True)


def test_toml_in_which_a_value_has_the_marks_is_left_alone(folder, engine, publish):
    """A text of several lines may look like the block; nothing is written into a header."""
    marks = f"{qablock.OPENING}\n{qablock.CLOSING}"
    page = TOML.replace("[params]", f'abstract = """\n{marks}\n"""\n[params]')
    (folder / "talk.md").write_text(page)

    with pytest.raises(Refused, match="in the frontmatter; move it below"):
        publish()
    assert (folder / "talk.md").read_text() == page
