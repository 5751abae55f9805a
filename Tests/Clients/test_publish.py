"""Publishing against a real Broker: every event gets its own answer, and the order holds."""

from __future__ import annotations

import dataclasses
import threading

import pytest

from patchbay_client import ACCEPTED, CONFLICT, DUPLICATE, REJECTED, Client, event, expand
from patchbay_connection import Refused
from patchbay_wire import FrameType, Kind


class Raw(bytes):
    """A body given as bytes."""

    def encode(self) -> bytes:
        return self


def events(name: str, count: int, first: int = 0):
    return [event(f"t.{name}", key=f"k{n % 7}", id=f"{name}-{n}", data={"n": n}) for n in range(first, first + count)]


def test_events_of_one_frame_get_consecutive_offsets(bus, name):
    results = bus.publish(*events(name, 100))
    assert [r.status for r in results] == [ACCEPTED] * 100
    assert [r.offset for r in results] == list(range(results[0].offset, results[0].offset + 100))


def test_offsets_rise_from_frame_to_frame(bus, name):
    first, second = (bus.publish(*events(name, 3, first))[0].offset for first in (0, 3))
    assert second >= first + 3


def test_answers_come_for_many_frames_in_flight(bus, name):
    futures = [bus.publish_later(*events(name, 5, first)) for first in range(0, 2000, 5)]
    offsets = [future.result(20).runs[0].offset for future in futures]
    assert offsets == sorted(set(offsets))


def test_same_event_again_is_a_duplicate_at_its_first_offset(bus, name):
    [first] = bus.publish(*events(name, 1))
    [second] = bus.publish(*events(name, 1))
    assert (second.status, second.offset) == (DUPLICATE, first.offset)


def test_duplicate_inside_of_one_frame_is_seen(bus, name):
    first, second = bus.publish(*events(name, 1) * 2)
    assert (first.status, second.status, second.offset) == (ACCEPTED, DUPLICATE, first.offset)


@pytest.mark.parametrize("change", [{"payload": b"{}"}, {"key": "other"}, {"topic": "t.other"}])
def test_same_id_with_other_content_is_a_conflict(bus, name, change):
    [original] = events(name, 1)
    [first] = bus.publish(original)
    [second] = bus.publish(dataclasses.replace(original, **change))
    assert (second.status, second.offset) == (CONFLICT, first.offset)


def test_same_id_of_another_source_is_another_event(bus, name):
    results = bus.publish(*(event(f"t.{name}", "k", name, source=source) for source in ("/a", "/b")))
    assert [r.status for r in results] == [ACCEPTED, ACCEPTED]


def test_same_event_from_two_sessions_is_stored_once(shared_broker, name):
    barrier, answers = threading.Barrier(2), []

    def publish():
        with Client(shared_broker.run_dir) as bus:
            barrier.wait()
            answers.append(bus.publish(*events(name, 50)))

    threads = [threading.Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one, other in zip(*answers):
        assert sorted((one.status, other.status)) == [ACCEPTED, DUPLICATE]
        assert one.offset == other.offset


BAD = {
    "empty topic": ({"topic": ""}, "event.topic"),
    "empty token": ({"topic": "a..b"}, "event.topic"),
    "trailing dot": ({"topic": "a."}, "event.topic"),
    "space": ({"topic": "a b"}, "event.topic"),
    "wildcard": ({"topic": "a.*"}, "event.topic"),
    "other letters": ({"topic": "tâche"}, "event.topic"),
    "256 bytes": ({"topic": "a" * 256}, "event.topic"),
    "topic of a map": ({"topic": "map.pairs"}, "event.topic"),
    "key of 513 bytes": ({"key": "k" * 513}, "event.key"),
    "id of 1,025 bytes": ({"id": "i" * 1025}, "event.id"),
    "record of a map": ({"kind": Kind.MAP_PUT, "topic": "map.pairs"}, "event.kind"),
    "record of the Broker": ({"kind": Kind.SETTLEMENT}, "event.kind"),
    "too large": ({"payload": b"x" * 1_048_577}, "event.too_large"),
}


@pytest.mark.parametrize("case", BAD)
def test_event_at_fault_is_rejected_and_its_neighbours_are_not(bus, name, case):
    change, code = BAD[case]
    before, bad, after = events(name, 3)
    results = bus.publish(before, dataclasses.replace(bad, **change), after)
    assert [r.status for r in results] == [ACCEPTED, REJECTED, ACCEPTED]
    assert code in results[1].reason


@pytest.mark.parametrize("field, code", [("key", "event.key"), ("id", "event.id")])
def test_text_that_is_not_utf8_is_rejected(bus, name, field, code):
    [good] = events(name, 1)
    text = getattr(good, field).encode()
    broken = good.encode().replace(text, b"\xff" * len(text))
    body = Raw((1).to_bytes(4, "big") + broken)
    [result] = expand(bus._connection.request(FrameType.PUBLISH, body, 1).result(5).runs)
    assert result.status == REJECTED and result.reason.startswith(code)


@pytest.mark.parametrize(
    "change", [{"topic": "a" * 255}, {"key": "k" * 512}, {"key": ""}, {"payload": b"x" * 1_000_000}]
)
def test_event_at_the_limit_is_accepted(bus, name, change):
    [result] = bus.publish(dataclasses.replace(events(name, 1)[0], **change))
    assert result.status == ACCEPTED, result.reason


def test_wrong_sequence_number_is_refused(bus, name):
    bus.publish(*events(name, 1))
    bus._sequence += 1
    with pytest.raises(Refused) as refused:
        bus.publish(*events(name, 1, first=1))
    assert refused.value.code == "publish.sequence"
    bus._sequence = 2
    assert [r.status for r in bus.publish(*events(name, 2, first=1))] == [ACCEPTED, ACCEPTED]
