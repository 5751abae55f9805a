"""A sealed segment rots while the Broker runs: who needs those events is told, everything else goes on."""

from __future__ import annotations

import pytest

from admin_socket import metric
from broker_process import wait_until
from patchbay_client import DUPLICATE, REJECTED, document, event
from patchbay_connection import Refused
from test_journal_damage import flip
from test_verify import EVENTS, filled, sealed

FIRST, BEHIND = 101, 201  # each frame of a hundred events is a batch, and a segment, of its own


@pytest.fixture
def damaged(make_broker):
    """A running Broker whose second segment has a flipped bit, and that segment; nothing looks at it by itself."""
    broker = filled(make_broker)
    path = sealed(broker)[1]
    flip(path, 30_000)
    broker.settings |= {"broker.verify_interval_hours": 0}
    return broker.start(), path


def told(bus):
    """What the Broker told about its journal."""
    return [document(s.record)["data"] for s in bus.read_all(offset=1 + EVENTS, filters=["sys.journal.degraded"])]


def test_a_reader_is_told_and_everything_else_goes_on(damaged):
    broker, path = damaged
    bus = broker.client()
    page = bus.read(offset=0, filters=["t.x"])
    assert [s.offset for s in page.stored] == list(range(1, FIRST)) and page.next == FIRST
    for query in ({"offset": FIRST}, {"offset": FIRST + 50, "filters": ["t.x"]}, {"offset": FIRST, "raw": True}):
        with pytest.raises(Refused) as refused:
            next(bus.read_batches(FIRST)) if "raw" in query else bus.read(**query)
        assert refused.value.code == "journal.damaged" and not refused.value.retryable
        assert path.name in refused.value.message and str(BEHIND) in refused.value.message
    assert len(list(bus.read_all(offset=BEHIND, filters=["t.x"]))) == EVENTS + 1 - BEHIND
    assert [batch.base_offset for batch in bus.read_batches(BEHIND)][0] == BEHIND
    assert bus.publish(event("t.y", "k", "later"))[0].is_stored
    bus.put("pairs", "a", b"1")
    [data] = wait_until(lambda: told(bus), what="the event")
    assert data == {"reason": "journal.damaged", "file": path.name, "byte": 72}
    assert wait_until(lambda: metric(broker, "patchbay_broker_journal_damaged") == 1, what="the metric")
    assert broker.log().count("The journal is damaged") == 1 and path.name in broker.log()
    assert broker.stop() == 0


def test_a_group_stops_before_the_damage_and_says_so_and_goes_on_when_it_is_mended(damaged):
    broker, path = damaged
    bus = broker.client()
    group = bus.join("late", events=2_000, filters=["t.x"])
    new = bus.join("new", filters=["t.y"], deliver_policy="new")
    got = list(group.deliveries(FIRST - 1, timeout=30))
    assert [delivery.offset for delivery in got] == list(range(1, FIRST))
    group.ack(*got)
    wait_until(lambda: any("stalled" in g for g in bus.admin("groups")), what="the damage")
    state = {g["group"]: g for g in bus.admin("groups")}
    assert state["late"]["floor"] == FIRST and "stalled" not in state["new"]
    assert path.name in state["late"]["stalled"] and f"offset {FIRST}" in state["late"]["stalled"]
    assert str(BEHIND) in state["late"]["stalled"]
    bus.publish(event("t.y", "k", "later"))
    assert len(list(new.deliveries(1))) == 1
    flip(path, 30_000)
    later = list(group.deliveries(EVENTS - FIRST + 1, timeout=30))
    assert [delivery.offset for delivery in later] == list(range(FIRST, EVENTS + 1))
    assert "stalled" not in {g["group"]: g for g in bus.admin("groups")}["late"]


def test_a_group_that_is_made_anew_passes_over_the_damage(damaged):
    broker, _ = damaged
    bus = broker.client()
    group = bus.join("late", events=2_000, filters=["t.x"])
    assert len(list(group.deliveries(FIRST - 1))) == FIRST - 1
    group.leave()
    bus.admin("group_delete", group="late")
    group = bus.join("late", events=2_000, filters=["t.x"], deliver_policy="by_offset", start_offset=BEHIND)
    assert [delivery.offset for delivery in group.deliveries(3)] == [BEHIND, BEHIND + 1, BEHIND + 2]


def test_a_repetition_that_cannot_be_compared_is_rejected_and_does_not_hold_up_others(damaged):
    bus = damaged[0].client()
    again, damaged_one, fresh = bus.publish(
        event("t.x", "k", "5", "x" * 400), event("t.x", "k", "120", "x" * 400), event("t.x", "k", "fresh")
    )
    assert (again.status, damaged_one.status) == (DUPLICATE, REJECTED) and fresh.is_stored
    assert damaged_one.reason.startswith("journal.damaged: ")


def test_what_a_reader_and_the_verification_both_find_is_told_once(make_broker):
    broker = filled(make_broker)
    flip(sealed(broker)[1], 30_000)
    bus = broker.start().client()
    with pytest.raises(Refused):
        bus.read(offset=FIRST)
    wait_until(lambda: metric(broker, "patchbay_broker_journal_verify_passes_total") == 1, what="the end of the pass")
    wait_until(lambda: told(bus), what="the event")
    bus.publish(event("t.y", "k", "later"))
    assert len(told(bus)) == 1 and broker.log().count("The journal is damaged") == 1
    assert metric(broker, "patchbay_broker_journal_damaged") == 1


def test_the_state_that_a_start_needs_is_not_started_without(make_broker):
    """Past the saved state the journal is replayed: a part that cannot be read would be forgotten."""
    broker = filled(make_broker)
    for file in broker.state_dir.rglob("state.sqlite*"):
        file.unlink()
    path = sealed(broker)[1]
    flip(path, 30_000)
    assert broker.launch().wait() == 74
    assert path.name in broker.log()


def test_a_damaged_segment_without_its_index_is_told_and_does_not_keep_the_broker_from_starting(make_broker):
    broker = filled(make_broker)
    path = sealed(broker)[1]
    flip(path, 30_000)
    path.with_suffix(".index").unlink()
    broker.settings |= {"broker.verify_interval_hours": 0}
    bus = broker.start().client()
    [data] = wait_until(lambda: told(bus), what="the event")
    assert data == {"reason": "journal.damaged", "file": path.name, "byte": 72}
    assert metric(broker, "patchbay_broker_journal_damaged") == 1
    assert broker.log().count("The journal is damaged") == 1 and path.name in broker.log()
    with pytest.raises(Refused) as refused:
        bus.read(offset=FIRST)
    assert refused.value.code == "journal.damaged" and str(BEHIND) in refused.value.message
    assert len(list(bus.read_all(offset=BEHIND, filters=["t.x"]))) == EVENTS + 1 - BEHIND
    group = bus.join("late", events=2_000, filters=["t.x"])
    assert [delivery.offset for delivery in group.deliveries(timeout=1)] == list(range(1, FIRST))
    assert bus.publish(event("t.y", "k", "later"))[0].is_stored
    assert broker.stop() == 0
    broker.start()
