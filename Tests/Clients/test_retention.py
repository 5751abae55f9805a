"""Retention removes what age or size allow, and never what a durable group has not settled."""

from __future__ import annotations

import time

from broker_process import wait_until
from patchbay_client import DUPLICATE, event

SETTINGS = {"broker.segment_bytes": 65_536, "broker.retention_bytes": 262_144, "broker.save_interval_ms": 100}


def fill(bus, start: int, count: int = 3_000) -> int:
    """Publishes events and returns the offset of the first one."""
    stored = []
    for first in range(start, start + count, 500):
        stored += bus.publish(*(event("t.x", f"k{n % 7}", str(n), {"n": n, "pad": "x" * 300}) for n in range(first, first + 500)))
    return stored[0].offset


def first_kept(bus) -> int:
    return bus.admin("info")["first"]


def test_forgotten_group_holds_its_events_until_it_is_deleted(make_broker):
    broker = make_broker(**SETTINGS).start()
    bus = broker.client()
    bus.join("forgotten", filters=["t.>"]).leave()
    oldest = fill(bus, 0)
    # Ten times the interval in which retention is looked at: nothing of the group's may go.
    end = time.monotonic() + 1
    while time.monotonic() < end:
        assert first_kept(bus) <= oldest
    assert bus.admin("info")["journal_bytes"] > 2 * SETTINGS["broker.retention_bytes"]
    bus.admin("group_delete", group="forgotten")
    wait_until(lambda: first_kept(bus) > oldest, what="the removal of old segments")
    wait_until(
        lambda: bus.admin("info")["journal_bytes"] < 2 * SETTINGS["broker.retention_bytes"],
        what="a journal of its size",
    )


def test_what_is_kept_survives_a_restart_with_its_state(make_broker):
    broker = make_broker(**SETTINGS).start()
    bus = broker.client()
    revision = bus.put("pairs", "a", b"1")
    fill(bus, 0)
    wait_until(lambda: first_kept(bus) > revision, what="the removal of the segment that holds the map's record")
    first = first_kept(bus)
    broker.kill()
    broker.start()
    again = broker.client()
    assert again.get("pairs", "a").value == b"1"
    assert first_kept(again) >= first
    [repeated] = again.publish(event("t.x", f"k{2_999 % 7}", "2999", {"n": 2_999, "pad": "x" * 300}))
    assert repeated.status == DUPLICATE
