"""The programme, the talks' pages, the speakers' pages, and old addresses of talks."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from companion.messages import gettext
from companion.talks import Phase, TalkPage
from companion.talks.catalogue import Wish, speaker_slug
from companion.web.listing import Reach, listing_html, past_years
from companion.web.replies import board_service, find_page, load_talk, number
from companion.web.talk_page import talk_page

NOBODY = gettext("Nobody of this name speaks here.")
NEXT = 10
LONGEST = 100  # of what is looked for

bp = Blueprint("pages", __name__)


def upcoming() -> list[TalkPage]:
    """Return the next talks that are still to come by their files, the first one first."""
    now, pages = board_service().clock(), board_service().programme.pages()
    return [page for page in pages if page.planned.phase(now) is Phase.UPCOMING][:NEXT]


@bp.get("/")
def programme() -> ResponseReturnValue:
    """Show what is on now, what comes, and what has been, or those of them that are looked for."""
    wish, reach = _wish(), _reach()
    catalogue = board_service().programme.catalogue()
    found = catalogue.find(wish)
    in_all_years = catalogue.find(replace(wish, year=0)) if wish.year else found
    return render_template(
        "pages/programme.html",
        wish=wish,
        found=len(found),
        catalogue=catalogue,
        years=past_years(in_all_years),
        listing=listing_html(found, reach, wish),
    )


@bp.get("/speakers/<slug>")
def speaker(slug: str) -> ResponseReturnValue:
    """Show the talks of one speaker; nothing else is known of anybody."""
    catalogue = board_service().programme.catalogue()
    found = catalogue.speaker(slug)
    if found is None:
        meant = catalogue.speaker(speaker_slug(slug)) or abort(404, NOBODY)
        return redirect(url_for(".speaker", slug=meant.slug), 301)
    listing = listing_html(list(found.pages), _reach())
    return render_template("pages/speaker.html", speaker=found, listing=listing)


def _wish() -> Wish:
    words, category, tag = (
        " ".join(request.args.get(name, "")[:LONGEST].split())
        for name in ("find", "category", "tag")
    )
    return Wish(words, category, tag, number(request.args.get("year"), 4))


def _reach() -> Reach:
    """Return how many talks are listed; whoever asks for more gets them in steps."""
    ahead, past = (number(request.args.get(name), 5) for name in ("ahead", "past"))
    return Reach.of(ahead, past, len(board_service().programme.pages()))


@bp.get("/talks/<slug>")
def talk(slug: str) -> ResponseReturnValue:
    """Show a talk's page with its board."""
    return talk_page(load_talk(find_page(slug)))


@bp.get("/<path:path>")
def old_address(path: str) -> ResponseReturnValue:
    """Lead a talk's old address, or one written a little differently, to its page."""
    programme = board_service().programme
    find = programme.redirect
    slug = find(f"/{path}") or find(f"/{path}/") or find(f"/{path.rstrip('/')}")
    slug = slug or programme.meant(path.removeprefix("talks/"))
    return redirect(url_for("pages.talk", slug=slug or abort(404)), 301)
