"""Maps against a real Broker: revisions, conditions, TTL, pages."""

from __future__ import annotations

import pytest

from broker_process import wait_until
from patchbay_client import SettleFailed
from patchbay_connection import Refused
from patchbay_wire import FrameType, Kind, MapList, Write


def test_value_is_read_back_with_its_revision(bus, name):
    revision = bus.put(name, "a", b"\x00\xff value")
    entry = bus.get(name, "a")
    assert (entry.key, entry.value, entry.revision, entry.expires_ns) == ("a", b"\x00\xff value", revision, 0)


def test_absent_entry_is_none(bus, name):
    assert bus.get(name, "a") is None
    bus.put(name, "a", b"1")
    bus.delete(name, "a")
    assert bus.get(name, "a") is None


def test_empty_value_is_a_value(bus, name):
    bus.put(name, "a", b"")
    assert bus.get(name, "a").value == b""


def test_revision_decides(bus, name):
    first = bus.put(name, "a", b"1", revision=0)
    second = bus.put(name, "a", b"2", revision=first)
    assert second > first
    for stale in (0, first):
        with pytest.raises(SettleFailed) as failed:
            bus.put(name, "a", b"3", revision=stale)
        assert failed.value.settled.writes[0].revision == second
        with pytest.raises(SettleFailed):
            bus.delete(name, "a", revision=stale)
    bus.delete(name, "a", revision=second)
    bus.put(name, "a", b"4", revision=0)


def test_two_writes_of_one_key_in_one_settle_happen_in_order(bus, name):
    bus.write(Write(name, "a", b"1"), Write(name, "a", b"2"))
    assert bus.get(name, "a").value == b"2"


def test_entry_expires(bus, name):
    bus.put(name, "a", b"1", ttl_ms=150)
    bus.put(name, "b", b"2", ttl_ms=60_000)
    assert bus.get(name, "a").expires_ns > 0
    wait_until(lambda: bus.get(name, "a") is None, what="expiry")
    assert [e.key for e in bus.entries(name)] == ["b"]
    bus.put(name, "a", b"3", revision=0)  # there is no entry


def test_expiry_leaves_a_record(bus, name):
    bus.put(name, "a", b"1", ttl_ms=50)
    kinds = lambda: [s.record.kind for s in bus.read_all(offset=0, filters=[f"map.{name}"])]  # noqa: E731
    wait_until(lambda: kinds() == [Kind.MAP_PUT, Kind.MAP_DELETE], what="the record of the expiry")


def test_pages_are_in_byte_order_and_complete(bus, name):
    keys = [f"k{n:03}" for n in range(120)] + ["other", "kä"]
    bus.write(*(Write(name, key, key.encode()) for key in keys))
    expected = sorted((key for key in keys if key.startswith("k")), key=str.encode)
    assert [e.key for e in bus.entries(name, prefix="k", limit=7)] == expected
    assert len(list(bus.entries(name))) == len(keys)


def test_page_says_when_there_is_more(bus, name):
    bus.write(*(Write(name, key, b"") for key in "abc"))
    pages = [bus._ask(FrameType.MAP_LIST, MapList(name, "", after, 2), 5) for after in ("", "b")]
    assert [([e.key for e in p.entries], p.more) for p in pages] == [(["a", "b"], True), (["c"], False)]


def test_page_is_bounded_in_bytes(bus, name):
    for n in range(5):
        bus.put(name, f"k{n}", bytes(500_000))
    page = bus._ask(FrameType.MAP_LIST, MapList(name), 5)
    assert page.more and len(page.entries) < 5
    assert len(list(bus.entries(name))) == 5


BAD = {
    "name": (Write("a b", "k", b""), "map.name"),
    "empty name": (Write("", "k", b""), "map.name"),
    "name of 65 bytes": (Write("m" * 65, "k", b""), "map.name"),
    "empty key": (Write("m", "", b""), "map.key"),
    "key of 513 bytes": (Write("m", "k" * 513, b""), "map.key"),
    "value over 1 MiB": (Write("m", "k", bytes((1 << 20) + 1)), "map.value"),
}


@pytest.mark.parametrize("case", BAD)
def test_write_out_of_range_is_refused(bus, case):
    write, code = BAD[case]
    with pytest.raises((Refused, SettleFailed)) as refused:
        bus.write(write)
    assert code in str(refused.value)


def test_value_of_one_mebibyte_is_accepted(bus, name):
    bus.put(name, "a", bytes(1 << 20))
    assert len(bus.get(name, "a").value) == 1 << 20


@pytest.mark.parametrize("limit", [0, 1001])
def test_limit_out_of_range_is_refused(bus, name, limit):
    with pytest.raises(Refused):
        bus._ask(FrameType.MAP_LIST, MapList(name, limit=limit), 5)


def test_changes_are_delivered_to_a_group_and_read(bus, name):
    put = bus.put(name, "a", b"1")
    delete = bus.delete(name, "a")
    group = bus.join(name, filters=[f"map.{name}"])
    deliveries = list(group.deliveries(2))
    assert [(d.offset, d.record.kind, d.record.key) for d in deliveries] == [
        (put, Kind.MAP_PUT, "a"),
        (delete, Kind.MAP_DELETE, "a"),
    ]
    assert deliveries[0].record.payload == bytes(8) + b"1"
    group.ack(*deliveries)
    assert [s.offset for s in bus.read_all(offset=0, filters=[f"map.{name}"])] == [put, delete]


def test_filter_for_everything_does_not_match_maps(bus, name):
    group = bus.join(name, filters=[">"], deliver_policy="new")
    bus.put(name, "a", b"1")
    assert all(d.record.kind == Kind.EVENT for d in group.deliveries(timeout=0.3))
