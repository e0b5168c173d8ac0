"""Embeds rebuilt from an allow-list of hosts and paths; nothing of a page's own iframe survives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlencode

from markupsafe import Markup

from companion.talks.urls import split_url

FIGURE = Markup(
    '<figure class="embed" data-embed="{src}" data-embed-title="{title}">'
    '<p class="embed__what">{what}</p>'
    '<button type="button" class="embed__load">Load the {kind} from {host}</button> '
    '<a href="{url}" class="embed__link" rel="noopener noreferrer">Open on {url_host}</a></figure>'
)
PANOPTO_HOSTS = r"(?:[a-z0-9-]+\.)+panopto\.(?:com|eu)"
YOUTUBE_HOSTS = r"(?:www\.|m\.)?(?:youtube|youtube-nocookie)\.com|youtu\.be"
YOUTUBE_VIDEO = re.compile(
    r"(?:youtu\.be|[a-z.-]+/(?:embed|shorts|live|v))/([\w-]{6,20})/?", re.ASCII
)
MEDIA_PAGES = (
    (
        "Kaltura",
        r"digitalmedia\..+|mediaspace\..+|.+\.mediaspace\.kaltura\.com",
        r"/(?:media|id|playlist)/.",
    ),
    ("Zoom", r"(?:[a-z0-9-]+\.)*zoom(?:gov)?\.(?:us|com)", r"/rec/(?:play|share)/."),
    ("Microsoft Stream", r"web\.microsoftstream\.com", r"/video/."),
)
VIDEO_PROVIDERS = frozenset({"Kaltura", "Panopto", "Vimeo", "YouTube"})
PLAIN = re.compile(r"[\w-]{1,80}")


@dataclass(frozen=True)
class Embed:
    """A player that loads when asked to; ``html`` is its figure, ``src`` the frame's address."""

    src: str
    host: str
    provider: str
    title: str
    html: str
    url: str


@dataclass(frozen=True)
class Recording:
    """Where to watch a talk again."""

    url: str
    embed: Embed | None
    provider: str


@dataclass(frozen=True)
class Player:
    """What the allow-list found: the address to frame, and the one to open."""

    provider: str
    kind: str
    src: str
    url: str


def embed(src: str, title: str = "", extra_hosts: tuple[str, ...] = ()) -> Embed | None:
    """Rebuild an iframe's address from the allow-list; None when it is not on it."""
    src = f"https:{src}" if src.startswith("//") else src
    parts = split_url(src)
    if parts is None or parts.scheme != "https":
        return None
    player = _known_player(parts, src)
    if player is None and parts.hostname in extra_hosts:
        player = Player(parts.hostname or "", "content", src, src)
    return _embed(player, title) if player else None


def recording(url: str, title: str = "") -> Recording | None:
    """Recognise a link to a recording on a known video host."""
    parts = split_url(url)
    if parts is None:
        return None
    player = _known_player(parts._replace(scheme="https"), url)
    if player and player.kind == "video":
        playable = parts.scheme == "https" or player.src != url
        return Recording(url, _embed(player, title) if playable else None, player.provider)
    provider = _media_page(parts)
    return Recording(url, None, provider) if provider else None


def entry_of(src: str) -> str:
    """Return the Kaltura entry that a player's address names, or ""."""
    return parse_qs(src.partition("?")[2]).get("entry_id", [""])[0]


def _media_page(parts: SplitResult) -> str:
    """Return whose page of a recording this is, one that can be linked but not framed, or ""."""
    host = parts.hostname or ""
    for provider, hosts, path in MEDIA_PAGES:
        if re.fullmatch(hosts, host) and re.match(path, parts.path):
            return provider
    return ""


def _known_player(parts: SplitResult, src: str) -> Player | None:
    host = parts.hostname or ""
    for hosts, player in PLAYERS:
        if re.fullmatch(hosts, host):
            return player(parts, src)
    return None


