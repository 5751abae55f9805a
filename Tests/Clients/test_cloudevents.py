"""What a plain SUB sees on the tap are CloudEvents 1.0 to a library that is not ours."""

from __future__ import annotations

import json

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from patchbay_client import Tap, event


def parse(document: dict) -> CloudEvent:
    return JSONFormat().read(CloudEvent, json.dumps(document))


@pytest.fixture
def tap(shared_broker, name):
    with Tap(shared_broker.run_dir, f"t.{name}", f"map.{name}", "sys.") as tap:
        assert tap.until(lambda seen: seen.topic == "sys.tap.head", 5)
        yield tap


def test_published_event_parses(bus, tap, name):
    bus.publish(event(f"t.{name}", "WT1", name, {"sid": "WT1"}, source="/twilio/flex", correlationid="c-1"))
    parsed = parse(tap.until(lambda seen: seen.topic == f"t.{name}").document)
    assert (parsed.get_type(), parsed.get_source(), parsed.get_id()) == (f"t.{name}", "/twilio/flex", name)
    assert (parsed.get_extension("partitionkey"), parsed.get_extension("correlationid")) == ("WT1", "c-1")
    assert parsed.get_data() == {"sid": "WT1"}


def test_events_of_the_broker_parse(tap):
    seen = tap.until(lambda seen: seen.topic == "sys.tap.head")
    parsed = parse(seen.document)
    assert parsed.get_type() == "sys.tap.head" and parsed.get_source() and parsed.get_time()


def test_changes_of_maps_parse(bus, tap, name):
    bus.put(name, "a", b'{"x":1}')
    bus.put(name, "b", b"\x00\xff")
    bus.delete(name, "a")
    for key in ("a", "b", "a"):
        parsed = parse(tap.until(lambda seen: seen.topic == f"map.{name}").document)
        assert (parsed.get_type(), parsed.get_subject()) == (f"map.{name}", key)


def test_stub_of_a_large_document_parses(bus, tap, name):
    bus.publish(event(f"t.{name}", "k", name, "x" * 100_000))
    parsed = parse(tap.until(lambda seen: seen.topic == f"t.{name}").document)
    assert parsed.get_type() == f"t.{name}" and parsed.get_data()["stub"] is True
