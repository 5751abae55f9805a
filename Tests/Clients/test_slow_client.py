"""A client that stops reading is closed; nobody else notices."""

from __future__ import annotations

import time

import pytest

from broker_process import wait_until
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


def publish(bus: Client, first: int, count: int) -> None:
    made = [event("t.x", f"k{n}", str(n), "x" * 20_000) for n in range(first, first + count)]
    assert all(r.is_stored for r in bus.publish(*made))


def acknowledged(group, count: int):
    for delivery in group.deliveries(count, timeout=5):
        group.ack(delivery)
        yield delivery


def test_client_that_stops_reading_is_closed_and_hurts_nobody(broker):
    bus = broker.client()
    with Dealer(broker.run_dir, receive_high_water_mark=1) as slow:
        session = join_without_reading(slow, "g")
        slowest = 0.0
        for first in range(0, 3000, 50):
            started = time.monotonic()
            publish(bus, first, 50)
            slowest = max(slowest, time.monotonic() - started)
            slow.send(Frame(FrameType.PING, session=session))
        assert slowest < 5
        other = broker.client(instance="other")
        group = other.join("g", events=5000, bytes=1 << 20)
        offsets = {d.offset for d in acknowledged(group, 3000)}
        assert len(offsets) == 3000, f"{len(offsets)} of 3000 came back to another member"
        frames = []
        wait_until(lambda: frames.append(slow.receive(5)) or frames[-1].type is FrameType.CLOSE, 20, "the close")
        assert frames[-1].body.value["code"] == "session.slow"
