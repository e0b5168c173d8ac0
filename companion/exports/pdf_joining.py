"""Parts of a PDF made one: its pages, bookmarks and tags, as if it had been set in one piece.

What is joined comes from one template. Its tags are a tree for each part; the numbers by which
pages and links find their place in it follow those of the parts before.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pikepdf


def pages_of(path: Path) -> int:
    """Return how many pages a PDF has."""
    with pikepdf.open(path) as part:
        return len(part.pages)


def joined(paths: list[Path], footers: bytes, out: BinaryIO, *, tagged: bool) -> None:
    """Write parts as one PDF: title, language and standard are the first one's.

    ``footers`` has a page for each of all pages, to be laid over it. What is not to be ``tagged``
    takes half the memory. The same parts make the same bytes.
    """
    first, *others = paths
    with pikepdf.open(first) as whole, pikepdf.open(BytesIO(footers)) as above:
        _begin_tags(whole, tagged=tagged)
        bookmarks = [mark for path in others for mark in _append(whole, path, tagged=tagged)]
        with whole.open_outline() as outline:
            outline.root[0].children.extend(bookmarks)
        for page, footer in zip(whole.pages, above.pages, strict=True):
            _lay_over(whole, page, footer)
        packed = pikepdf.ObjectStreamMode.generate
        whole.save(out, object_stream_mode=packed, deterministic_id=True)


def _begin_tags(whole: pikepdf.Pdf, *, tagged: bool) -> None:
    """Have a tree of numbers that more can be put behind; or no tags, and no claim to any."""
    if not tagged:
        del whole.Root.StructTreeRoot, whole.Root.MarkInfo, whole.Root.Metadata
        return
    tags = whole.Root.StructTreeRoot
    numbers = pikepdf.Array(_numbers(tags.ParentTree))
    tags.ParentTree = whole.make_indirect(pikepdf.Dictionary(Nums=numbers))


def _append(whole: pikepdf.Pdf, path: Path, *, tagged: bool) -> list[pikepdf.OutlineItem]:
    """Put a part behind what is there, and return its bookmarks."""
    with pikepdf.open(path) as part:
        bookmarks = list(_bookmarks(part, len(whole.pages)))
        first = int(whole.Root.StructTreeRoot.ParentTreeNextKey) if tagged else 0
        for page in part.pages:
            _renumber(page.obj, first)
        whole.pages.extend(part.pages)
        if tagged:
            theirs = whole.copy_foreign(part.Root.StructTreeRoot)
            _append_tags(whole.Root.StructTreeRoot, theirs, first)
    return bookmarks


def _append_tags(ours: Any, theirs: Any, first: int) -> None:
    for at, entry in enumerate(_numbers(theirs.ParentTree)):
        ours.ParentTree.Nums.append(entry if at % 2 else int(entry) + first)
    for document in theirs.K:
        _lower_headings(document)
        document.P = ours
        ours.K.append(document)
    ours.ParentTreeNextKey = first + int(theirs.ParentTreeNextKey)


def _lay_over(whole: pikepdf.Pdf, page: pikepdf.Page, footer: pikepdf.Page) -> None:
    """Put one page onto another of the same size; pikepdf's own way takes names by chance."""
    drawn = whole.copy_foreign(footer.as_form_xobject())
    page.add_resource(drawn, pikepdf.Name.XObject, pikepdf.Name.Footer)
    page.contents_add(b"q", prepend=True)
    page.contents_add(b"Q /Footer Do")


def _numbers(tree: Any) -> Iterator[Any]:
    """Return what is in a tree of numbers: each number, and what it stands for."""
    for branch in tree.get("/Kids", []):
        yield from _numbers(branch)
    yield from tree.get("/Nums", [])


def _renumber(page: Any, first: int) -> None:
    if "/StructParents" in page:
        page.StructParents = int(page.StructParents) + first
    for note in page.get("/Annots", []):
        note.StructParent = int(note.StructParent) + first


def _lower_headings(document: Any) -> None:
    """Have a part's headings stand below the title, which only the first part has."""
    for element in document.K:
        if element.S == pikepdf.Name.H1:
            element.S = pikepdf.Name.H2


def _bookmarks(part: pikepdf.Pdf, pages_before: int) -> Iterator[pikepdf.OutlineItem]:
    if "/Outlines" not in part.Root:
        return
    pages = {page.obj.objgen: at for at, page in enumerate(part.pages, pages_before)}
    with part.open_outline() as outline:
        for item in outline.root:
            destination: Any = item.destination
            page, _, left, top, _ = destination
            yield pikepdf.OutlineItem(
                item.title, pages[page.objgen], "XYZ", left=float(left), top=float(top)
            )
