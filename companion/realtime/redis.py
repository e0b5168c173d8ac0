"""Redis or Valkey itself: how it is reached, and who else is there."""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Iterator
from typing import Any

from companion.settings import ConfigError

TIMEOUT_SECONDS, LISTEN_SECONDS = 2.0, 2.2
NOTHING = "[]"  # no worker says this


def channel_of(secret: str) -> str:
    """Return where those who share a secret meet: others may use the same Redis."""
    return f"companion:{hmac.digest(secret.encode(), b'channel', 'sha256')[:8].hex()}"


def connect(url: str) -> Any:
    """Return a client of Redis, which waits for no answer for long and tries nothing twice."""
    import redis  # only where one is used: it is slow to import
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return redis.Redis.from_url(
        re.sub("^valkey", "redis", url),
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def another_server(url: str, secret: str, *, is_allowed: bool = False) -> bool:
    """Whether a server works through this Redis with this secret already, unless it may.

    Raises ConfigError when Redis does not answer, or lets us not do what we need.
    """
    from redis import RedisError

    try:
        client = connect(url)
        if not client.publish(channel_of(secret), NOTHING) or is_allowed:
            return False
        # One that was killed may not have been missed yet: only who still speaks is there.
        return any(said["type"] == "message" for said in _heard(client, channel_of(secret)))
    except (RedisError, OSError, ValueError) as error:
        raise ConfigError(
            f"COMPANION_REDIS_URL: Redis cannot be used ({error}); start it, or correct the address"
        ) from None


def _heard(client: Any, channel: str) -> Iterator[dict[str, Any]]:
    """Yield what is said on a channel for longer than a worker is ever silent."""
    with client.pubsub() as subscription:
        subscription.subscribe(channel)
        until = time.monotonic() + LISTEN_SECONDS
        while (left := until - time.monotonic()) > 0:
            if said := subscription.get_message(timeout=left):
                yield said
