"""What tells two programmes apart, without comparing them page by page."""

from __future__ import annotations

import time
from hashlib import sha256

from companion.talks.page import TalkPage
from companion.talks.programme import Programme
from companion.talks.source_file import InvalidTalk, digest_of


class ProgrammeDigest:
    """Goes over each file once, for as long as its file stays as it is."""

    def __init__(self, programme: Programme) -> None:
        """Know nothing yet of a programme's pages."""
        self._programme = programme
        self._known: dict[str, tuple[TalkPage, str]] = {}

    def __call__(self) -> str:
        """Return what changes when people would see another talk, or another page: 8 digits."""
        self._known = {page.slug: self._digested(page) for page in self._programme.pages()}
        read = "".join([repr(self._programme.options), *(each for _, each in self._known.values())])
        return sha256(read.encode()).hexdigest()[:8]

    def _digested(self, page: TalkPage) -> tuple[TalkPage, str]:
        known = self._known.get(page.slug)
        if known and known[0] is page:
            return known
        time.sleep(0)  # whoever is served meanwhile has their turn
        try:
            return page, f"{page.slug} {digest_of(page.path)} "
        except (OSError, InvalidTalk):  # its last good version stays up
            return page, f"{page.slug} "
