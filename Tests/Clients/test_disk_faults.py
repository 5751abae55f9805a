"""The disk fails under a real Broker: nothing is acked that is not there, and the process says what happened."""

from __future__ import annotations

import time

import pytest

import power_loss
from broker_process import wait_until
from patchbay_client import ACCEPTED, REFUSED, Tap, event
from patchbay_connection import Dealer
from patchbay_wire import Frame, FrameType, PatchbayError, Publish

STORAGE = 74  # the exit code that is not restarted automatically


@pytest.fixture
def faulty(make_broker, powerloss_library):
    """Starts a Broker whose journal's disk begins to fail when `begin_faults` is called."""

    def start(**faults):
        broker = make_broker()
        disk = power_loss.Disk(powerloss_library, broker.state_dir, broker.base / "durable", faults)
        disk.faults |= {"TRIGGER": disk.trigger, "MATCH": ".log"}
        broker.environment = disk.environment()
        return broker.start(), disk

    return start


def publish(bus, number):
    return bus.publish(event("t.x", "k", str(number), {"n": number}), timeout=30)[0]


def test_failed_sync_stops_the_broker_before_it_acks(faulty):
    broker, disk = faulty(FAIL_SYNC_AT=1)
    bus = broker.client()
    before = publish(bus, 1)
    disk.begin_faults()
    try:
        assert publish(bus, 2).status == REFUSED
    except PatchbayError:
        pass  # the session ended with the process
    assert broker.wait() == STORAGE
    assert "sync" in broker.log()
    disk.lose_power()
    broker.environment = {}
    broker.start()
    assert [s.offset for s in broker.client().read_all(offset=0, filters=["t.x"])] == [before.offset]


def test_full_disk_acks_nothing_and_loses_nothing(faulty):
    broker, disk = faulty(ENOSPC_AFTER_BYTES=0)
    bus = broker.client()
    before = publish(bus, 1)
    disk.begin_faults()
    waiting = bus.publish_later(event("t.x", "k", "2"))
    wait_until(lambda: "disk is full" in broker.log(), what="the Broker's complaint")
    assert not waiting.done()
    broker.kill()
    disk.lose_power()
    broker.environment = {}
    broker.start()
    assert [s.offset for s in broker.client().read_all(offset=0, filters=["t.x"])] == [before.offset]


def test_floor_of_free_space_refuses_publishers(make_broker):
    broker = make_broker(**{"broker.floor_free_bytes": 1 << 44}).start()
    bus = broker.client()
    refused = publish(bus, 1)
    assert refused.status == REFUSED and refused.reason.startswith("journal.full")
    paused = publish(bus, 2)
    assert paused.status == REFUSED and paused.reason.startswith("publish.paused")
    bus.resume(1)
    assert publish(bus, 1).reason.startswith("journal.full")


def test_full_disk_refuses_and_goes_on_when_there_is_space(faulty):
    broker, disk = faulty(ENOSPC_AFTER_BYTES=0)
    bus, other = broker.client(), broker.client()
    before = publish(bus, 1)
    disk.begin_faults()
    # What the Broker took before it knew waits, unanswered; everything after it is refused at once.
    waiting = bus.publish_later(event("t.x", "k", "2"))
    wait_until(lambda: "disk is full" in broker.log(), what="the Broker's complaint")
    refused = publish(other, 3)
    assert refused.status == REFUSED and "journal.full" in refused.reason
    assert not waiting.done()
    assert [s.offset for s in other.read_all(offset=0, filters=["t.x"])] == [before.offset]
    disk.trigger.unlink()
    assert [run.status for run in waiting.result(10).runs] == [ACCEPTED]
    other.resume(1)
    assert publish(other, 3).is_stored
    assert [s.record.id for s in bus.read_all(offset=0, filters=["t.x"])] == ["/test\n1", "/test\n2", "/test\n3"]


def test_slow_sync_is_told(faulty):
    broker, disk = faulty(SYNC_DELAY_MS=1500)
    bus = broker.client()
    with Tap(broker.run_dir, "sys.") as tap:
        assert tap.until(lambda seen: seen.topic == "sys.tap.head", 5)
        disk.begin_faults()
        assert publish(bus, 1).is_stored
        disk.trigger.unlink()
        assert tap.until(lambda seen: seen.topic == "sys.journal.degraded", 10)


def test_sync_longer_than_three_heartbeats_expires_nobody_who_goes_on_pinging(faulty):
    broker, disk = faulty(SYNC_DELAY_MS=4500)
    with Dealer(broker.run_dir) as pinging, Dealer(broker.run_dir) as publisher:
        hello = {"versions": [1], "role": "service", "client": "pinging/1", "instance": ""}
        sessions = {dealer: dealer.hello(**hello)["session"] for dealer in (pinging, publisher)}
        disk.begin_faults()
        events = Publish((event("t.x", "k", "slow"),))
        publisher.send(Frame(FrameType.PUBLISH, events, sessions[publisher], 1))
        heard = []
        while FrameType.PUBLISHED not in heard:
            for dealer, session in sessions.items():
                dealer.send(Frame(FrameType.PING, session=session))
                while dealer.socket.poll(250):
                    heard.append(dealer.receive(1).type)
        assert set(heard) == {FrameType.PONG, FrameType.PUBLISHED}


def test_sync_of_twelve_seconds_aborts_the_process(faulty):
    broker, disk = faulty(SYNC_DELAY_MS=12_000)
    bus = broker.client()
    disk.begin_faults()
    started = time.monotonic()
    with pytest.raises(PatchbayError):
        publish(bus, 1)
    assert broker.wait() != 0
    assert 9 < time.monotonic() - started < 12