def _youtube(parts: SplitResult, _src: str) -> Player | None:
    query = parse_qs(parts.query)
    found = YOUTUBE_VIDEO.fullmatch(f"{parts.hostname}{parts.path}")
    video = query.get("v", [""])[0] if parts.path == "/watch" else found[1] if found else ""
    playlist = query.get("list", [""])[0]
    if not re.fullmatch(r"[\w-]{6,20}", video, re.ASCII):
        return None
    start = (query.get("start") or query.get("t") or [""])[0].removesuffix("s")
    extra = {"list": playlist} if PLAIN.fullmatch(playlist) else {}
    if start.isdecimal():
        extra["start"] = start
    query_kept = f"?{urlencode(extra)}" if extra else ""
    src = f"https://www.youtube-nocookie.com/embed/{video}{query_kept}"
    if video == "videoseries":
        url = f"https://www.youtube.com/playlist?list={playlist}"
    else:
        url = f"https://www.youtube.com/watch?v={video}"
    return Player("YouTube", "video", src, url)


def _vimeo(parts: SplitResult, _src: str) -> Player | None:
    found = re.fullmatch(r"(?:/video)?/(\d+)(?:/([0-9a-f]+))?/?", parts.path, re.ASCII)
    if not found:
        return None
    secret = found[2] or parse_qs(parts.query).get("h", [""])[0]
    secret = secret if PLAIN.fullmatch(secret) else ""
    query = urlencode({"dnt": "1"} | ({"h": secret} if secret else {}))
    src = f"https://player.vimeo.com/video/{found[1]}?{query}"
    url = f"https://vimeo.com/{found[1]}" + (f"/{secret}" if secret else "")
    return Player("Vimeo", "video", src, url)


def _panopto(parts: SplitResult, src: str) -> Player | None:
    if parts.path not in ("/Panopto/Pages/Embed.aspx", "/Panopto/Pages/Viewer.aspx"):
        return None
    framed = src.replace("/Viewer.aspx", "/Embed.aspx", 1)
    return Player("Panopto", "video", framed, src.replace("/Embed.aspx", "/Viewer.aspx", 1))


def _kaltura(parts: SplitResult, src: str) -> Player | None:
    return Player("Kaltura", "video", src, src) if parts.path.startswith("/p/") else None


def _google_slides(parts: SplitResult, src: str) -> Player | None:
    if not parts.path.startswith("/presentation/"):
        return None
    return Player("Google Slides", "slides", src, src.replace("/embed", "/pub", 1))


def _soundcloud(parts: SplitResult, src: str) -> Player | None:
    return Player("SoundCloud", "audio", src, src) if parts.path.startswith("/player") else None


def _spotify(parts: SplitResult, src: str) -> Player | None:
    if not re.match(r"/embed(?:-podcast)?/", parts.path):
        return None
    return Player("Spotify", "audio", src, re.sub(r"/embed(?:-podcast)?/", "/", src, count=1))


PLAYERS = (
    (r"cdnapisec\.kaltura\.com", _kaltura),
    (YOUTUBE_HOSTS, _youtube),
    (r"(?:player\.|www\.)?vimeo\.com", _vimeo),
    (PANOPTO_HOSTS, _panopto),
    (r"docs\.google\.com", _google_slides),
    (r"w\.soundcloud\.com", _soundcloud),
    (r"open\.spotify\.com", _spotify),
)


def _embed(player: Player, title: str) -> Embed:
    frame, page = split_url(player.src), split_url(player.url)
    host = (frame.hostname if frame else None) or ""
    what = f"{player.kind.capitalize()} on {player.provider}"
    html = FIGURE.format(
        src=player.src,
        title=title or what,
        what=what,
        kind=player.kind,
        host=host,
        url=player.url,
        url_host=(page.hostname if page else None) or host,
    )
    return Embed(player.src, host, player.provider, title or what, str(html), player.url)
