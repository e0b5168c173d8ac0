"""Pages as a browser reads them, and what every page of ours has to keep."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.html import parse, parse_part

REFERENCES = (
    "for",
    "form",
    "list",
    "headers",
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
    "aria-errormessage",
    "aria-activedescendant",
    "aria-details",
    "aria-flowto",
)
BUTTONS = ("submit", "button", "reset")
CONTROLS = ("input", "textarea", "select")
SPACE = re.compile(r"\s+")


@dataclass
class Form:
    """A form as a browser without scripts would send it."""

    id: str
    method: str
    action: str
    fields: dict[str, str]


class Page:
    """A parsed page or part of one."""

    def __init__(self, html: str, *, whole: bool = True) -> None:
        self.root, self.errors = parse(html) if whole else parse_part(html)
        self.html = html
        _leave_out_languages(self.root)

    def elements(self, tag: str = "") -> Iterator[Element]:
        """Return every element, or those of one tag, in the page's order."""
        for element in self.root.iter():
            if not tag or element.tag == tag:
                yield element

    def classed(self, name: str) -> list[Element]:
        """Return the elements of a class."""
        return [found for found in self.elements() if name in found.get("class", "").split()]

    def has(self, id: str) -> bool:
        """Whether there is an element with this id."""
        return any(element.get("id") == id for element in self.elements())

    def element(self, id: str) -> Element:
        """Return the element with this id."""
        found = [element for element in self.elements() if element.get("id") == id]
        assert len(found) == 1, f"{len(found)} elements have the id {id!r}"
        return found[0]

    def text(self, id: str) -> str:
        """Return an element's text, its white space collapsed."""
        return text_of(self.element(id))

    @property
    def title(self) -> str:
        return text_of(next(self.elements("title")))

    @property
    def h1(self) -> str:
        return text_of(next(self.elements("h1")))

    def links(self) -> list[str]:
        """Return where the page's links go."""
        return [link.get("href", "") for link in self.elements("a")]

    def questions(self) -> list[int]:
        """Return the ids of the questions on the board, in their order."""
        found = (re.fullmatch(r"question-(\d+)", item.get("id", "")) for item in self.elements())
        return [int(match[1]) for match in found if match]

    def forms(self) -> list[Form]:
        """Return every form, filled as it is shown."""
        return [_form(element) for element in self.elements("form")]

    def form_to(self, end: str) -> Form:
        """Return the one form whose address ends so."""
        found = [form for form in self.forms() if form.action.endswith(end)]
        assert len(found) == 1, f"{len(found)} forms lead to …{end}"
        return found[0]


