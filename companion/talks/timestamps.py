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

from companion.talks.embeds import MEDIA_PAGES, PANOPTO_HOSTS, YOUTUBE_HOSTS
from companion.talks.urls import split_url

KALTURA_PAGES = next(hosts for provider, hosts, _ in MEDIA_PAGES if provider == "Kaltura")
KEPT = 5_000
OLD_FRAGMENT = re.compile(r"t=[\dhms.:]*")


@dataclass(frozen=True)
class StartParameter:
    """How one kind of address says where to begin, and that it is to play at once.

    ``aliases`` are further names for the same, which have to go.
    """

    hosts: str
    path: str
    start: str
    autoplay: str = ""
    aliases: frozenset[str] = frozenset()


START_PARAMETERS = (
    StartParameter(
        r"cdnapisec\.kaltura\.com",
        r"/p/.*/embedIframeJs/.*",
        "flashvars[mediaProxy.mediaPlayFrom]={}",
        "flashvars[autoPlay]=true",
    ),
    StartParameter(
        r"cdnapisec\.kaltura\.com",
        r"/p/.*/embedPlaykitJs/.*",
        "kalturaStartTime={}",
        "config[playback]=%7B%22autoplay%22:true%7D",
    ),
    StartParameter(KALTURA_PAGES, r"/(?:media|id|playlist)/.+", "kalturaStartTime={}"),
    StartParameter(
        YOUTUBE_HOSTS, r"/embed/(?!videoseries).+", "start={}", "autoplay=1", frozenset({"t"})
    ),
    StartParameter(YOUTUBE_HOSTS, r"/playlist|/embed/videoseries|/?", ""),
    StartParameter(YOUTUBE_HOSTS, r"/.+", "t={}s", aliases=frozenset({"start"})),
    StartParameter(r"player\.vimeo\.com", r"/video/.+", "#t={}s", "autoplay=1"),
    StartParameter(r"(?:www\.)?vimeo\.com", r"/\d.*", "#t={}s"),
    StartParameter(PANOPTO_HOSTS, r".*/Embed\.aspx", "start={}", "autoplay=true"),
    StartParameter(PANOPTO_HOSTS, r".*/Viewer\.aspx", "start={}"),
)


@lru_cache(KEPT)
def start_at(url: str, seconds: int, *, play: bool = False) -> str:
    """Return an address that begins at a second; "" where its host is not known to take one.

    With ``play`` it plays without a further click, if a player's address can say so.
    """
    known = _parameter_of(url)
    if known is None or not known.start:
        return ""
    start = known.start.format(seconds)
    at_end, added = (start, "") if start.startswith("#") else ("", start)
    names = {_name(start), *known.aliases, *({_name(known.autoplay)} if play else ())}
    address, _, fragment = url.partition("#")
    base, _, query = address.partition("?")
    kept = [part for part in query.split("&") if part and _name(part) not in names]
    query = "&".join((*kept, *filter(None, (added, known.autoplay if play else ""))))
    if fragment and not OLD_FRAGMENT.fullmatch(fragment):
        at_end = at_end or f"#{fragment}"
    return base + (f"?{query}" if query else "") + at_end


def _parameter_of(url: str) -> StartParameter | None:
    parts = split_url(url)
    if parts is None:
        return None
    for known in START_PARAMETERS:
        is_host = re.fullmatch(known.hosts, parts.hostname or "")
        if is_host and re.fullmatch(known.path, parts.path):
            return known
    return None


def _name(part: str) -> str:
    return unquote(part.partition("=")[0])
