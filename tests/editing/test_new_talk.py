"""What is typed for a new talk comes back from its file as it was typed."""

import frontmatter
import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.board.input import one_line
from companion.editing import new_talk
from companion.errors import Refused
from companion.talks.files import SLUG
from companion.talks.source_file import source_of
from tests.support.hostile import TEXTS

ANY = st.text(max_size=120) | st.sampled_from([text for text in TEXTS if len(text) <= 120])
USUAL = {"title": "Bees", "date": "2026-03-05"}
WORDS = ("title", "speaker", "institute", "location", "category")


def read_back(typed: dict[str, str]) -> frontmatter.Post:
    return frontmatter.loads(new_talk.page_text(typed))


@given(words=st.tuples(*[ANY] * len(WORDS)), abstract=ANY)
def test_any_text_comes_back_the_same(tmp_path_factory, words, abstract):
    typed = dict(zip(WORDS, words, strict=True)) | {"date": "2026-03-05", "abstract": abstract}
    kept = {name: line for name in WORDS if (line := one_line(typed[name]))}
    if "title" not in kept:
        with pytest.raises(Refused, match="Write a title"):
            new_talk.page_text(typed)
        return

    post = read_back(typed)

    assert {name: value for name, value in post.metadata.items() if name != "date"} == kept
    assert str(post["date"]) == "2026-03-05"
    source = source_of(tmp_path_factory.getbasetemp() / "t.md", new_talk.page_text(typed).encode())
    assert {field.key: field.value for field in source.fields.values()} == kept | {
        "date": "2026-03-05"
    }
    assert source.doubts == ()


@given(tags=st.lists(ANY, max_size=4))
def test_any_tags_come_back_the_same(tags):
    post = read_back(USUAL | {"tags": ",".join(tags)})

    kept = [tag.strip() for tag in one_line(",".join(tags)).split(",")]
    assert post.get("tags", []) == list(dict.fromkeys(filter(None, kept)))


@given(title=ANY)
def test_any_title_offers_an_address_that_a_file_may_have(title):
    slug = new_talk.offered_slug(title)

    assert bool(slug) == bool(one_line(title))
    if slug:
        assert SLUG.fullmatch(slug)
        assert new_talk.file_name({"title": title}, {}) == f"{slug}.md"


def test_what_is_left_empty_is_left_out():
    assert new_talk.page_text(USUAL) == '---\ntitle: "Bees"\ndate: 2026-03-05\n---\n'


@pytest.mark.parametrize("taken", ["bees.md", "Bees.markdown", "2026/bees.md"])
def test_an_address_that_another_file_has_is_refused(taken):
    with pytest.raises(Refused, match="There is a talk at bees already"):
        new_talk.file_name(USUAL, {taken: "bees"})
