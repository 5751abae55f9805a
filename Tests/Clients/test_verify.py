"""The Broker reads its sealed segments again in the background: damage is told before anybody needs the bytes."""

from __future__ import annotations

from admin_socket import metric
from broker_process import wait_until
from patchbay_client import document, event
from test_journal_damage import flip

SETTINGS = {"broker.segment_bytes": 65_536}


EVENTS = 1_000


def filled(make_broker):
    broker = make_broker(**SETTINGS).start()
    bus = broker.client()
    for first in range(0, EVENTS, 100):
        bus.publish(*(event("t.x", "k", str(n), "x" * 400) for n in range(first, first + 100)))
    broker.stop()
    return broker


def sealed(broker):
    return sorted(broker.state_dir.rglob("*.log"))[:-1]


def test_intact_journal_is_read_to_its_end(make_broker):
    broker = filled(make_broker)
    size = sum(path.stat().st_size for path in broker.state_dir.rglob("*.log"))
    broker.start()
    wait_until(lambda: metric(broker, "patchbay_broker_journal_verify_passes_total") == 1, what="the end of the pass")
    wait_until(lambda: metric(broker, "patchbay_broker_journal_verified_bytes_total") == size, what="all bytes")
    assert metric(broker, "patchbay_broker_journal_damaged") == 0
    assert "damaged" not in broker.log()


def test_damage_is_logged_counted_and_told(make_broker):
    broker = filled(make_broker)
    first, second = sealed(broker)[1], sealed(broker)[4]
    flip(first, 30_000)
    flip(second, 40_000)
    broker.settings |= {"broker.verify_bytes_per_second": 262_144}  # a quarter of a second each
    broker.start()  # the sidecars fit: nothing is scanned
    end = 1 + EVENTS
    wait_until(lambda: metric(broker, "patchbay_broker_journal_damaged") == 2, what="the count of damaged segments")
    bus = broker.client()

    def both_told():
        told = [document(s.record)["data"] for s in bus.read_all(offset=end, filters=["sys.journal.degraded"])]
        return told if len(told) >= 2 else None

    told = wait_until(both_told, what="the events")
    assert [data["file"] for data in told] == [first.name, second.name]
    assert {data["reason"] for data in told} == {"journal.damaged"}
    assert 0 < told[0]["byte"] <= 30_000
    assert first.name in broker.log() and second.name in broker.log()
    wait_until(lambda: metric(broker, "patchbay_broker_journal_verify_passes_total") == 1, what="the end of the pass")


def test_verification_can_be_switched_off(make_broker):
    broker = filled(make_broker)
    broker.settings |= {"broker.verify_interval_hours": 0}
    broker.start()
    bus = broker.client()
    for n in range(5):
        bus.publish(event("t.y", "k", str(n)))
    assert metric(broker, "patchbay_broker_journal_verified_bytes_total") == 0
