"""Reading without a group, against a real Broker: events by place, time and filter; raw batches with their CRC."""

from __future__ import annotations

import dataclasses

import pytest

from patchbay_client import event
from patchbay_connection import Refused
from patchbay_wire import Batch, Kind, Reader, WireError


@pytest.fixture
def stored(bus, name):
    """Thirty events in three frames, with their offsets."""
    made = [event(f"t.{name}.{'ab'[n % 2]}", f"k{n % 3}", f"{name}-{n}", {"n": n}) for n in range(30)]
    results = [r for at in range(0, 30, 10) for r in bus.publish(*made[at : at + 10])]
    return list(zip((r.offset for r in results), made))


def read(bus, name, **query):
    return [(s.offset, s.record) for s in bus.read_all(**{"offset": 0, "filters": [f"t.{name}.>"]} | query)]


def test_everything_is_there_in_order(bus, name, stored):
    assert read(bus, name) == stored


def test_reading_begins_at_the_offset(bus, name, stored):
    assert read(bus, name, offset=stored[7][0]) == stored[7:]


def test_reading_begins_at_the_time(bus, name, stored):
    times = {s.offset: s.time_ns for s in bus.read_all(offset=0, filters=[f"t.{name}.>"])}
    begin = times[stored[15][0]]
    assert read(bus, name, offset=None, time=begin) == [s for s in stored if times[s[0]] >= begin]


def test_filters_and_key_choose(bus, name, stored):
    assert read(bus, name, filters=[f"t.{name}.a"]) == stored[::2]
    assert read(bus, name, filters=[f"t.{name}.a", f"t.{name}.b"], key="k1") == stored[1::3]


@pytest.mark.parametrize("limits", [{"limit": 1}, {"limit": 7}, {"max_bytes": 600}])
def test_pages_add_up(bus, name, stored, limits):
    assert read(bus, name, **limits) == stored


def test_page_is_no_larger_than_its_limit(bus, name, stored):
    page = bus.read(offset=0, filters=[f"t.{name}.>"], limit=4)
    assert len(page.stored) == 4 and page.next > page.stored[-1].offset


def test_end_is_reached(bus, name, stored):
    page = bus.read(offset=stored[-1][0] + 1)
    assert page.stored == () and page.next == page.end
    assert page.end > stored[-1][0]


def test_event_larger_than_max_bytes_is_still_read(bus, name):
    [result] = bus.publish(event(f"t.{name}.a", "k", name, "x" * 5000))
    assert [offset for offset, _ in read(bus, name, max_bytes=100)] == [result.offset]


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 10**9}, {"max_bytes": 0}, {"filters": ["a..b"]}])
def test_query_out_of_range_is_refused(bus, query):
    with pytest.raises(Refused) as refused:
        bus.read(offset=0, **query)
    assert refused.value.code in ("read.range", "wire.malformed")


@pytest.mark.parametrize("raw", [False, True])
def test_offset_beyond_the_end_is_refused(bus, raw):
    with pytest.raises(Refused) as refused:
        bus.read(offset=1 << 60, raw=raw)
    assert refused.value.code == "journal.beyond_end"


def test_raw_batches_hold_the_same_events(bus, name, stored):
    batches = list(bus.read_batches(stored[0][0]))
    raw = [(s.offset, s.record) for batch in batches for s in batch.stored() if s.record.kind == Kind.EVENT]
    assert [s for s in raw if s in stored] == stored
    assert batches[0].base_offset <= stored[0][0]
    assert {batch.journal_id.hex() for batch in batches} == {bus.welcome["journal"].replace("-", "").lower()}
    assert {batch.epoch for batch in batches} == {bus.epoch}


def test_raw_batches_hold_all_kinds_and_rise(bus, name):
    bus.publish(event(f"t.{name}", "k", name))
    bus.put(name, "a", b"1")
    group = bus.join(name, filters=[f"t.{name}"])
    group.ack(*group.deliveries(1))
    batches = list(bus.read_batches(0))
    kinds = {record.kind for batch in batches for record in batch.records}
    assert kinds >= {Kind.EVENT, Kind.MAP_PUT, Kind.GROUP, Kind.SETTLEMENT}
    offsets = [s.offset for batch in batches for s in batch.stored()]
    assert offsets == sorted(set(offsets))
    assert all(batch.synced_through <= batch.base_offset for batch in batches)


def test_damaged_batch_is_refused_by_the_client(bus, name, stored):
    batch = next(bus.read_batches(stored[0][0]))
    data = bytearray(dataclasses.replace(batch).encode())
    data[-1] ^= 1
    with pytest.raises(WireError, match="CRC-32C"):
        Batch.decode(Reader(bytes(data)))
