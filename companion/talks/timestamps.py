"""Addresses of players and of their pages, set to begin at a second of the recording.

Where each way is written down: Kaltura's older player takes ``mediaPlayFrom`` (kaltura/mwEmbed,
``docs/api_uivars.php``), its newer one, and MediaSpace pages that have it, ``kalturaStartTime``
(kaltura/kaltura-player-js, ``setup-helpers``); YouTube's embedded player takes ``start`` ("YouTube
Embedded Players and Player Parameters") and its pages ``t``; Vimeo takes a fragment ("Starting
playback at a specific timecode", Vimeo's help); Panopto's viewer writes ``start`` into what it has
people share. Kaltura's own embed codes leave brackets as they are, and so does this; PHP, which
reads them there, takes them either way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from companion.talks.embeds import MEDIA_PAGES, YOUTUBE_HOSTS
from companion.talks.urls import split_url

KALTURA_PAGES = next(hosts for provider, hosts, _ in MEDIA_PAGES if provider == "Kaltura")
KEPT = 5_000
OLD_FRAGMENT = re.compile(r"t=[\dhms.:]*")


@dataclass(frozen=True)
class Way:
    """How one kind of address says where to begin, and that it is to play at once.

    ``others`` are further names for the same, which have to go.
    """

    hosts: str
    path: str
    begins: str
    plays: str = ""
    others: frozenset[str] = frozenset()


WAYS = (
    Way(
        r"cdnapisec\.kaltura\.com",
        r"/p/.*/embedIframeJs/.*",
        "flashvars[mediaProxy.mediaPlayFrom]={}",
        "flashvars[autoPlay]=true",
    ),
    Way(
        r"cdnapisec\.kaltura\.com",
        r"/p/.*/embedPlaykitJs/.*",
        "kalturaStartTime={}",
        "config[playback]=%7B%22autoplay%22:true%7D",
    ),
    Way(KALTURA_PAGES, r"/(?:media|id|playlist)/.+", "kalturaStartTime={}"),
    Way(YOUTUBE_HOSTS, r"/embed/(?!videoseries).+", "start={}", "autoplay=1", frozenset({"t"})),
    Way(YOUTUBE_HOSTS, r"/playlist|/embed/videoseries|/?", ""),
    Way(YOUTUBE_HOSTS, r"/.+", "t={}s", others=frozenset({"start"})),
    Way(r"player\.vimeo\.com", r"/video/.+", "#t={}s", "autoplay=1"),
    Way(r"(?:www\.)?vimeo\.com", r"/\d.*", "#t={}s"),
    Way(r"(?:[a-z0-9-]+\.)+panopto\.(?:com|eu)", r".*/Embed\.aspx", "start={}", "autoplay=true"),
    Way(r"(?:[a-z0-9-]+\.)+panopto\.(?:com|eu)", r".*/Viewer\.aspx", "start={}"),
)


@lru_cache(KEPT)
def begin(url: str, seconds: int, *, play: bool = False) -> str:
    """Return an address that begins at a second; "" where its host is not known to take one.

    With ``play`` it plays without a further click, if a player's address can say so.
    """
    way = _way(url)
    if way is None or not way.begins:
        return ""
    begins = way.begins.format(seconds)
    at_end, added = (begins, "") if begins.startswith("#") else ("", begins)
    names = {_name(begins), *way.others, *({_name(way.plays)} if play else ())}
    address, _, fragment = url.partition("#")
    base, _, query = address.partition("?")
    kept = [part for part in query.split("&") if part and _name(part) not in names]
    query = "&".join((*kept, *filter(None, (added, way.plays if play else ""))))
    if fragment and not OLD_FRAGMENT.fullmatch(fragment):
        at_end = at_end or f"#{fragment}"
    return base + (f"?{query}" if query else "") + at_end


def _way(url: str) -> Way | None:
    parts = split_url(url)
    if parts is None:
        return None
    for way in WAYS:
        if re.fullmatch(way.hosts, parts.hostname or "") and re.fullmatch(way.path, parts.path):
            return way
    return None


def _name(part: str) -> str:
    return unquote(part.partition("=")[0])