def _leave_out_languages(root: Element) -> None:
    """Have a page be its own: what one switches languages by stands at the foot of each."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.get("class") == "languages":
                parent.remove(child)


def text_of(element: Element) -> str:
    """Return the text within an element, its white space collapsed."""
    return SPACE.sub(" ", "".join(element.itertext())).strip()


def _form(element: Element) -> Form:
    fields: dict[str, str] = {}
    for control in element.iter():
        name = control.get("name")
        if name and control.tag in CONTROLS and _is_sent(control):
            fields[name] = _value(control)
    method = element.get("method", "get").lower()
    return Form(element.get("id", ""), method, element.get("action", ""), fields)


def _value(control: Element) -> str:
    if control.tag == "textarea":
        return "".join(control.itertext())
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [option for option in options if "selected" in option.attrib] or options[:1]
        return chosen[0].get("value", "") if chosen else ""
    return control.get("value", "")


def _is_sent(control: Element) -> bool:
    picked = control.get("type") in ("radio", "checkbox")
    return "disabled" not in control.attrib and (not picked or "checked" in control.attrib)


def check_page(page: Page) -> None:
    """Fail unless a whole page keeps every promise that pages make."""
    check_part(page)
    headings = [text_of(found) for found in page.elements("h1")]
    assert len(headings) == 1, f"h1: {headings}"
    assert headings[0], "the h1 is empty"
    assert headings[0] in page.title, f"the title {page.title!r} does not say {headings[0]!r}"
    html = next(page.elements("html"))
    assert html.get("lang"), "the page has no language"
    assert len(list(page.elements("main"))) == 1, "a page has one main part"
    _check_headings(page)
    _check_references(page)


def check_part(page: Page) -> None:
    """Fail unless this, whole page or not, keeps what every part has to keep."""
    assert page.errors == []
    _check_ids(page)
    _check_scripts(page)
    _check_controls(page)
    _check_forms(page)
    _check_images_and_links(page)


def _check_ids(page: Page) -> None:
    ids = Counter(element.get("id") for element in page.elements() if "id" in element.attrib)
    assert [found for found, times in ids.items() if times > 1] == []
    assert [found for found in ids if not found or SPACE.search(found)] == []


def _check_headings(page: Page) -> None:
    level = 0
    for element in page.elements():
        if re.fullmatch("h[1-6]", element.tag):
            here = int(element.tag[1])
            assert here <= level + 1, f"{element.tag} {text_of(element)!r} after h{level}"
            level = here


def _check_references(page: Page) -> None:
    ids = {element.get("id") for element in page.elements()}
    for element in page.elements():
        for name in REFERENCES:
            missing = set(element.get(name, "").split()) - ids
            assert not missing, f"<{element.tag} {name}> names {missing}, which is not there"
        href = element.get("href", "")
        if element.tag == "a" and href.startswith("#"):
            assert href[1:] in ids, f"a link leads to {href}, which is not there"


def _check_scripts(page: Page) -> None:
    for element in page.elements():
        bad = [name for name in element.attrib if name.startswith("on") or name == "style"]
        assert not bad, f"<{element.tag}> has {bad}"
        bad = [name for name in element.attrib if name.startswith(("hx-on", "hx-vals"))]
        assert not bad, f"<{element.tag}> has {bad}, which would have to be evaluated"
        assert element.tag != "style", "a style element is in the page"
        if element.tag == "script" and element.get("type") != "application/json":
            assert element.get("src"), "a script has no src"
            assert not text_of(element), "a script is in the page"
        if element.tag in ("script", "link", "img"):
            address = element.get("src") or element.get("href") or ""
            scheme = urlsplit(address).scheme
            own = not urlsplit(address).netloc and scheme in ("", "data")
            assert own or element.get("rel") == "canonical" or element.tag == "img", address


def _check_controls(page: Page) -> None:
    labelled = {label.get("for") for label in page.elements("label")}
    wrapped = {item for label in page.elements("label") for item in label.iter()}
    for element in page.elements():
        if element.tag == "button":
            assert element.get("type") in BUTTONS, "a button says what it does"
            named = text_of(element) or element.get("aria-label")
            assert named or "hidden" in element.attrib, "a button has no name"
        if element.tag in CONTROLS and element.get("type") != "hidden":
            named = element.get("id") in labelled or element in wrapped
            named = named or element.get("aria-label") or element.get("aria-labelledby")
            assert named, f"<{element.tag} name={element.get('name')!r}> has no label"
    for label in page.elements("label"):
        assert text_of(label), "a label is empty"


def _check_forms(page: Page) -> None:
    for element in page.elements("form"):
        if element.get("method") == "dialog":
            continue
        assert element.get("method") in ("get", "post"), "a form says its method"
        assert element.get("action", "").startswith("/"), "a form says where it goes"
        buttons = [found for found in element.iter("button") if found.get("type") == "submit"]
        assert buttons, f"the form to {element.get('action')} has no button to send it"


def _check_images_and_links(page: Page) -> None:
    for element in page.elements("img"):
        assert "alt" in element.attrib, f"{element.get('src')} has no alt text"
    for element in page.elements("iframe"):
        raise AssertionError(f"a frame to {element.get('src')} is loaded before anybody asks")
    for element in page.elements("a"):
        assert element.get("href"), "a link leads nowhere"
        named = text_of(element) or element.get("aria-label") or element.find(".//img") is not None
        assert named, f"the link to {element.get('href')} has no name"
        assert urlsplit(element.get("href", "")).scheme != "javascript"


class Browser:
    """Somebody's browser without scripts: it keeps a cookie, and checks every page it is shown."""

    def __init__(self, app: Flask, *, known: bool = True, base_url: str = "") -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self._base_url = base_url or "http://localhost:8000/"
        if known:
            name = app.config["VISITOR_COOKIE"]
            value = app.extensions["visitors"].new()
            host = urlsplit(self._base_url).hostname or ""
            self.client.set_cookie(name, value, domain=host)

    @property
    def cookie(self) -> str:
        """Return the visitor cookie's value, "" when there is none."""
        host = urlsplit(self._base_url).hostname or ""
        found = self.client.get_cookie(self.app.config["VISITOR_COOKIE"], domain=host)
        return found.value if found else ""

    @property
    def id(self) -> str:
        """Return who this is to the domain."""
        visitor = self.app.extensions["visitors"].read(self.cookie)
        assert visitor is not None
        return str(visitor)

    def get(self, url: str, **options: Any) -> TestResponse:
        """Fetch an address, unchecked."""
        return self.client.get(url, base_url=self._base_url, **options)

    def post(self, url: str, data: Any = None, **options: Any) -> TestResponse:
        """Send a form from one of our own pages."""
        headers = {"Sec-Fetch-Site": "same-origin", **options.pop("headers", {})}
        return self.client.post(
            url, data=data or {}, base_url=self._base_url, headers=headers, **options
        )

    def post_part(self, url: str, data: Any = None, **options: Any) -> TestResponse:
        """Send a form as htmx does."""
        headers = {"HX-Request": "true", **options.pop("headers", {})}
        return self.post(url, data, headers=headers, **options)

    def page(self, url: str, status: int = 200, **options: Any) -> Page:
        """Return a whole page, checked."""
        return read_page(self.get(url, **options), status)

    def part(self, url: str, **options: Any) -> Page:
        """Return a part of a page, checked."""
        return read_part(self.get(url, headers={"HX-Request": "true"}, **options), 200)

    def submit(self, form: Form, **typed: str) -> TestResponse:
        """Fill a form in and send it."""
        send = self.post if form.method == "post" else self.get
        return send(form.action.partition("#")[0], data={**form.fields, **typed})

    def follow(self, response: TestResponse, status: int = 303) -> Page:
        """Go where an answer leads, and return that page."""
        assert response.status_code == status
        return self.page(response.location.partition("#")[0])


def read_page(response: TestResponse, status: int) -> Page:
    """Return the whole page of an answer, checked."""
    assert response.status_code == status, f"{response.status}: {response.text[:2000]}"
    assert response.content_type == "text/html; charset=utf-8"
    page = Page(response.text)
    check_page(page)
    return page


def read_part(response: TestResponse, status: int) -> Page:
    """Return the part of a page that an answer holds, checked."""
    assert response.status_code == status, f"{response.status}: {response.text[:2000]}"
    assert response.content_type == "text/html; charset=utf-8"
    assert "<html" not in response.text
    page = Page(response.text, whole=False)
    check_part(page)
    return page
