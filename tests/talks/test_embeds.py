from __future__ import annotations

import pytest

from companion.talks.embeds import embed, entry_of, recording
from companion.talks.meeting_links import meeting_link

KALTURA = (
    "https://cdnapisec.kaltura.com/p/1/sp/100/embedIframeJs/uiconf_id/3/partner_id/1?iframeembed="
    "true&playerId=k&entry_id=1_abc&flashvars[a.b]=left&flashvars[c]=en&&wid=1_x"
)
YOUTUBE = "https://www.youtube-nocookie.com/embed/abcdefghijk"
VIMEO = "https://player.vimeo.com/video/123?dnt=1"
PANOPTO = "https://uni.cloud.panopto.eu/Panopto/Pages/Embed.aspx?id=1"
SLIDES = "https://docs.google.com/presentation/d/e/x/embed?start=false"


@pytest.mark.parametrize(
    ("src", "framed", "provider"),
    [
        (KALTURA, KALTURA, "Kaltura"),
        ("https://www.youtube.com/embed/abcdefghijk", YOUTUBE, "YouTube"),
        ("//www.youtube.com/embed/abcdefghijk?autoplay=1", YOUTUBE, "YouTube"),
        ("https://youtu.be/abcdefghijk?t=30s", f"{YOUTUBE}?start=30", "YouTube"),
        ("https://www.youtube.com/watch?v=abcdefghijk", YOUTUBE, "YouTube"),
        ("https://youtube.com/shorts/abcdefghijk?list=PL1", f"{YOUTUBE}?list=PL1", "YouTube"),
        ("https://player.vimeo.com/video/123", VIMEO, "Vimeo"),
        ("https://player.vimeo.com/video/123?h=ab1", f"{VIMEO}&h=ab1", "Vimeo"),
        (PANOPTO, PANOPTO, "Panopto"),
        (SLIDES, SLIDES, "Google Slides"),
        ("https://w.soundcloud.com/player/?url=x", "https://w.soundcloud.com/player/?url=x",
         "SoundCloud"),
        ("https://open.spotify.com/embed/episode/1", "https://open.spotify.com/embed/episode/1",
         "Spotify"),
        ("https://media.example.org/x", "https://media.example.org/x", "media.example.org"),
    ],
)  # fmt: skip
def test_known_players_are_rebuilt(src, framed, provider):
    found = embed(src, "A title", ("media.example.org",))

    assert found is not None
    assert (found.src, found.provider, found.title) == (framed, provider, "A title")


@pytest.mark.parametrize(
    "src",
    [
        "",
        "about:blank",
        "http://www.youtube.com/embed/abcdefghijk",
        "https://www.youtube.com.evil.example/embed/abcdefghijk",
        "https://evil.example/www.youtube.com/embed/abcdefghijk",
        "https://www.youtube.com@evil.example/embed/abcdefghijk",
        "https://evil.example\\@www.youtube.com/embed/abcdefghijk",
        "https://user@www.youtube.com/embed/abcdefghijk",
        "https://www.youtube.com:8443/embed/abcdefghijk",
        "https://www.youtube.com:bad/embed/abcdefghijk",
        "https://www.youtube.com./embed/abcdefghijk",
        "https://www.youtube.com/redirect?q=https://evil.example",
        "https://www.youtube.com/playlist",
        "https://cdnapisec.kaltura.com/q/",
        "https://cdnapisec.kaltura.com/p/../evil",
        "https://cdnapisec.kaltura.com/p/%2e%2e/evil",
        "https://cdnapisec.kaltura.com/p/1 2",
        "https://player.vimeo.com/hubnut/x",
        "https://uni.panopto.eu/other",
        "https://docs.google.com/forms/x",
        "https://w.soundcloud.com/x",
        "https://open.spotify.com/x",
        "https://[bad/embed",
        "https://media.example.org/x",
        "javascript:alert(1)",
    ],
)
def test_anything_else_is_not_framed(src):
    assert embed(src) is None


def test_the_figure_offers_a_button_and_a_link():
    found = embed("https://youtu.be/abcdefghijk", 'Say "hi"')

    assert found is not None
    assert found.html == (
        f'<figure class="embed" data-embed="{YOUTUBE}" data-embed-title="Say &#34;hi&#34;">'
        '<p class="embed__what">Video on YouTube</p>'
        '<button type="button" class="embed__load">'
        "Load the video from www.youtube-nocookie.com</button> "
        '<a href="https://www.youtube.com/watch?v=abcdefghijk" class="embed__link" '
        'rel="noopener noreferrer">Open on www.youtube.com</a></figure>'
    )


@pytest.mark.parametrize(
    ("src", "url"),
    [
        ("https://player.vimeo.com/video/123?h=ab1", "https://vimeo.com/123/ab1"),
        (PANOPTO, PANOPTO.replace("Embed", "Viewer")),
        (SLIDES, SLIDES.replace("/embed", "/pub")),
        ("https://open.spotify.com/embed/episode/1", "https://open.spotify.com/episode/1"),
        (
            "https://www.youtube.com/embed/videoseries?list=PL1",
            "https://www.youtube.com/playlist?list=PL1",
        ),
    ],
)
def test_the_link_leads_to_a_page_for_people(src, url):
    found = embed(src)

    assert found is not None
    assert found.url == url


