"""The talks of a series by what people look for: words, category, tag, year, speaker."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from companion.talks.files import plain
from companion.talks.page import TalkPage

MOST_TOPICS = 100  # of categories or tags, the most used ones


@dataclass(frozen=True)
class Wish:
    """What somebody looks for: all of it has to be so; "" and 0 are for whatever there is."""

    words: str = ""
    category: str = ""
    tag: str = ""
    year: int = 0

    def __bool__(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.asked_for)

    @property
    def folded(self) -> Wish:
        """Return the same wish, written in the one way that is written for all who wish so."""
        return replace(self, category=self.category.casefold(), tag=self.tag.casefold())

    @property
    def asked_for(self) -> dict[str, str | int]:
        """Return what a form would ask by, without what is for whatever there is."""
        asked: dict[str, str | int] = {
            "find": self.words,
            "category": self.category,
            "tag": self.tag,
            "year": self.year,
        }
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True)
class Topic:
    """A category or tag as it is mostly written, and how many talks have it."""

    name: str
    talks: int


@dataclass(frozen=True)
class Speaker:
    """Somebody who speaks, by name alone, and their talks, the first one first."""

    slug: str
    name: str
    pages: tuple[TalkPage, ...]


@dataclass(frozen=True)
class Entry:
    """One talk, and all of it that is looked through; ``speakers`` are by slug."""

    page: TalkPage
    text: str
    year: int
    categories: Mapping[str, str]
    tags: Mapping[str, str]
    speakers: Mapping[str, str]


class Catalogue:
    """The published talks by start; made anew when any of them changes, and never changed."""

    def __init__(self, pages: Iterable[TalkPage], before: Catalogue | None = None) -> None:
        """Sort everything; what an earlier one has read of a page is taken from there."""
        self.pages = tuple(sorted(pages, key=lambda page: (page.starts, page.slug)))
        known = {id(entry.page): entry for entry in before._entries} if before else {}
        self._entries: tuple[Entry, ...] = tuple(
            known.get(id(page)) or _entry(page) for page in self.pages
        )
        self.years = {entry.page.slug: entry.year for entry in self._entries}
        self._starts = [page.starts for page in self.pages]
        self.categories = _topics(entry.categories for entry in self._entries)
        self.tags = _topics(entry.tags for entry in self._entries)
        self._speakers = _speakers(self._entries)

    def find(self, wish: Wish) -> list[TalkPage]:
        """Return the talks that are as somebody wishes, by start."""
        if not wish:
            return list(self.pages)
        words = wish.words.casefold().split()
        category, tag = wish.category.casefold(), wish.tag.casefold()
        return [
            entry.page
            for entry in self._entries
            if (not category or category in entry.categories)
            and (not tag or tag in entry.tags)
            and (not wish.year or entry.year == wish.year)
            and all(word in entry.text for word in words)
        ]

    def speaker(self, slug: str) -> Speaker | None:
        """Return who is known by a slug."""
        return self._speakers.get(slug)

    def next_after(self, moment: datetime) -> TalkPage | None:
        """Return the first talk that starts later than a moment and has not been called off."""
        later = self.pages[bisect_right(self._starts, moment) :]
        return next((page for page in later if page.takes_place), None)


def categories_of(page: TalkPage) -> tuple[str, ...]:
    """Return a page's categories: several are written with commas between."""
    return tuple(filter(None, (name.strip() for name in page.category.split(","))))


def year_of(page: TalkPage) -> int:
    """Return the year in which a talk starts, where it takes place."""
    return page.starts.astimezone(page.zone).year


def speaker_slug(name: str) -> str:
    """Return what the address of a speaker's page ends with."""
    return plain(name, "speaker")


def _entry(page: TalkPage) -> Entry:
    names = (page.title, page.speaker, page.institute, page.location, page.category, *page.tags)
    day = page.starts.astimezone(page.zone)
    return Entry(
        page,
        " ".join((*names, page.summary, f"{day:%d %B %Y %Y-%m-%d}")).casefold(),
        day.year,
        {name.casefold(): name for name in categories_of(page)},
        {name.casefold(): name for name in page.tags},
        {speaker_slug(name): name for name in page.speakers},
    )


def _topics(named: Iterable[Mapping[str, str]]) -> tuple[Topic, ...]:
    """Return names by the alphabet, each written as most pages write it."""
    written: dict[str, Counter[str]] = {}
    for names in named:
        for key, name in names.items():
            written.setdefault(key, Counter())[name] += 1
    most = sorted(written.values(), key=lambda ways: -ways.total())[:MOST_TOPICS]
    found = [Topic(ways.most_common(1)[0][0], ways.total()) for ways in most]
    return tuple(sorted(found, key=lambda topic: topic.name.casefold()))


def _speakers(entries: Iterable[Entry]) -> dict[str, Speaker]:
    """Return everybody by slug; names that differ in capitals or accents are one."""
    found: dict[str, list[tuple[str, TalkPage]]] = {}
    for entry in entries:
        for slug, name in entry.speakers.items():
            found.setdefault(slug, []).append((name, entry.page))
    return {
        slug: Speaker(
            slug,
            Counter(name for name, _ in talks).most_common(1)[0][0],
            tuple(page for _, page in talks),
        )
        for slug, talks in found.items()
    }
