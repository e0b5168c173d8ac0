"""Addresses that begin at a second: each host's own way, and nothing else of them changed."""

import pytest

from companion.talks.timestamps import start_at

LEGACY = "https://cdnapisec.kaltura.com/p/1/sp/100/embedIframeJs/uiconf_id/3/partner_id/1"
NEWER = "https://cdnapisec.kaltura.com/p/1/embedPlaykitJs/uiconf_id/3"
PANOPTO = "https://uni.cloud.panopto.eu/Panopto/Pages"
MEDIA = "https://digitalmedia.uni.example/media/A+talk/1_a"
FROM = "flashvars[mediaProxy.mediaPlayFrom]"


@pytest.mark.parametrize(
    ("url", "begun"),
    [
        (f"{LEGACY}?entry_id=1&flashvars[c]=en", f"{LEGACY}?entry_id=1&flashvars[c]=en&{FROM}=90"),
        (f"{LEGACY}?{FROM}=5&entry_id=1_a", f"{LEGACY}?entry_id=1_a&{FROM}=90"),
        (f"{LEGACY}?flashvars%5BmediaProxy.mediaPlayFrom%5D=5", f"{LEGACY}?{FROM}=90"),
        (f"{NEWER}?entry_id=1_a", f"{NEWER}?entry_id=1_a&kalturaStartTime=90"),
        (MEDIA, f"{MEDIA}?kalturaStartTime=90"),
        (f"{MEDIA}?kalturaStartTime=1&x=%20", f"{MEDIA}?x=%20&kalturaStartTime=90"),
        (
            "https://www.youtube.com/watch?v=abcdefghijk",
            "https://www.youtube.com/watch?v=abcdefghijk&t=90s",
        ),
        (
            "https://m.youtube.com/watch?t=1m2s&v=abcdefghijk&list=P",
            "https://m.youtube.com/watch?v=abcdefghijk&list=P&t=90s",
        ),
        (
            "https://www.youtube.com/watch?v=abcdefghijk#t=30",
            "https://www.youtube.com/watch?v=abcdefghijk&t=90s",
        ),
        ("https://youtu.be/abcdefghijk?si=x", "https://youtu.be/abcdefghijk?si=x&t=90s"),
        (
            "https://www.youtube.com/live/abcdefghijk",
            "https://www.youtube.com/live/abcdefghijk?t=90s",
        ),
        (
            "https://www.youtube-nocookie.com/embed/abcdefghijk?start=3&list=P",
            "https://www.youtube-nocookie.com/embed/abcdefghijk?list=P&start=90",
        ),
        ("https://vimeo.com/123/ab1#t=1m2s", "https://vimeo.com/123/ab1#t=90s"),
        (
            "https://player.vimeo.com/video/123?dnt=1&h=ab1",
            "https://player.vimeo.com/video/123?dnt=1&h=ab1#t=90s",
        ),
        (f"{PANOPTO}/Viewer.aspx?start=2.5&id=1", f"{PANOPTO}/Viewer.aspx?id=1&start=90"),
        (f"{PANOPTO}/Embed.aspx?id=1", f"{PANOPTO}/Embed.aspx?id=1&start=90"),
        (f"{PANOPTO}/Viewer.aspx?id=1#notes", f"{PANOPTO}/Viewer.aspx?id=1&start=90#notes"),
    ],
)
def test_an_address_begins_at_a_second(url, begun):
    assert start_at(url, 90) == begun
    assert start_at(begun, 90) == begun


@pytest.mark.parametrize(
    ("url", "added"),
    [
        (f"{LEGACY}?entry_id=1_a", f"&{FROM}=90&flashvars[autoPlay]=true"),
        (
            f"{NEWER}?entry_id=1_a",
            "&kalturaStartTime=90&config[playback]=%7B%22autoplay%22:true%7D",
        ),
        ("https://www.youtube-nocookie.com/embed/abcdefghijk?list=P", "&start=90&autoplay=1"),
        ("https://player.vimeo.com/video/123?dnt=1", "&autoplay=1#t=90s"),
        (f"{PANOPTO}/Embed.aspx?id=1", "&start=90&autoplay=true"),
    ],
)
def test_a_player_can_be_told_to_play(url, added):
    assert start_at(url, 90, play=True) == url + added


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://us02web.zoom.us/rec/share/abc",
        "https://web.microsoftstream.com/video/abc",
        "https://www.youtube.com/playlist?list=P",
        "https://www.youtube-nocookie.com/embed/videoseries?list=P",
        "https://www.youtube.com.evil.example/watch?v=abcdefghijk",
        "https://cdnapisec.kaltura.com/other/embedIframeJs/1",
        "https://media.example.org/talk.mp4",
        "javascript:alert(1)",
    ],
)
def test_where_nobody_knows_a_way_there_is_no_address(url):
    assert start_at(url, 90) == start_at(url, 90, play=True) == ""
