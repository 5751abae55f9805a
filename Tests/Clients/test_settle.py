"""Settling against a real Broker: all of it or nothing of it."""

from __future__ import annotations

import dataclasses

import pytest

from patchbay_client import SettleFailed, event
from patchbay_connection import Refused
from patchbay_wire import Outcome, SettleOutcome, Write

FENCED, MISMATCH, REFUSED, REJECTED = 1, 2, 3, 4


@pytest.fixture
def work(bus, name):
    """A group with one event handed out."""
    bus.publish(event(f"t.{name}.in", "k", f"{name}-in"))
    group = bus.join(name, filters=[f"t.{name}.in"])
    [delivery] = group.deliveries(1)
    return group, delivery


def out(name: str, number: int = 1):
    return event(f"t.{name}.out", "k", f"{name}-out-{number}", {"n": number})


def published(bus, name):
    return [s.record for s in bus.read_all(offset=0, filters=[f"t.{name}.out"])]


def test_ack_publishes_and_writes_happen_together(bus, name, work):
    group, delivery = work
    settled = group.ack(
        delivery, publishes=[out(name)], writes=[Write(name, "a", b"1", 0), Write(name, "b", b"2")], atomic=True
    )
    assert published(bus, name) == [out(name)]
    assert [bus.get(name, key).revision for key in "ab"] == [w.revision for w in settled.writes]
    assert settled.runs[0].status == 0
    assert group.next(0.2) is None


@pytest.mark.parametrize("revision", [0, 1, 2**63])
def test_failing_revision_leaves_everything_as_it_was(bus, name, work, revision):
    group, delivery = work
    current = bus.put(name, "a", b"old")
    writes = [Write(name, "b", b"new"), Write(name, "a", b"new", revision)]
    with pytest.raises(SettleFailed) as failed:
        group.ack(delivery, publishes=[out(name)], writes=writes, atomic=True)
    assert failed.value.settled.status == MISMATCH
    assert (failed.value.settled.writes[1].status, failed.value.settled.writes[1].revision) == (1, current)
    assert published(bus, name) == []
    assert bus.get(name, "b") is None and bus.get(name, "a").value == b"old"
    group.ack(delivery)


def test_fenced_delivery_leaves_everything_as_it_was(bus, name, work):
    group, delivery = work
    group.nak(delivery, delay_ms=1)
    [again] = group.deliveries(1)
    with pytest.raises(SettleFailed) as failed:
        group.ack(delivery, publishes=[out(name)], writes=[Write(name, "a", b"1")], atomic=True)
    assert failed.value.settled.status == FENCED
    assert published(bus, name) == [] and bus.get(name, "a") is None
    group.ack(again)


def test_conflicting_publish_rejects_all_of_it(bus, name, work):
    group, delivery = work
    bus.publish(out(name))
    with pytest.raises(SettleFailed) as failed:
        conflicting = dataclasses.replace(out(name), payload=b"{}")
        group.ack(delivery, publishes=[conflicting], writes=[Write(name, "a", b"1")], atomic=True)
    assert failed.value.settled.status == REJECTED
    assert bus.get(name, "a") is None
    group.ack(delivery)


def test_duplicate_publish_counts_as_done(bus, name, work):
    group, delivery = work
    [first] = bus.publish(out(name))
    settled = group.ack(delivery, publishes=[out(name)], writes=[Write(name, "a", b"1")], atomic=True)
    assert (settled.runs[0].status, settled.runs[0].offset) == (1, first.offset)
    assert len(published(bus, name)) == 1


def test_bad_publish_rejects_all_of_it(bus, name, work):
    group, delivery = work
    with pytest.raises(SettleFailed) as failed:
        group.ack(delivery, publishes=[dataclasses.replace(out(name), topic="map.x")], atomic=True)
    assert failed.value.settled.status == REJECTED
    group.ack(delivery)


def test_transaction_needs_no_subscription(bus, name):
    revisions = bus.write(Write(name, "a", b"1", 0), Write(name, "b", b"2", 0), publishes=[out(name)])
    assert revisions == [bus.get(name, "a").revision, bus.get(name, "b").revision]
    assert published(bus, name) == [out(name)]


def test_publish_in_a_settle_takes_no_sequence_number(bus, name):
    bus.publish(out(name, 1))
    bus.write(publishes=[out(name, 2)])
    assert bus.publish(out(name, 3))[0].is_stored


def test_second_settle_of_a_delivery_is_fenced(work):
    group, delivery = work
    group.ack(delivery)
    for outcome in Outcome:
        with pytest.raises(SettleFailed) as failed:
            group.settle(SettleOutcome(delivery.delivery_id, outcome))
        assert failed.value.settled.outcomes == (1,)


def test_without_atomic_each_outcome_stands_alone(bus, name, work):
    group, delivery = work
    with pytest.raises(SettleFailed) as failed:
        group.settle(SettleOutcome(999_999_999), SettleOutcome(delivery.delivery_id))
    assert failed.value.settled.outcomes == (1, 0)
    assert group.next(0.2) is None


def test_publishes_need_atomic(bus, name, work):
    group, delivery = work
    with pytest.raises((SettleFailed, Refused)):
        group.ack(delivery, publishes=[out(name)])
    assert published(bus, name) == []


def test_unknown_subscription_is_refused(bus):
    with pytest.raises(Refused) as refused:
        bus.settle(4_000_000, [SettleOutcome(1)])
    assert refused.value.code == "subscription.unknown"
