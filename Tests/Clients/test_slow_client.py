"""A client that stops reading is closed; nobody else notices."""

from __future__ import annotations

import time

import pytest

from patchbay_client import Client, event
from patchbay_connection import Dealer
from patchbay_wire import Credit, Frame, FrameType, Json

HELLO = {"versions": [1], "role": "service", "client": "slow/1", "instance": "slow"}


@pytest.fixture
def broker(make_broker):
    return make_broker(**{"broker.session_out_bytes": 4 << 20}).start()


def join_without_reading(dealer: Dealer, group: str) -> int:
    session = dealer.hello(**HELLO)["session"]
    dealer.send(Frame(FrameType.JOIN, Json({"group": group, "config": {"filters": ["t.>"]}}), session, 1))
    subscription = dealer.receive().body.value["subscription"]
    dealer.send(Frame(FrameType.CREDIT, Credit(subscription, 1_000_000, 1 << 40), session))
    return session


def publish(bus: Client, number: int) -> float:
    """Publishes one event of 40 KB and returns the seconds that it took."""
    started = time.monotonic()
    assert bus.publish(event("t.x", f"k{number}", str(number), "x" * 40_000))[0].is_stored
    return time.monotonic() - started


def acknowledged(group, count: int):
    for delivery in group.deliveries(count, timeout=5):
        group.ack(delivery)
        yield delivery


def test_client_that_stops_reading_is_closed_and_hurts_nobody(broker):
    count = 800  # more frames than ZeroMQ's own queue takes, and more bytes than `session_out_bytes` beyond it
    bus = broker.client()
    with Dealer(broker.run_dir, receive_high_water_mark=1) as slow:
        session = join_without_reading(slow, "g")
        seconds = []
        for number in range(count):
            seconds.append(publish(bus, number))
            slow.send(Frame(FrameType.PING, session=session))  # only its reading has stopped
        assert max(seconds) < 2
        other = broker.client(instance="other")
        group = other.join("g", events=5000, bytes=1 << 20)
        offsets = {d.offset for d in acknowledged(group, count)}
        assert len(offsets) == count, f"{len(offsets)} of {count} came back to another member"
        last = slow.receive(5)
        # What it did not read comes first: hundreds of frames.
        while last.type is not FrameType.CLOSE:
            last = slow.receive(5)
        # Whichever comes first: it took nothing for too long, or its pings could not leave.
        assert last.body.value["code"] in ("session.slow", "session.expired")
