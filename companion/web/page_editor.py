"""The addresses at which organisers change a page's file, and put back what it was before."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from companion.editing import log, saving, text, versions
from companion.editing.saving import PageChange
from companion.errors import Refused, SignedOutError, UnavailableError
from companion.messages import Message, gettext
from companion.store.models import Role
from companion.talks import TalkPage
from companion.talks.reading import LoadedFile
from companion.web.auth import do, flashed, redirect_with, require_role
from companion.web.preview import is_preview, preview_part, signed_out_while_typing
from companion.web.replies import board_service, wants_part, with_status, without_folders
from companion.writing.diff import Changes, changes

bp = Blueprint("page_editor", __name__, url_prefix="/talks/<slug>/organise")
bp.register_error_handler(SignedOutError, signed_out_while_typing)
LARGEST = 1024 * 1024  # of a form: a page of 256 KB whose letters are written as %XX
TOO_LARGE = gettext("That is more than a page may hold: 256 KB. Shorten it, and send it again.")
NO_PAGE = gettext(
    "There is no page at this address any more. Put its file back, or add a new talk."
)
MOVED_ON = gettext(
    "The file has changed on the disk since you opened it. Below is what differs. Save again to "
    "have yours replace it, or put into yours what you want to keep of it."
)
BROKEN = gettext("It is not saved: it could not be shown as a talk. Change what is wrong in it.")
STALE = gettext("The file has changed since you looked. Look at it again.")
SAVED = gettext("Saved. The talk’s page shows it within seconds.")
UNCHANGED = gettext("Nothing has changed, so nothing was saved.")
LOGGED = {
    versions.EDIT.id: gettext("edited the page"),
    versions.PUT_BACK.id: gettext("put back a version of the page"),
}
NO_TALK = gettext("It is not saved: it would be no talk any more. Add frontmatter that says a day.")


@dataclass(frozen=True)
class Edited:
    """A page's file as somebody edits it: what is typed, and what the file held then."""

    slug: str
    name: str
    typed: str
    expected_version: str
    content: bytes = b""

    @property
    def after(self) -> bytes:
        """Return what the file would hold."""
        return text.written(self.typed, self.content)

    @property
    def is_unsaved(self) -> bool:
        """Whether it is not what the file holds."""
        return self.typed != text.opened(self.content)

    @property
    def looked_at(self) -> bytes:
        """Return what it would be read from, which is soon made while somebody types."""
        return text.looked_at(self.typed, self.content)


@bp.get("/edit")
def show(slug: str) -> ResponseReturnValue:
    """Show a page's text, and how it looks."""
    require_role(None, Role.ORGANISER)
    name, content = _file(slug)
    shown = Edited(slug, name, text.opened(content), text.file_hash(content), content)
    return _page(shown, flash=flashed())


@bp.post("/edit")
def save(slug: str) -> ResponseReturnValue:
    """Save what was typed, or show how it would look."""
    actor = require_role(None, Role.ORGANISER)
    edited = _typed(slug)
    try:
        name, content = _found(slug)
        edited = replace(edited, name=name, content=content)
        if is_preview():
            return preview_part(tried(edited), area="text") if wants_part() else _page(edited)
        message = _attempt(edited, actor.called)
    except Refused as reason:
        return _refused(edited, reason)
    return redirect_with(message, url_for(".show", slug=slug))


@bp.get("/versions")
def list_versions(slug: str) -> ResponseReturnValue:
    """Show a page's versions, and what putting one of them back would change."""
    require_role(None, Role.ORGANISER)
    return _versions(slug, request.args.get("version", ""), flash=flashed())


@bp.post("/versions")
def put_back(slug: str) -> ResponseReturnValue:
    """Put one of a page's versions back, as a version of its own."""
    actor = require_role(None, Role.ORGANISER)
    name, content = _file(slug)
    wanted = request.form.get("version", "")
    folder = board_service().programme.folder
    try:
        if request.form.get("expected_version") != text.file_hash(content):
            raise Refused(STALE)
        after = versions.content(folder, name, wanted)
        _refuse_broken(name, after, content)
        message = _save(slug, PageChange(name, content, after), actor.called, versions.PUT_BACK)
    except Refused as reason:
        return with_status(_versions(slug, wanted, problem=reason.message), reason)
    return redirect_with(message, url_for(".list_versions", slug=slug))


