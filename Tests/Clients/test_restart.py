"""A real Broker is stopped or killed and started again: nothing acked is lost, nothing is handed out twice."""

from __future__ import annotations

import random
import signal

import pytest

import history_checker
from admin_socket import metric
from broker_process import wait_until
from patchbay_client import ACCEPTED, DUPLICATE, CallUnknown, Client, SettleFailed, event
from patchbay_connection import SessionLost
from patchbay_wire import PatchbayError, SettleOutcome
from recorded_load import History, RecordingPublisher

ENDS = ["SIGTERM", "SIGKILL"]


@pytest.fixture(params=ENDS)
def restart(request, broker):
    """Ends the Broker and starts it again on the same directory."""

    def restart():
        if request.param == "SIGKILL":
            broker.kill()
        else:
            assert broker.stop() == 0, broker.log()
        broker.start()
        return broker.client()

    return restart


def publish(bus, *numbers):
    return [r.offset for r in bus.publish(*(event("t.x", f"k{n % 3}", str(n), {"n": n}) for n in numbers))]


def test_events_maps_and_dedup_survive(broker, restart):
    bus = broker.client()
    offsets = publish(bus, *range(100))
    revision = bus.put("pairs", "a", b"1")
    bus.put("pairs", "gone", b"1")
    bus.delete("pairs", "gone")
    bus = restart()
    assert [s.offset for s in bus.read_all(offset=0, filters=["t.x"])] == offsets
    assert bus.get("pairs", "a").revision == revision and bus.get("pairs", "gone") is None
    again = bus.publish(event("t.x", "k0", "0", {"n": 0}), event("t.x", "k0", "new"))
    assert [(r.status, r.offset) for r in again][0] == (DUPLICATE, offsets[0])
    assert again[1].status == ACCEPTED


def test_offsets_are_not_reused_and_the_epoch_grows(broker, restart):
    bus = broker.client()
    seen, epochs = publish(bus, 1, 2, 3), [bus.epoch]
    for n in range(3):
        bus = restart()
        epochs.append(bus.epoch)
        seen += publish(bus, 10 + n)
    assert seen == sorted(set(seen))
    assert epochs == sorted(set(epochs))


def test_cursor_survives_and_what_was_open_comes_again(broker, restart):
    bus = broker.client()
    offsets = publish(bus, *range(9))
    group = bus.join("g", filters=["t.x"], max_deliver=10)
    deliveries = list(group.deliveries(9))
    settled = [d for n, d in enumerate(deliveries) if n in (0, 1, 4)]
    group.ack(*settled)
    bus = restart()
    group = bus.join("g")
    assert group.config["max_deliver"] == 10
    again = list(group.deliveries(6, timeout=30))
    assert {d.offset for d in again} == set(offsets) - {d.offset for d in settled}
    assert not {d.delivery_id for d in again} & {d.delivery_id for d in deliveries}
    with pytest.raises(SettleFailed):
        group.settle(SettleOutcome(deliveries[2].delivery_id))
    group.ack(*again)
    assert group.next(0.3) is None


def test_dead_letters_survive(broker, restart):
    bus = broker.client()
    [offset] = publish(bus, 1)
    group = bus.join("g", filters=["t.x"])
    group.term(*group.deliveries(1), reason="broken")
    bus = restart()
    [letter] = bus.admin("dead_list", group="g")
    assert letter["offset"] == offset and "broken" in str(letter)
    bus.admin("dead_retry", group="g")
    [again] = bus.join("g").deliveries(1)
    assert again.is_redriven


def test_expiry_goes_on(broker, restart):
    bus = broker.client()
    bus.put("pairs", "a", b"1", ttl_ms=1)
    bus.put("pairs", "b", b"1", ttl_ms=600_000)
    expires = bus.get("pairs", "b").expires_ns
    bus = restart()
    assert bus.get("pairs", "a") is None
    assert bus.get("pairs", "b").expires_ns == expires


def test_everything_open_ends_with_a_typed_error(broker, restart):
    bus, server = broker.client(), broker.client()
    publish(bus, 1)
    group = bus.join("g", filters=["t.x"])
    [delivery] = group.deliveries(1)
    restart()
    for attempt in (lambda: publish(bus, 2), lambda: group.ack(delivery), lambda: bus.get("m", "k"), group.next):
        with pytest.raises(PatchbayError):
            attempt()
    with pytest.raises((SessionLost, CallUnknown)):
        server.call("nobody", deadline_ms=100)


def test_load_over_restarts_is_acked_once_and_in_order(broker, restart, tmp_path, request):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance, history = random.Random(seed), History(tmp_path / "history.jsonl")
    publisher = RecordingPublisher(broker.run_dir, history, "p")
    for _ in range(3):
        publisher.start()
        publisher.wait_acked(chance.randrange(100, 1000))
        restart()
        publisher.join()
        publisher = RecordingPublisher(broker.run_dir, history, "p", publisher.next_number, publisher.unanswered())
    publisher.start()
    publisher.wait_acked(100)
    history.read_back(restart())
    publisher.join()
    assert history_checker.violations(history.lines()) == []


def test_sigterm_says_goodbye_with_a_close(broker):
    bus = broker.client()
    broker.process.send_signal(signal.SIGTERM)
    assert broker.wait() == 0
    with pytest.raises(PatchbayError):
        for _ in range(1000):
            bus.get("m", "k", timeout=30)


def test_second_start_reads_the_state_that_the_first_stop_saved(broker):
    bus = broker.client()
    for first in range(0, 5000, 500):
        publish(bus, *range(first, first + 500))
    for _ in range(3):
        assert broker.stop() == 0
        broker.start()
    with Client(broker.run_dir) as bus:
        assert len(list(bus.read_all(offset=0))) == 5000


def test_lag_counts_events_and_not_the_gap_of_a_crash(make_broker):
    broker = make_broker().start()
    bus = broker.client()
    bus.join("crm", filters=["t.x"]).leave()
    bus.publish(*(event("t.x", "k", str(n)) for n in range(10)))
    broker.kill()
    broker.start()
    bus = broker.client()
    bus.publish(*(event("t.x", "k", str(n)) for n in range(10, 15)))
    wait_until(lambda: metric(broker, "patchbay_broker_group_lag", group="crm") is not None, what="a report")
    # Ten and five events; the records of the group itself may count until they are read past.
    wait_until(lambda: 15 <= metric(broker, "patchbay_broker_group_lag", group="crm") <= 20, what="the lag")
    group = bus.join("crm", events=100)
    taken = list(group.deliveries(15))
    wait_until(lambda: metric(broker, "patchbay_broker_group_lag", group="crm") == 15, what="the events handed out")
    for delivery in taken[:14]:
        group.ack(delivery)
    wait_until(lambda: metric(broker, "patchbay_broker_group_lag", group="crm") <= 2, what="the rest")


def test_raw_read_ends_where_offsets_jumped(make_broker):
    """After an unclean stop the end lies a thousand million offsets on: a reader must get there."""
    broker = make_broker().start()
    broker.client().publish(event("t.x", "k", "1"))
    broker.kill()
    broker.start()
    bus = broker.client()
    assert [len(batch.records) for batch in bus.read_batches(0)] == [1]
    bus.publish(event("t.x", "k", "2"))
    assert [len(batch.records) for batch in bus.read_batches(0)] == [1, 1]
