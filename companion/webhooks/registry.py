"""Which addresses are told what: added, changed and removed by whoever organises.

What an organiser has added is sent to public addresses alone, for it is the server that sends:
whoever runs it may have it reach its own machine and network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from companion.errors import Refused
from companion.messages import gettext
from companion.network.fetching import is_public, is_safe
from companion.store.deliveries import EVENTS
from companion.store.models import Delivery, Webhook
from companion.store.writer import Change

MOST, URL_MAX = 20, 500


def add(
    change: Change, url: str, events: Sequence[str], now: datetime, made_by: str = ""
) -> Webhook:
    """Have an address be told of these events from now on; raises Refused.

    ``made_by`` is the organiser who adds it, "" where it is whoever runs the server.
    """
    _check_address(url, public_only=bool(made_by))
    for event in events:
        if event not in EVENTS:
            raise Refused(
                gettext(
                    "There is no event %(event)s. Name some of: %(events)s.",
                    event=event,
                    events=", ".join(EVENTS),
                )
            )
    if not events:
        raise Refused(gettext("Choose what it is to be told of."), field="events")
    if len(listed(change.session)) >= MOST:
        raise Refused(gettext("There are %(most)s webhooks already. Remove one first.", most=MOST))
    chosen = " ".join(event for event in EVENTS if event in events)
    webhook = Webhook(url=url, events=chosen, generation=0, made_at=now, made_by=made_by)
    change.session.add(webhook)
    change.session.flush()
    return webhook


def _check_address(url: str, *, public_only: bool) -> None:
    if not is_safe(url) or "@" in urlsplit(url).netloc or len(url) > URL_MAX:
        raise Refused(
            gettext(
                "%(url)s is no address for a webhook: use one of https, or of http on this "
                "machine, without a name or password in it, and with %%-codes for other letters.",
                url=url[:URL_MAX],
            )
        )
    if public_only and not is_public(url):
        raise Refused(
            gettext(
                "%(url)s is on the server’s own machine or in its network. Use a public address of "
                "https; whoever runs the server may add this one on the command line.",
                url=url,
            )
        )


def remove(change: Change, number: int) -> None:
    """Tell an address nothing more, not even what waits; raises Refused."""
    change.session.delete(find(change.session, number))


def rotate(change: Change, number: int, now: datetime, expected: int | None = None) -> Webhook:
    """Have a webhook's secret be another one; raises Refused.

    ``expected`` is the generation that is to go, so that a form sent twice does not end a secret
    which nobody has been able to use.
    """
    webhook = find(change.session, number)
    if expected is not None and webhook.generation != expected:
        raise Refused(gettext("The secret has been changed meanwhile. Reload the page."))
    webhook.generation, webhook.rotated_at = webhook.generation + 1, now
    return webhook


def find(session: Session, number: int) -> Webhook:
    """Return a webhook by its number; raises Refused."""
    webhook = session.get(Webhook, number)
    if webhook is None:
        raise Refused(
            gettext("There is no webhook %(number)s. Look which there are.", number=number)
        )
    return webhook


def listed(session: Session) -> list[Webhook]:
    """Return the webhooks that there are, the oldest first."""
    return list(session.scalars(sa.select(Webhook).order_by(Webhook.id)))


def log(session: Session, number: int, most: int) -> list[Delivery]:
    """Return the last of what a webhook was, or is still to be, told."""
    told = sa.select(Delivery).filter_by(webhook_id=number).order_by(Delivery.id.desc())
    return list(session.scalars(told.limit(most)))[::-1]


def logs(session: Session, most: int) -> defaultdict[int, list[Delivery]]:
    """Return the last of what each webhook was, or is still to be, told; the newest first."""
    place = sa.func.row_number().over(partition_by=Delivery.webhook_id, order_by=Delivery.id.desc())
    placed = sa.select(Delivery.id, place.label("place")).subquery()
    newest = sa.select(placed.c.id).where(placed.c.place <= most)
    found: defaultdict[int, list[Delivery]] = defaultdict(list)
    wanted = sa.select(Delivery).where(Delivery.id.in_(newest)).order_by(Delivery.id.desc())
    for row in session.scalars(wanted):
        found[row.webhook_id].append(row)
    return found