def tried(edited: Edited) -> LoadedFile:
    """Return what a page would be, with its body."""
    return board_service().programme.as_it_would_be(edited.name, edited.looked_at)


def _attempt(edited: Edited, who: str) -> str:
    """Save what was typed; returns what came of it. Raises Refused."""
    if edited.expected_version != text.file_hash(edited.content):
        raise Refused(MOVED_ON, field="expected_version")
    if edited.after == edited.content:
        return without_folders(UNCHANGED)
    _refuse_broken(edited.name, edited.after, edited.content)
    change = PageChange(edited.name, edited.content, edited.after)
    return _save(edited.slug, change, who, versions.EDIT)


def _save(slug: str, change: PageChange, who: str, what: Message) -> str:
    said = saving.save(
        board_service().programme.folder, [change], who, what.about(name=change.name)
    )
    page = board_service().programme.listed(slug)
    if page and page.board:
        _note(page, LOGGED[what.id])
    return " ".join(filter(None, (without_folders(SAVED), without_folders(said))))


def _note(page: TalkPage, what: str) -> None:
    with suppress(UnavailableError):  # the file is saved, and its versions say by whom
        do(page, Role.ORGANISER, log.note, what)


def _refuse_broken(name: str, after: bytes, before: bytes) -> None:
    """Refuse a page that cannot be read, and one that is a talk no more; raises Refused."""
    look = board_service().programme.as_it_would_be
    found = look(name, after)
    if any(each.fatal for each in found.problems):
        raise Refused(BROKEN, field="text")
    if not found.is_talk and look(name, before, has_body=False).is_talk:
        raise Refused(NO_TALK, field="text")


def _refused(edited: Edited, reason: Refused) -> Response:
    """Show the form again with what was typed, beside what has become of the file meanwhile."""
    theirs = None
    if reason.field == "expected_version":
        theirs = changes(text.opened(edited.content), edited.typed)
        edited = replace(edited, expected_version=text.file_hash(edited.content))
    page = _page(edited, problem=without_folders(reason.message), theirs=theirs)
    return with_status(page, reason)


def _file(slug: str) -> tuple[str, bytes]:
    """Return the name of a page's file and what it holds, or answer 404 or 422."""
    try:
        return _found(slug)
    except Refused as reason:
        abort(404 if reason.message == NO_PAGE else 422, without_folders(reason.message))


def _found(slug: str) -> tuple[str, bytes]:
    """Return the name of a page's file and what it holds; raises Refused."""
    folder = board_service().programme.folder
    names = saving.slugs_of(folder)
    name = next((name for name, known in names.items() if known == slug), "")
    content = saving.read(folder, name) if name else None
    if content is None:
        raise Refused(NO_PAGE)
    return name, content


def _typed(slug: str) -> Edited:
    """Return what was typed into a page's form."""
    request.max_content_length = request.max_form_memory_size = LARGEST
    try:
        form = request.form
    except RequestEntityTooLarge:
        abort(413, without_folders(TOO_LARGE))
    typed, expected = text.plain(form.get("text", "")), form.get("expected_version", "")
    return Edited(slug, f"{slug}.md", typed, expected)


def _page(
    edited: Edited, *, flash: str = "", problem: str = "", theirs: Changes | None = None
) -> Response:
    html = render_template(
        "page_editor/edit.html",
        edited=edited,
        page=board_service().programme.listed(edited.slug),
        found=tried(edited),
        flash=flash,
        problem=problem,
        theirs=theirs,
    )
    return make_response(html)


def _versions(slug: str, wanted: str, *, flash: str = "", problem: str = "") -> Response:
    name, content = _file(slug)
    folder = board_service().programme.folder
    known = versions.versions(folder, name)
    chosen = next((version for version in known if version.id == wanted), None)
    found = None
    if chosen:
        before = versions.content(folder, name, chosen.id)
        found = changes(text.opened(content), text.opened(before))
    html = render_template(
        "page_editor/versions.html",
        slug=slug,
        name=name,
        page=board_service().programme.listed(slug),
        versions=known,
        chosen=chosen,
        changes=found,
        expected_version=text.file_hash(content),
        flash=flash,
        problem=without_folders(problem),
    )
    return make_response(html)
