"""What shows a receiver that a message is ours: a signature, as Standard Webhooks has it."""

from __future__ import annotations

import hmac
from base64 import b64encode
from datetime import datetime, timedelta

from companion.store.models import Webhook

OVERLAP = timedelta(days=1)  # for which the secret before the last change signs as well
VERSION = "v1"


class WebhookSigner:
    """Makes the webhooks' secrets and signs with them; nothing at rest is one of them."""

    def __init__(self, secret_key: str) -> None:
        """Derive everything from ``secret_key``."""
        self._key = secret_key.encode()

    def secret(self, webhook: Webhook) -> str:
        """Return a webhook's secret, as receivers are given it."""
        return f"whsec_{b64encode(self._secret(webhook, webhook.generation)).decode()}"

    def headers(
        self, webhook: Webhook, message_id: str, body: bytes, now: datetime
    ) -> dict[str, str]:
        """Return what goes with a message that is sent at this moment."""
        stamp = str(int(now.timestamp()))
        signed = b".".join((message_id.encode(), stamp.encode(), body))
        digests = (
            hmac.digest(self._secret(webhook, generation), signed, "sha256")
            for generation in _generations(webhook, now)
        )
        return {
            "webhook-id": message_id,
            "webhook-timestamp": stamp,
            "webhook-signature": " ".join(
                f"{VERSION},{b64encode(digest).decode()}" for digest in digests
            ),
        }

    def _secret(self, webhook: Webhook, generation: int) -> bytes:
        said = f"webhook:{webhook.id}:{webhook.url}:{generation}"
        return hmac.digest(self._key, said.encode(), "sha256")


def _generations(webhook: Webhook, now: datetime) -> tuple[int, ...]:
    """Return which of its secrets count, the newest first."""
    rotated, newest = webhook.rotated_at, webhook.generation
    is_recent = rotated is not None and rotated + OVERLAP > now
    return (newest, newest - 1) if is_recent else (newest,)
