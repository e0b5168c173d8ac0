"""A page's tree rewritten: headings, ids, links, images and embeds as the talk page needs them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from urllib.parse import unquote, urljoin

from companion.talks.embeds import VIDEO_PROVIDERS, Embed, Recording, embed, entry_of, recording
from companion.talks.markdown import html_tree
from companion.talks.markdown.board_links import BoardLinks, is_replaced_tool
from companion.talks.markdown.job import Note, RenderJob
from companion.talks.meeting_links import REGISTERS, MeetingLink, best_meeting, meeting_link
from companion.talks.urls import host_of

EMBED_TAG = "talk-embed"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
KEPT_CLASSES = frozenset({"footnote", "footnote-ref", "footnote-backref", "toc"})
CLASS = re.compile(r"[A-Za-z][\w-]{0,40}", re.ASCII)
CLASSES_LIMIT = 8
CODE = frozenset({"code", "pre"})
GENERIC_TITLES = frozenset({"", "kaltura player", "youtube video player", "video player"})
EMPTIED = frozenset({"div", "span", "p", "em", "strong", "b", "i", "li", "ul", "ol", *HEADINGS})
RELATIVE = re.compile(r"(?![a-z][a-z0-9+.-]*:|//|#)[^\s\\]+", re.IGNORECASE)
ICON_SIZE = 64
SUMMARY_LENGTH = 200
REL = "noopener noreferrer"


class Rewriter:
    """Rewrites one page in place, collecting what it finds on the way."""

    def __init__(self, job: RenderJob, root: ET.Element) -> None:
        """Work on one page's tree."""
        self.job = job
        self.root = root
        self.notes: list[Note] = []
        self.meeting: MeetingLink | None = None
        self.recording: Recording | None = None
        self.embeds: dict[ET.Element, Embed] = {}
        self.has_path = False

    def run(self) -> None:
        """Do everything, in the order that lets each step see what it needs."""
        self._find_meeting()
        self._outline_headings()
        self._prefix_ids()
        self._tidy_attributes()
        self._drop_empty_heads()
        self._replace_images()
        self._replace_players()
        self._judge_embeds()
        self._find_recording()
        self._place_embeds()
        self._rewrite_links()
        self._tick_boxes()
        self._drop_empty(self.root)

    def frame_hosts(self) -> tuple[str, ...]:
        """Return the hosts this page may frame."""
        found = [item.host for item in self.embeds.values()]
        if self.recording and self.recording.embed:
            found.append(self.recording.embed.host)
        return tuple(sorted(set(found)))

    def summary(self) -> str:
        """Return the first paragraph that says something, cut at a word."""
        paragraphs = [part for part in self.root.iter("p") if part.get("class") != "embed__what"]
        telling = (part for part in paragraphs if _own_words(part) >= 40)
        chosen = next(telling, None)
        if chosen is None:
            chosen = next((part for part in paragraphs if html_tree.text_of(part)), None)
        return shorten(html_tree.text_of(chosen)) if chosen is not None else ""

    def _find_meeting(self) -> None:
        if self.job.meeting_url:
            url = self.job.meeting_url
            registers = bool(REGISTERS.search(url))
            own = MeetingLink(url, host_of(url), host_of(url), registers)
            self.meeting = meeting_link(url) or own
        if self.meeting and not self.meeting.registers:
            return
        hrefs = (link.get("href", "").strip() for link in self.root.iter("a"))
        found = best_meeting(hrefs)
        self.meeting = (
            found if self.meeting is None or (found and not found.registers) else self.meeting
        )

    def _outline_headings(self) -> None:
        """Start at h2, below the page's own h1, and leave no level out."""
        above: list[int] = []
        for heading in self.root.iter():
            if heading.tag not in HEADINGS:
                continue
            level = HEADINGS.index(heading.tag)
            while above and above[-1] >= level:
                above.pop()
            above.append(level)
            heading.tag = HEADINGS[min(len(above), 5)]

    def _prefix_ids(self) -> None:
        """Keep the ids that links need, so that none can be mistaken for the app's own."""
        targets = {link: _target(link) for link in self.root.iter("a")}
        wanted, taken, renamed = set(targets.values()), set[str](), dict[str, str]()
        for element in self.root.iter():
            name, old = element.attrib.pop("name", ""), element.attrib.pop("id", "")
            old = old or name
            if not old or (element.tag not in HEADINGS and old not in wanted):
                continue
            new = "h-" + re.sub(r"[^\w:.-]+", "-", old)
            while new in taken:
                new += "-"
            taken.add(new)
            renamed.setdefault(old, new)
            element.set("id", new)
        for link, target in targets.items():
            if target is not None:
                link.set("href", f"#{renamed[target]}" if target in renamed else "")

    def _tidy_attributes(self) -> None:
        """Prefix the page's own classes, so that a style sheet may know them and none is ours."""
        for element in self.root.iter():
            named = element.get("class", "").split() if element.tag not in CODE else []
            classes = [own_class(name) for name in named[:CLASSES_LIMIT] if CLASS.fullmatch(name)]
            align = element.attrib.pop("align", "")
            if align in ("center", "right"):
                classes.append(f"align-{align}")
            element.attrib.pop("class", None)
            if classes:
                element.set("class", " ".join(classes))

    def _drop_empty_heads(self) -> None:
        """Drop the head that a table without one was given."""
        for table in list(self.root.iter("table")):
            for head in table.findall("thead"):
                if not html_tree.text_of(head) and not list(head.iter("img")):
                    html_tree.remove(table, head)

    def _replace_images(self) -> None:
        linked = {element for link in self.root.iter("a") for element in link.iter("img")}
        for image in list(self.root.iter("img")):
            self._replace_image(image, is_linked=image in linked)

    def _replace_image(self, image: ET.Element, *, is_linked: bool) -> None:
        """Load nothing from elsewhere: an image becomes a link that says where it is."""
        url = self._resolve(image.get("src", ""))
        alt = " ".join(image.get("alt", "").split())
        sizes = (image.get(side, "").removesuffix("px") for side in ("width", "height"))
        if any(size.isdecimal() and int(size[:6]) <= ICON_SIZE for size in sizes):
            alt = f"{alt}: " if alt and (image.tail or "").strip() else alt
            html_tree.become(image, _element("span", alt))
            return
        if not url:
            html_tree.become(image, _element("span", f"Image: {alt}" if alt else ""))
            return
        text = f"Image on {host_of(url)}" + (f": {alt}" if alt else "")
        if is_linked:
            html_tree.become(image, _element("span", text))
            return
        html_tree.become(image, _element("a", text, href=url))
        image.set("class", "image-link")

    def _replace_players(self) -> None:
        """Load no sound or film either: its player becomes a link."""
        for player in [item for item in self.root.iter() if item.tag in ("audio", "video")]:
            sources = (item.get("src", "") for item in player.iter())
            url = next(filter(None, map(self._resolve, sources)), "")
            text = f"{player.tag.capitalize()} on {host_of(url)}"
            html_tree.become(player, _element("a", text, href=url) if url else _element("span", ""))
            if url:
                player.set("class", "media-link")

    def _judge_embeds(self) -> None:
        for frame in self.root.iter(EMBED_TAG):
            src, title = frame.get("src", "").strip(), " ".join(frame.get("title", "").split())
            needle = src.partition("?")[0] or "<iframe"
            if not title:
                self._note('an `<iframe>` without a title; add title="what it is"', needle)
            if title.lower() in GENERIC_TITLES:
                title = self.job.title
            found = embed(src, title, self.job.embed_hosts)
            if found:
                self.embeds[frame] = found
            else:
                self._note(
                    f"embeds from {host_of(src) or 'here'} are not allowed, so it is shown as a "
                    "link; allow the host, or use one that is known",
                    needle,
                )

    def _find_recording(self) -> None:
        if self.job.recording_url:
            url = self.job.recording_url
            self.recording = recording(url, self.job.title) or Recording(url, None, host_of(url))
            return
        links = (link.get("href", "").strip() for link in self.root.iter("a"))
        linked = list(filter(None, map(recording, links)))
        video = next((e for e in self.embeds.values() if e.provider in VIDEO_PROVIDERS), None)
        if video:
            self.recording = Recording(_page_of(video, linked), video, video.provider)
        elif linked:
            self.recording = recording(linked[0].url, self.job.title)

    def _place_embeds(self) -> None:
        """Put our figure where the iframe was; the recording's goes on top of the page instead."""
        shown_on_top = self.recording.embed.src if self.recording and self.recording.embed else ""
        parents = html_tree.parents(self.root)
        for frame in list(self.root.iter(EMBED_TAG)):
            found = self.embeds.get(frame)
            if found and found.src == shown_on_top:
                html_tree.become(frame, _element("span", ""))
            elif found:
                figure = html_tree.parse(found.html)[0]
                alone = parents[frame].tag == "p" and not html_tree.text_of(parents[frame])
                html_tree.become(parents[frame] if alone else frame, figure)
            else:
                html_tree.become(frame, self._frame_link(frame.get("src", "")))

    def _frame_link(self, src: str) -> ET.Element:
        url = self._resolve(src)
        if not url:
            return _element("span", "")
        return _element("a", f"Embedded page on {host_of(url)}", href=url)

    def _rewrite_links(self) -> None:
        board = BoardLinks(self.root, self.job.board_url, self.job.wall_url)
        for link in list(self.root.iter("a")):
            href = link.get("href", "").strip()
            if is_replaced_tool(href):
                board.rewrite(link)
                continue
            url = href if href.startswith(("#", "mailto:", "tel:")) else self._resolve(href)
            if url:
                link.set("href", url)
                if not href.startswith(("#", "mailto:", "tel:")):
                    link.set("rel", REL)
            else:
                self._show_path(link, href)
                link.attrib = {"id": link.get("id", "")} if "id" in link.attrib else {}
                link.tag = "span"
        board.rewrite_mentions()
        self.notes.extend(board.notes)

    def _show_path(self, link: ET.Element, href: str) -> None:
        """Say where a link leads that cannot be followed, for the site's address is not known."""
        if self.job.base_url or not RELATIVE.fullmatch(href):
            return
        if href not in html_tree.text_of(link):
            last = link[-1] if len(link) else None
            if last is None:
                link.text = f"{link.text or ''} ({href})"
            else:
                last.tail = f"{last.tail or ''} ({href})"
        if not self.has_path:
            self.has_path = True
            message = f"`{href[:60]}` and its like are no links without COMPANION_SITE_URL; set it"
            self._note(message, href)

    def _resolve(self, href: str) -> str:
        """Return a full web address, or "" when there is none to be had."""
        href = href.strip()
        try:
            url = urljoin(self.job.base_url, href) if href else ""
        except ValueError:
            return ""
        return url if url.startswith(("http://", "https://")) and host_of(url) else ""

    def _tick_boxes(self) -> None:
        for box in list(self.root.iter("input")):
            is_box = box.get("type") == "checkbox"
            tick = ("☑" if "checked" in box.attrib else "☐") if is_box else ""
            html_tree.become(box, _element("span", tick))

    def _drop_empty(self, element: ET.Element) -> None:
        for child in list(element):
            self._drop_empty(child)
            if _says_nothing(child):
                html_tree.append_space(child)
                html_tree.remove(element, child)

    def _note(self, message: str, needle: str) -> None:
        self.notes.append(Note(message, needle))


