"""The disk fails under a real Broker: nothing is acked that is not there, and the process says what happened."""

from __future__ import annotations

import time

import pytest

import power_loss
from patchbay_client import REFUSED, Tap, event
from patchbay_wire import PatchbayError

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


def test_full_disk_refuses_and_goes_on_when_there_is_space(faulty):
    broker, disk = faulty(ENOSPC_AFTER_BYTES=0)
    bus = broker.client()
    before = publish(bus, 1)
    disk.begin_faults()
    refused = publish(bus, 2)
    assert refused.status == REFUSED and "journal.full" in refused.reason
    paused = publish(bus, 3)
    assert paused.status == REFUSED and "publish.paused" in paused.reason
    assert [s.offset for s in bus.read_all(offset=0, filters=["t.x"])] == [before.offset]
    disk.trigger.unlink()
    bus.resume(2)
    assert [publish(bus, n).is_stored for n in (2, 3)] == [True, True]
    assert [s.record.id for s in bus.read_all(offset=0, filters=["t.x"])] == ["/test\n1", "/test\n2", "/test\n3"]


def test_slow_sync_is_told_and_calls_go_on(faulty):
    broker, disk = faulty(SYNC_DELAY_MS=2000)
    bus, server = broker.client(), broker.client()
    server.serve("echo", lambda payload: payload)
    with Tap(broker.run_dir, "sys.") as tap:
        assert tap.until(lambda seen: seen.topic == "sys.tap.head", 5)
        disk.begin_faults()
        future = bus.publish_later(event("t.x", "k", "slow"))
        started = time.monotonic()
        assert bus.call("echo", b"meanwhile") == b"meanwhile"
        assert time.monotonic() - started < 1
        assert not future.done()
        assert future.result(15).runs[0].status == 0
        disk.trigger.unlink()
        assert tap.until(lambda seen: seen.topic == "sys.journal.degraded", 10)


def test_sync_of_twelve_seconds_aborts_the_process(faulty):
    broker, disk = faulty(SYNC_DELAY_MS=12_000)
    bus = broker.client()
    disk.begin_faults()
    started = time.monotonic()
    with pytest.raises(PatchbayError):
        publish(bus, 1)
    assert broker.wait() != 0
    assert 9 < time.monotonic() - started < 12
