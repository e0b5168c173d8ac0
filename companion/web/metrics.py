"""What Prometheus asks: how much there is to do, and how long it takes; nothing about anybody."""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Iterator
from contextlib import suppress

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy.exc import SQLAlchemyError

from companion.processes import SHARED_METRICS
from companion.store.deliveries import standing
from companion.store.engine import db
from companion.store.sqlite import free_bytes

bp = Blueprint("metrics", __name__)
ANSWERS = Counter("companion_answers", "Answers to requests.", ["endpoint", "status"])
ANSWER_SECONDS = Histogram(
    "companion_answer_seconds",
    "From a request until its answer is made.",
    ["endpoint"],
    buckets=(0.005, 0.02, 0.1, 0.5, 2.5),
)


def init_app(app: Flask, token: str, database_url: str) -> None:
    """Count what is answered; without a ``token`` nobody can read it."""
    app.config["METRICS_TOKEN"] = token
    app.extensions["state_now"] = StateNow(app, database_url)
    app.before_request(_begin)
    app.after_request(_count)


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Return all figures to whoever has the token."""
    token = current_app.config["METRICS_TOKEN"]
    if not token:
        abort(404)
    given = request.authorization
    sent = given.token if given and given.type == "bearer" else None
    if not hmac.compare_digest((sent or "").encode(), token.encode()):
        return "send the token as: Authorization: Bearer …\n", 401, {"WWW-Authenticate": "Bearer"}
    return generate_latest(everyones()) + generate_latest(_own()), {
        "Content-Type": CONTENT_TYPE_PLAIN_0_0_4
    }


def everyones() -> CollectorRegistry:
    """Return what was counted: by all workers together, where there are several."""
    if not os.environ.get(SHARED_METRICS):
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]  # it tells no types
    return shared


def _own() -> CollectorRegistry:
    own = CollectorRegistry()
    own.register(current_app.extensions["state_now"])
    return own


class StateNow:
    """What is looked at when somebody asks."""

    def __init__(self, app: Flask, database_url: str) -> None:
        """Look at an application and its database's disk."""
        self._app, self._database_url = app, database_url

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield whether all is well, and the disk's room where the database is a file."""
        troubles = [check() for check in self._app.extensions["checks"]]
        said = "1 while /readyz says degraded."
        yield GaugeMetricFamily("companion_degraded", said, value=int(any(troubles)))
        free = free_bytes(self._database_url)
        if free is not None:
            said = "Room on the disk of the SQLite database."
            yield GaugeMetricFamily("companion_free_bytes", said, value=free)
        with suppress(SQLAlchemyError):  # that it does not answer is said above
            yield from self._webhooks()

    def _webhooks(self) -> Iterator[GaugeMetricFamily]:
        """Yield what webhooks have not been told, of all of them together."""
        found = standing(db.session.connection()).values()
        said = "What webhooks have not been told, by what became of it."
        messages = GaugeMetricFamily("companion_webhook_messages", said, labels=["state"])
        messages.add_metric(["waiting"], sum(one.waiting for one in found))
        messages.add_metric(["failed"], sum(one.failed for one in found))
        messages.add_metric(["given_up"], sum(one.given_up for one in found))
        yield messages
        said = "For how long the oldest of what is to be sent has waited."
        now = self._app.extensions["boards"].clock()
        waits = [(now - one.oldest_at).total_seconds() for one in found if one.oldest_at]
        yield GaugeMetricFamily(
            "companion_webhook_oldest_seconds", said, value=max(waits, default=0)
        )


def _begin() -> None:
    g.began_at = time.perf_counter()


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    ANSWERS.labels(endpoint, response.status_code).inc()
    if "began_at" in g:
        ANSWER_SECONDS.labels(endpoint).observe(time.perf_counter() - g.began_at)
    return response