def _says_nothing(element: ET.Element) -> bool:
    is_empty = not len(element) and not (element.text or "").strip()
    return element.tag in EMPTIED and is_empty and "id" not in element.attrib


def _target(link: ET.Element) -> str | None:
    """Return the id that a link to a place on the same page names."""
    href = link.get("href", "").strip()
    return unquote(href[1:]) if href.startswith("#") else None


def own_class(name: str) -> str:
    """Return the class that stands for one of the page's own."""
    return name if name in KEPT_CLASSES else f"md-{name}"


def shorten(text: str) -> str:
    """Cut a text at a word so that it fits a summary."""
    if len(text) <= SUMMARY_LENGTH:
        return text
    cut = text[:SUMMARY_LENGTH]
    return (cut.rpartition(" ")[0] or cut[:-1]).rstrip(" ,;:.-") + "…"


def _own_words(paragraph: ET.Element) -> int:
    linked = sum(len(html_tree.text_of(link)) for link in paragraph.iter("a"))
    return len(html_tree.text_of(paragraph)) - linked


def _page_of(video: Embed, linked: list[Recording]) -> str:
    """Return the page for people that shows the same video, or else the player itself."""
    entry = entry_of(video.src)
    same = (item.url for item in linked if entry and entry in item.url)
    return next(same, video.url)


def _element(tag: str, text: str, **attributes: str) -> ET.Element:
    element = ET.Element(tag, attributes)
    element.text = text
    return element
