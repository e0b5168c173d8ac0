"""What `companion links` prints for other sites: a frame for one talk, an include for all."""

import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

from companion.cli import main
from companion.publish import data
from tests.support.entries import ENTRY
from tests.support.jekyll import build_site, needs_jekyll

pytestmark = pytest.mark.slow
SITE = "https://example.org"
PARENT = "https://talks.example.org"
FRAME = re.compile(r'<iframe src="([^"]+)" title="([^"]+)"')
BLOCK = "<!-- companion:qa -->\n{}\n<!-- /companion:qa -->\n"


@pytest.fixture
def run(folder, sqlite_url, monkeypatch):
    monkeypatch.setenv("COMPANION_TALKS", str(folder))
    monkeypatch.setenv("COMPANION_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("COMPANION_ORIGINS", SITE)
    monkeypatch.setenv("COMPANION_PATH", "/qa")
    monkeypatch.setenv("COMPANION_EMBED_PARENTS", PARENT)
    return lambda *arguments: CliRunner().invoke(main, ["links", *arguments])


def test_the_snippet_is_a_frame_and_one_line_of_script(run):
    printed = run("talk", "--embed")

    assert (printed.exit_code, printed.stderr) == (0, "")
    frame, script = printed.stdout.splitlines()
    assert FRAME.match(frame).groups() == (
        f"{SITE}/qa/embed/talk",
        "Questions: A talk about bees",
    )
    assert script == f'<script src="{SITE}/qa/embed.js" async></script>'


def test_it_says_what_is_missing_before_anybody_may_show_it(run, monkeypatch):
    monkeypatch.delenv("COMPANION_EMBED_PARENTS")

    for asked in (("talk", "--embed"), ("--liquid",)):
        printed = run(*asked)
        assert printed.exit_code == 0
        assert "set COMPANION_EMBED_PARENTS" in printed.stderr
        assert "iframe" in printed.stdout


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((), "Missing argument 'SLUG'"),
        (("--embed",), "Missing argument 'SLUG'"),
        (("nothing", "--embed"), "there is no talk with a board called nothing"),
        (("talk", "--embed", "--liquid"), "one thing each"),
        (("talk", "--embed", "--json"), "one thing each"),
        (("talk", "--liquid", "--rotate", "speaker"), "one thing each"),
        (("talk", "--rotate", "organiser"), "is not one of"),
    ],
)
def test_what_cannot_be_meant_is_refused(run, asked, said):
    refused = run(*asked)

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert said in refused.stderr


@pytest.fixture
def site(tmp_path, run):
    """Return a Jekyll site whose layout of talks has the include."""
    site = tmp_path / "site"
    for folder in ("_data/qa", "_layouts", "_includes", "talks/folded"):
        (site / folder).mkdir(parents=True)
    (site / "_includes" / "companion.html").write_text(run("--liquid").stdout)
    layout = "{{ content }}\n{% include companion.html %}\n<footer>End</footer>\n"
    (site / "_layouts" / "talk.html").write_text(layout)
    return site


def page(site, name: str, body: str = "Bees.\n", extra: str = "") -> None:
    title = 'title: Bees & "wasps" <b>'
    text = f"---\nlayout: talk\n{title}\n{extra}---\n{body}"
    (site / "talks" / name).write_text(text)


@needs_jekyll
def test_a_jekyll_site_shows_the_board_and_then_the_published_answers(site):
    page(site, "2026-03-05-Coming.md")
    page(site, "marked.md", f"Bees.\n\n{BLOCK.format('')}")
    page(site, "long.markdown")
    page(site, "folded/index.md")
    page(site, "alone.md", extra="board: false\n")
    page(site, "in-page.md", f"Bees.\n\n{BLOCK.format('## Questions and answers')}")
    page(site, "v1.5.md")
    entries = [replace(ENTRY, number=4, text="How do <bees> dance?", answer="*Well*.")]
    (site / "_data" / "qa" / "v1.5.yml").write_text(data.written(entries))
    (site / "_data" / "qa" / "long.yml").write_text(data.written([]))

    built = build_site(site)

    html = {path.stem: path.read_text() for path in (built / "talks").rglob("*.html")}
    frames = {name: FRAME.findall(text) for name, text in html.items()}
    boards = {name: [where for where, _ in found] for name, found in frames.items()}
    assert boards == {
        "2026-03-05-Coming": [f"{SITE}/qa/embed/2026-03-05-coming"],
        "marked": [f"{SITE}/qa/embed/marked"],
        "long": [f"{SITE}/qa/embed/long"],
        "index": [f"{SITE}/qa/embed/folded"],
        **{"alone": [], "in-page": [], "v1.5": []},
    }
    assert frames["marked"][0][1] == "Questions: Bees &amp; &quot;wasps&quot; "
    assert all(text.count("<script") == len(frames[name]) for name, text in html.items())
    assert all("<footer>End</footer>" in text for text in html.values())
    assert '<h3 id="qa-4">How do &lt;bees&gt; dance?</h3>' in html["v1.5"]
    assert "<em>Well</em>" in html["v1.5"]
    assert "qa" not in html["alone"]
    assert html["in-page"].count("Questions and answers") == 1