def test_an_embed_in_the_text_is_click_to_load(rendered):
    page = rendered(f'<iframe src="{SLIDES}" title="Slides"></iframe>\n\nAfter')

    assert f'<figure class="embed" data-embed="{SLIDES}" data-embed-title="Slides">' in page.html
    assert "<iframe" not in page.html
    assert page.frame_hosts == ("docs.google.com",)


def test_an_embed_inside_a_sentence_is_lifted_out(rendered):
    page = rendered(f'<p><iframe src="{SLIDES}" title="Slides"></iframe></p>\n\nAfter')

    assert page.html.startswith('<figure class="embed"')


@pytest.mark.parametrize(
    ("src", "expected"),
    [
        ("https://evil.example/x", '<a href="https://evil.example/x" rel="noopener noreferrer">'
                                   "Embedded page on evil.example</a>"),
        ("javascript:alert(1)", ""),
        ("//[bad/x", ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("base_url", ["", "https://example.org/"])
def test_other_iframes_become_a_link(rendered, src, expected, base_url):
    page = rendered(f"<iframe src='{src}' title='x'></iframe>", base_url=base_url)

    assert page.html == expected
    assert [note.message.partition(" are")[2][:12] for note in page.notes] == [" not allowed"]


def test_the_recording_moves_from_the_text_to_the_top(rendered):
    page = rendered(
        f'<iframe src="{KALTURA.replace("&", "&amp;")}" title="Kaltura Player"></iframe>\n\n'
        "[Other](https://digitalmedia.example.ac.uk/media/1_other)\n\n"
        "[Video](https://digitalmedia.example.ac.uk/media/Talk/1_abc)",
        title="The talk",
    )

    assert page.recording is not None
    assert page.recording.embed is not None
    assert page.recording.embed.src == KALTURA
    assert page.recording.embed.title == "The talk"
    assert page.recording.url == "https://digitalmedia.example.ac.uk/media/Talk/1_abc"
    assert "<figure" not in page.html
    assert page.frame_hosts == ("cdnapisec.kaltura.com",)


@pytest.mark.parametrize(
    ("url", "provider", "playable"),
    [
        ("https://youtu.be/abcdefghijk", "YouTube", True),
        ("http://www.youtube.com/watch?v=abcdefghijk", "YouTube", True),
        ("https://vimeo.com/123", "Vimeo", True),
        (PANOPTO, "Panopto", True),
        ("https://digitalmedia.example.ac.uk/media/1_abc", "Kaltura", False),
        ("https://uni.mediaspace.kaltura.com/media/1_abc", "Kaltura", False),
        ("http://cdnapisec.kaltura.com/p/1", "Kaltura", False),
        ("https://uni.zoom.us/rec/share/abc", "Zoom", False),
        ("https://web.microsoftstream.com/video/abc", "Microsoft Stream", False),
    ],
)
def test_a_link_to_a_video_host_is_the_recording(rendered, url, provider, playable):
    found = rendered(f"[Watch]({url})").recording

    assert found is not None
    assert (found.url, found.provider, found.embed is not None) == (url, provider, playable)


@pytest.mark.parametrize("url", ["https://example.org/x", "https://docs.google.com/presentation/d/x",
                                 "https://youtu.be/", "mailto:a@example.org"])  # fmt: skip
def test_other_links_are_no_recording(url):
    assert recording(url) is None


def test_a_recording_address_in_the_frontmatter_wins(rendered):
    body = f'<iframe src="{KALTURA}" title="x"></iframe>'
    elsewhere = rendered(body, recording_url="https://media.example.org/v").recording
    known = rendered(body, recording_url="https://youtu.be/abcdefghijk").recording

    assert elsewhere is not None
    assert known is not None
    assert (elsewhere.provider, elsewhere.embed) == ("media.example.org", None)
    assert known.embed is not None


def test_entry_is_found_in_a_players_address():
    assert entry_of(KALTURA) == "1_abc"
    assert entry_of("https://example.org/") == ""


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://meet.google.com/abc-defg-hij", "Google Meet"),
        ("https://uni.zoom.us/j/123?pwd=x", "Zoom"),
        ("https://zoom.us/j/123", "Zoom"),
        ("https://teams.microsoft.com/l/meetup-join/x", "Microsoft Teams"),
        ("https://teams.live.com/meet/1", "Microsoft Teams"),
        ("https://meet.jit.si/room", "Jitsi"),
        ("https://jitsi.uni.example/room", "Jitsi"),
        ("https://uni.webex.com/meet/x", "Webex"),
        ("https://eu.bbcollab.com/guest/1", "Blackboard Collaborate"),
        ("https://whereby.com/room", "Whereby"),
        ("https://bbb.example.org/rooms/a", "BigBlueButton"),
        ("https://example.org/b/ada-abc-def", "BigBlueButton"),
    ],
)
def test_meeting_services_are_recognised(rendered, url, label):
    found = rendered(f"[First](https://example.org) [Join]({url})").meeting

    assert found is not None
    assert (found.url, found.label) == (url, label)


@pytest.mark.parametrize("url", ["https://zoom.us/pricing", "https://meet.google.com.evil.org/x",
                                 "https://example.org/bb/x", "x"])  # fmt: skip
def test_other_links_are_no_meeting(url):
    assert meeting_link(url) is None


def test_a_meeting_address_in_the_frontmatter_wins(rendered):
    body = "<https://meet.google.com/abc-defg-hij>"
    found = rendered(body, meeting_url="https://rooms.example.org/1").meeting

    assert found is not None
    assert (found.url, found.label) == ("https://rooms.example.org/1", "rooms.example.org")
