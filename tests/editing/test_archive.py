"""A zip brings pages and pictures into the folder, and nothing else, and no more than it may."""

import io
import stat
import zipfile
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.editing import archive
from companion.editing.archive import unpacked
from companion.errors import Refused
from companion.talks.files import DEPTH_LIMIT, ENDINGS

PAGE = b"---\ntitle: Bees\ndate: 2026-03-05\n---\n"
PNG = b"\x89PNG\r\n\x1a\n"


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as made:
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name), content, method)
    return data.getvalue()


def taken(data: bytes) -> dict[str, bytes]:
    return {file.name: file.content for file in unpacked("a.zip", data) if not file.refusal}


def refusal(name: str, content: bytes = PAGE) -> str:
    [file] = unpacked("a.zip", zipped({name: content}))
    assert file.content == b""
    return file.refusal


PARTS = st.lists(
    st.sampled_from(["a", "..", ".", "", ".git", "_x", "\\", "C:", "a.md", "b.png", "x.sh", "\n"]),
    min_size=1, max_size=7,
)  # fmt: skip


@given(st.lists(PARTS, min_size=1, max_size=5, unique_by="/".join))
def test_whatever_the_names_nothing_leaves_the_folder_or_is_hidden_in_it(names):
    data = zipped(
        {"/".join(parts): PAGE for parts in names if "/".join(parts).strip("/")} or {"a.md": PAGE}
    )
    try:
        found = taken(data)
    except Refused:
        return
    for name in found:
        parts = name.split("/")
        assert all(part and part[0] not in "._" and "\\" not in part for part in parts)
        assert len(parts) <= DEPTH_LIMIT + 1
        assert name.endswith((*ENDINGS, *archive.PICTURES))


@given(st.binary(max_size=400), st.integers(0, 200), st.binary(max_size=8))
def test_whatever_the_bytes_it_is_taken_or_refused(junk, at, patch):
    good = zipped({"a.md": PAGE, "b/c.png": PNG})
    for data in (junk, good[:at] + patch + good[at + len(patch) :], good[:at]):
        with suppress(Refused):
            found = unpacked("a.zip", data)
            assert sum(len(file.content) for file in found) <= archive.MOST_BYTES


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("../a.md", PAGE, "leads out"),
        ("/etc/a.md", PAGE, "leads out"),
        ("a//b.md", PAGE, "leads out"),
        ("C:/a.md", PAGE, "signs that no name may have"),
        ("a\\b.md", PAGE, "signs that no name may have"),
        (f"{'a' * 201}.md", PAGE, "too long"),
        (".git/hooks/a.md", PAGE, "ever read"),
        ("_drafts/a.md", PAGE, "ever read"),
        ("node_modules/a.md", PAGE, "ever read"),
        ("a/b/c/d/e/f.md", PAGE, "too deep"),
        ("run.sh", PAGE, "neither a page nor a picture"),
        ("inner.zip", PAGE, "neither a page nor a picture"),
        ("a.md", PAGE + b"x" * archive.LARGEST_PAGE, "larger than 272 KB"),
        ("a.png", PNG + bytes(archive.LARGEST_PICTURE), "larger than 1024 KB"),
        ("a.png", PAGE, "not the picture"),
    ],
)
def test_every_file_that_is_not_taken_says_why(name, content, said):
    assert said in refusal(name, content)


def test_links_and_locked_and_oddly_packed_files_are_not_taken():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        link = zipfile.ZipInfo("a.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
        made.writestr("b.md", PAGE, zipfile.ZIP_LZMA)
    found = {file.name: file.refusal for file in unpacked("a.zip", data.getvalue())}
    assert found == {
        "a.md": "it is a link or no file",
        "b.md": "it is packed in a way that is not read",
    }
    locked = bytearray(zipped({"c.md": PAGE}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert unpacked("a.zip", bytes(locked))[0].refusal == "it is locked by a password"


def test_a_bomb_is_put_out_before_it_goes_off(monkeypatch):
    monkeypatch.setattr(archive, "MOST_BYTES", 3 * archive.LARGEST_PICTURE)
    bomb = zipped({f"{n}.png": PNG + bytes(archive.LARGEST_PICTURE - 8) for n in range(4)})
    assert len(bomb) < 100_000

    with pytest.raises(Refused, match="Unpacked that is more than 16 MB"):
        unpacked("a.zip", bomb)
    claims_little = bytearray(zipped({"a.md": PAGE + bytes(archive.LARGEST_PAGE)}))
    at = claims_little.index(b"PK\x01\x02") + 24
    claims_little[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(Refused, match="cannot be read"):
        unpacked("a.zip", bytes(claims_little))


def test_too_many_files_are_refused_before_any_is_read():
    with pytest.raises(Refused, match="more than 100 files"):
        unpacked("a.zip", zipped({f"{n}.md": PAGE for n in range(301)}))
    assert len(taken(zipped({f"{n}.md": PAGE for n in range(100)}))) == 100


def test_an_empty_zip_and_nothing_are_refused():
    for name, data in (("a.zip", zipped({})), ("a.md", b"")):
        with pytest.raises(Refused):
            unpacked(name, data)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (["talks/a.md", "talks/img/b.png"], ["a.md", "img/b.png"]),
        (["bees/index.md", "bees/b.png"], ["bees/index.md", "bees/b.png"]),
        (["a.md", "talks/b.md"], ["a.md", "talks/b.md"]),
        (["one/a.md", "two/b.md"], ["one/a.md", "two/b.md"]),
    ],
)
def test_the_folder_that_was_zipped_is_no_part_of_the_names(sent, kept):
    contents = {name: PNG if name.endswith("png") else PAGE for name in sent}

    assert list(taken(zipped(contents))) == kept


def test_of_two_files_of_one_name_the_first_is_taken():
    found = unpacked("a.zip", zipped({"a.md": PAGE, "A.md": PAGE}))

    assert [file.refusal for file in found] == ["", "it is there twice"]


def test_a_single_page_is_taken_by_its_name_alone():
    [file] = unpacked("C:\\Users\\Ada\\bees.md", PAGE)

    assert (file.name, file.refusal) == ("bees.md", "")
