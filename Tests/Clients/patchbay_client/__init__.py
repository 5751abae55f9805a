"""A small synchronous client of the bus on pyzmq, written from docs/protocol.md alone.

with Client(run_dir, role="service") as bus:
    bus.publish(event("task.created", key="WT1", id="1", data={"sid": "WT1"}))
    crm = bus.join("crm", filters=["task.>"])
    for delivery in crm.deliveries(count=1):
        crm.ack(delivery)

Below it are `patchbay_connection`, one session with its heartbeat, and `patchbay_wire`, the bytes.
"""

from .client import Client
from .errors import CallFailed, CallUnavailable, CallUnknown, EpochWentBack, SettleFailed
from .events import PublishResult, document, event, expand
from .statuses import (
    ACCEPTED,
    CONFLICT,
    DUPLICATE,
    REFUSED,
    REJECTED,
    REPLY_FAILED,
    REPLY_OK,
    REPLY_UNAVAILABLE,
    REPLY_UNKNOWN,
    SETTLE_DONE,
    SETTLE_FENCED,
    SETTLE_MISMATCH,
    SETTLE_REFUSED,
    SETTLE_REJECTED,
)
from .subscription import Subscription
from .tap import Seen, Tap

__all__ = [
    "ACCEPTED",
    "CONFLICT",
    "CallFailed",
    "CallUnavailable",
    "CallUnknown",
    "Client",
    "DUPLICATE",
    "EpochWentBack",
    "PublishResult",
    "REFUSED",
    "REJECTED",
    "REPLY_FAILED",
    "REPLY_OK",
    "REPLY_UNAVAILABLE",
    "REPLY_UNKNOWN",
    "SETTLE_DONE",
    "SETTLE_FENCED",
    "SETTLE_MISMATCH",
    "SETTLE_REFUSED",
    "SETTLE_REJECTED",
    "Seen",
    "SettleFailed",
    "Subscription",
    "Tap",
    "document",
    "event",
    "expand",
]
