"""What is counted of the sockets, for `/metrics`."""

from prometheus_client import Counter, Gauge, Histogram

SOCKETS = Gauge("companion_sockets", "Open sockets by view.", ["view"], multiprocess_mode="livesum")
MESSAGES = Counter(
    "companion_messages", "What came over sockets, and its answer.", ["event", "answer"]
)
STALLS = Counter("companion_stalls", "Times that the event loop was over 250 ms late.")
BROADCAST_SECONDS = Histogram(
    "companion_broadcast_seconds",
    "To write one message to all its sockets.",
    buckets=(0.0005, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5),
)
