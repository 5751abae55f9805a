"""Watching a real Broker with a plain SUB socket."""

from __future__ import annotations

import json

import pytest
import zmq

from patchbay_client import Client, Tap, event
from patchbay_wire import NO_OFFSET


@pytest.fixture
def tap(shared_broker, bus, name):
    """A tap on the test's topics that certainly is subscribed."""
    with Tap(shared_broker.run_dir, f"t.{name}", f"map.{name}", "sys.tap.head") as tap:
        assert tap.until(lambda seen: seen.topic == "sys.tap.head", 5), "no sys.tap.head within 5 s"
        yield tap


def publish(bus, name, *numbers, data=None):
    return bus.publish(*(event(f"t.{name}", "k", f"{name}-{n}", data or {"n": n}) for n in numbers))


def mine(name):
    return lambda seen: seen.topic in (f"t.{name}", f"map.{name}")


def test_published_event_is_seen_with_its_offset_and_document(bus, tap, name):
    [result] = publish(bus, name, 1)
    seen = tap.until(mine(name))
    assert (seen.topic, seen.offset) == (f"t.{name}", result.offset)
    assert (seen.document["id"], seen.document["data"]) == (f"{name}-1", {"n": 1})


def test_third_number_chains_the_events_of_a_topic(bus, tap, name):
    offsets = [r.offset for r in publish(bus, name, 1, 2, 3)]
    bus.publish(event("t.other", "k", f"{name}-other"))
    offsets += [r.offset for r in publish(bus, name, 4)]
    seen = [tap.until(mine(name)) for _ in range(4)]
    assert [s.offset for s in seen] == offsets
    assert [s.previous for s in seen] == [None, *offsets[:-1]]


def test_chain_holds_for_topics_that_take_turns_in_one_batch(shared_broker, bus, name):
    with Tap(shared_broker.run_dir, f"t.{name}", "sys.tap.head") as tap:
        assert tap.until(lambda seen: seen.topic == "sys.tap.head", 5)
        order = [*"aabbabcaab", *"bbaaccab"]
        sent = []
        for part in (order[:10], order[10:]):  # a batch each
            events = [event(f"t.{name}.{s}", "k", f"{name}-{len(sent) + n}") for n, s in enumerate(part)]
            sent += [(s, result.offset) for s, result in zip(part, bus.publish(*events))]
        seen = [tap.until(lambda s: s.topic.startswith(f"t.{name}.")) for _ in order]
    last = {}
    for (suffix, offset), shown in zip(sent, seen):
        assert (shown.topic, shown.offset, shown.previous) == (f"t.{name}.{suffix}", offset, last.get(suffix))
        last[suffix] = offset


def test_late_subscriber_sees_that_something_was_before(shared_broker, bus, tap, name):
    [first] = publish(bus, name, 1)
    assert tap.until(mine(name))
    with Tap(shared_broker.run_dir, f"t.{name}", "sys.tap.head") as late:
        assert late.until(lambda seen: seen.topic == "sys.tap.head", 5)
        publish(bus, name, 2)
        assert late.until(mine(name)).previous == first.offset


def test_head_says_where_the_journal_ends(bus, tap, name):
    [result] = publish(bus, name, 1)
    head = tap.until(lambda seen: seen.topic == "sys.tap.head" and seen.document["data"]["end"] > result.offset, 5)
    assert head and head.document["type"] == "sys.tap.head"


def test_subscription_is_by_prefix(shared_broker, bus, name):
    with Tap(shared_broker.run_dir, f"t.{name}.a", "sys.tap.head") as tap:
        assert tap.until(lambda seen: seen.topic == "sys.tap.head", 5)
        for suffix in ("b", "ab", "a"):
            bus.publish(event(f"t.{name}.{suffix}", "k", f"{name}-{suffix}"))
        seen = [tap.until(lambda s: s.topic != "sys.tap.head").topic for _ in range(2)]
    assert seen == [f"t.{name}.ab", f"t.{name}.a"]


def test_large_document_is_a_stub_to_be_read_back(bus, tap, name):
    [result] = publish(bus, name, 1, data="x" * 70_000)
    seen = tap.until(mine(name))
    assert seen.document["data"]["stub"] is True
    assert seen.document["data"]["offset"] == result.offset and seen.document["data"]["bytes"] > 70_000
    [stored] = bus.read(offset=seen.document["data"]["offset"], limit=1).stored
    assert json.loads(stored.record.payload)["data"] == "x" * 70_000


def test_changes_of_maps_are_seen(bus, tap, name):
    put = bus.put(name, "a", b"1")
    delete = bus.delete(name, "a")
    seen = [tap.until(mine(name)) for _ in range(2)]
    assert [(s.topic, s.offset, s.document["subject"]) for s in seen] == [
        (f"map.{name}", n, "a") for n in (put, delete)
    ]


def test_duplicate_is_not_seen(bus, tap, name):
    publish(bus, name, 1)
    publish(bus, name, 1)
    publish(bus, name, 2)
    assert [tap.until(mine(name)).document["id"] for _ in range(2)] == [f"{name}-1", f"{name}-2"]


def test_plain_sub_gets_three_parts(shared_broker, bus, tap, name):
    publish(bus, name, 1)
    while True:
        topic, numbers, body = tap.socket.recv_multipart()
        if topic == f"t.{name}".encode():
            break
    assert len(numbers) == 24 and int.from_bytes(numbers[16:], "big") == NO_OFFSET
    assert json.loads(body)["type"] == topic.decode()


def test_stalled_tap_slows_nobody(shared_broker, bus, name):
    stalled = zmq.Context.instance().socket(zmq.SUB)
    stalled.setsockopt(zmq.RCVHWM, 1)
    stalled.setsockopt(zmq.LINGER, 0)
    stalled.subscribe(b"")
    stalled.connect(f"ipc://{shared_broker.run_dir}/tap.sock")
    with Client(shared_broker.run_dir) as other, Tap(shared_broker.run_dir, f"t.{name}", "sys.tap.head") as tap:
        assert tap.until(lambda seen: seen.topic == "sys.tap.head", 5)
        for first in range(0, 5000, 100):
            assert all(r.is_stored for r in publish(bus, name, *range(first, first + 100), data="x" * 2000))
        assert len(list(other.read_all(offset=0, filters=[f"t.{name}"]))) == 5000
        assert tap.until(mine(name))
    stalled.close(0)
