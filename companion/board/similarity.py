"""Which texts say likely the same: compared here, without asking anybody's service.

The small words and the endings that are passed over are English. In other languages texts are
compared all the same, by their letters: whole words in any order, and words that nearly agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz
from Stemmer import Stemmer

ALIKE = 72.0
MOST = 3
FEWEST_WORDS = 2
WORD = re.compile(r"\w+")
# Words that say nothing about what is asked.
SMALL = frozenset(
    """
    a an and any are as at be been but by can could did do does for from had has have how i if in is
    it its just me my of on or our please should so than that the their them then there these they
    this to us was we were what when where which who why will with would you your
    """.split()  # noqa: SIM905 (words are easier to read than a list of them)
)


def alike(text: str, others: Iterable[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    """Return those of ``others`` that likely say the same as ``text``, the likeliest first."""
    sought = _essence(text)
    if len(sought.split()) < FEWEST_WORDS:
        return ()
    scored = ((_score(sought, _essence(other)), id, other) for id, other in others)
    likely = sorted((found for found in scored if found[0] >= ALIKE), key=lambda found: -found[0])
    return tuple((id, other) for _, id, other in likely[:MOST])


@lru_cache(maxsize=10_000)  # a desk compares 30 with 300, again at each change
def _score(one: str, other: str) -> float:
    """Compare the words in any order, forgiving inflections, and extra words a little."""
    if min(len(one.split()), len(other.split())) < FEWEST_WORDS:
        return 0
    whole = fuzz.token_sort_ratio(one, other)
    within = fuzz.token_set_ratio(one, other)
    return max(whole, 0.6 * within + 0.4 * whole)


@lru_cache(maxsize=5_000)
def _essence(text: str) -> str:
    """Return the words that matter, without their endings."""
    words = [word for word in WORD.findall(text.casefold()) if word not in SMALL]
    # One of its own, for none may be used by two threads; making it costs less than a word.
    return " ".join(Stemmer("english", 0).stemWords(words))
