"""Which keys say what: the words of other series, Jekyll, Hugo, Quarto and Carpentries for ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from companion.talks.header import Field, Tree, plain_key
from companion.talks.source_file import SourceFile

KEYS = {
    fact: tuple(names.split())
    for fact, names in {
        "title": "title talktitle eventtitle name headline",
        "begin": "from start starts startsat startat begin begins starttime timestart eventstart "
        "time times hour hours eventtime talktime humantime clock",
        "end": "to end ends endsat endtime timeend eventend finish finishes until",
        "length": "duration length minutes durationminutes",
        "day": "eventdate talkdate seminardate dateevent startdate datestart date when dates day "
        "datetime humandate",
        "last day": "enddate dateend lastday finishdate dateto",
        "zone": "timezone tz zone timezonename eventtimezone",
        "all day": "allday",
        "speaker": "speaker speakers presenter presenters lecturer lecturers guest guests "
        "instructor instructors panelist panelists panellist panellists speakername talkby by "
        "author authors",
        "institute": "institute institution affiliation affiliations university organisation "
        "organization org company speakeraffiliation employer",
        "place": "location where place venue",
        "part of a place": "room hall building campus address",
        "meeting": "meetingurl meetinglink meeting joinurl joinlink joiningurl joininglink zoom "
        "zoomurl zoomlink teams teamsurl teamslink videocall onlineurl onlinelink conferenceurl "
        "livestream stream streamurl webinar webinarurl bbb jitsi join",
        "registration": "registration registrationurl registrationlink register registerurl "
        "registerlink rsvp rsvpurl signup signupurl eventbrite tickets",
        "recording": "recordingurl recording recordinglink video videourl videolink urlvideo "
        "youtube youtubeurl youtubeid vimeo replay",
        "slides": "slidesurl slides slideslink slidelink urlslides presentation deck",
        "abstract": "abstract",
        "summary": "summary description",
        "image": "image",
        "category": "category categories",
        "tags": "tags keywords",
    }.items()
}
FACTS: dict[str, list[tuple[str, int]]] = {}
for fact, names in KEYS.items():
    for rank, name in enumerate(names):
        FACTS.setdefault(name, []).append((fact, rank))
STATES = frozenset(
    [
        "published",
        "publish",
        "draft",
        "private",
        "hidden",
        "unlisted",
        "listed",
        "visible",
        "visibility",
        "public",
        "status",
        "state",
        "eventstatus",
        "cancelled",
        "canceled",
        "postponed",
        "moved",
        "rescheduled",
        "publishdate",
    ]
)
ALSO_READ = frozenset(
    [
        "permalink",
        "redirectfrom",
        "aliases",
        "doorsminutes",
        "qaminutes",
        "moderated",
        "board",
        "polls",
        "rating",
        "pulse",
    ]
)
NOT_MEANT = frozenset(
    [
        "lastmod",
        "lastmodified",
        "lastupdated",
        "updated",
        "modified",
        "datemodified",
        "dateformat",
        "expirydate",
        "timetoread",
        "readingtime",
        "showdate",
        "hidedate",
        "showauthor",
        "authorbio",
        "speakerbio",
        "datecreated",
        "created",
        "posted",
    ]
)
LOOKS_LIKE = re.compile(
    r"date|time|day$|when|hour|^start|^begin|^end|until|zone|^tz|speaker|presenter|author|lectur|"
    r"instructor|^hosts?$|chair|guest|panel|people|person|^who|location|venue|place|room|where|"
    r"building|campus|address|status|state$|cancel|postpon|draft|publish|hidden|private|zoom|meeting|"
    r"join|stream|webinar|video|youtube|recording|slides|regist|rsvp"
)
LABELS = ("name", "title", "room", "venue", "label", "text")
TOGETHER = re.compile(r"\s+(?:and|&|und|et|y)\s+|\s*;\s*")
MARKDOWN_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")


class Facts:
    """A page's fields by what they say, noting which have been read."""

    def __init__(self, source: SourceFile) -> None:
        """Start with nothing read."""
        self.source = source
        self.read: dict[str, list[Field]] = {}
        self._said: dict[str, list[tuple[int, Field]]] = {}
        for name, field in source.fields.items():
            for fact, rank in FACTS.get(name, ()) if field.value else ():
                self._said.setdefault(fact, []).append((rank, field))

    def fields(self, fact: str) -> Iterator[Field]:
        """Give the fields that may say something, the best first; the taker says which it took."""
        said = self._said.get(fact, ())
        yield from (field for _, field in sorted(said, key=lambda item: item[0]))

    def first(self, fact: str) -> Field | None:
        """Return the best field for a fact and note that it was read."""
        field = next(self.fields(fact), None)
        if field:
            self.took(fact, field)
        return field

    def took(self, fact: str, field: Field) -> None:
        """Note that a field was read."""
        known = self.read.setdefault(fact, [])
        if field not in known:
            known.append(field)

    def unread(self) -> Iterator[Field]:
        """Give the fields that look like a time, a place, a person or a state and were not read."""
        taken = {field.name for fields in self.read.values() for field in fields}
        known = taken | STATES | ALSO_READ | NOT_MEANT
        for field in self.source.fields.values():
            if field.name not in known and field.value and LOOKS_LIKE.search(field.name):
                yield field


def words(value: Tree) -> str:
    """Return a value in words: a mapping's name, a list with commas between."""
    if isinstance(value, str):
        plain = MARKDOWN_LINK.sub(r"\1", value) if "](" in value else value
        return " ".join(plain.split())
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(filter(None, map(words, value))))
    named = {plain_key(key): words(item) for key, item in value.items()}
    label = next((named[key] for key in LABELS if named.get(key)), "")
    return label or ", ".join(filter(None, named.values()))


def texts(value: Tree) -> list[str]:
    """Return every text in a value."""
    if isinstance(value, str):
        return [value] if value else []
    inner = value if isinstance(value, list) else list(value.values())
    return [text for item in inner for text in texts(item)]


def people(value: Tree) -> tuple[list[str], list[str]]:
    """Return the names in a value and where their bearers work."""
    if isinstance(value, str):
        return ([words(value)] if value else []), []
    if isinstance(value, list):
        found = [people(item) for item in value]
        return [name for names, _ in found for name in names], [
            at for _, ats in found for at in ats
        ]
    fields = {plain_key(key): item for key, item in value.items()}
    works_at = [text for key in KEYS["institute"] if key in fields for text in [words(fields[key])]]
    for key in ("name", "fullname", "title", *KEYS["speaker"]):
        if fields.get(key):
            return [_name(fields[key])], works_at
    parts = [words(fields[key]) for key in NAME_PARTS if key in fields]
    if parts:
        return [" ".join(parts)], works_at
    return list(value), [words(item) for item in value.values()]


def one_by_one(names: Iterable[str]) -> tuple[str, ...]:
    """Return the people whom names stand for, where one names several.

    A comma does not part them: as often an institute follows it, or a degree.
    """
    parts = (part.strip(" ,") for name in names for part in TOGETHER.split(name))
    return tuple(dict.fromkeys(filter(None, parts)))


NAME_PARTS = (
    "given",
    "givenname",
    "first",
    "firstname",
    "family",
    "familyname",
    "last",
    "lastname",
)


def _name(value: Tree) -> str:
    if not isinstance(value, dict):
        return words(value)
    parts = {plain_key(key): words(item) for key, item in value.items()}
    return " ".join(parts[key] for key in NAME_PARTS if key in parts) or words(value)
