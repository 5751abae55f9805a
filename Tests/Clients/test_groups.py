"""Groups against a real Broker: who gets what, in which order, and again when."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict

import pytest

from broker_process import wait_until
from patchbay_client import Client, SettleFailed, document, event
from patchbay_connection import Dealer, Refused
from patchbay_wire import Credit, Frame, FrameType, Json, Leave, Outcome, SettleOutcome

QUIET = 0.3  # seconds in which nothing must come


def publish(bus, name, *items: tuple[str, int], suffix="a"):
    """Publishes (key, number) pairs and returns their offsets."""
    made = [event(f"t.{name}.{suffix}", key, f"{name}-{suffix}-{key}-{n}", {"n": n}) for key, n in items]
    return [result.offset for result in bus.publish(*made)]


def join(bus, name, **config):
    return bus.join(name, **{"filters": [f"t.{name}.>"]} | config)


def what(delivery):
    return delivery.record.key, document(delivery.record)["data"]["n"]


def take(subscription, count, timeout=30.0):
    deliveries = list(subscription.deliveries(count, timeout))
    assert len(deliveries) == count
    return deliveries


def nothing_more(subscription):
    assert subscription.next(QUIET) is None


def test_events_are_delivered_once_and_not_again_after_the_ack(bus, name):
    offsets = publish(bus, name, ("a", 1), ("b", 2), ("a", 3))
    group = join(bus, name)
    deliveries = take(group, 3)
    assert [d.offset for d in deliveries] == offsets
    assert {d.attempt for d in deliveries} == {1}
    group.ack(*deliveries)
    nothing_more(group)
    with Client(bus._connection._run_dir) as other:
        nothing_more(other.join(name))


def test_events_published_after_the_join_arrive(bus, name):
    group = join(bus, name)
    publish(bus, name, ("a", 1))
    group.ack(*take(group, 1))


def test_group_without_configuration_must_exist(bus, name):
    with pytest.raises(Refused) as refused:
        bus.join(name)
    assert refused.value.code == "group.unknown"


def test_other_configuration_is_refused_unless_it_is_an_update(bus, name):
    join(bus, name, max_deliver=3)
    join(bus, name, max_deliver=3)
    with pytest.raises(Refused) as refused:
        join(bus, name, max_deliver=4)
    assert refused.value.code == "group.config_differs"
    assert join(bus, name, max_deliver=4, update=True).config["max_deliver"] == 4


@pytest.mark.parametrize(
    "config", [{"filters": ["a..b"]}, {"filters": []}, {"deliver_policy": "sometimes"}, {"ack_wait_ms": -1}]
)
def test_bad_configuration_is_refused(bus, name, config):
    with pytest.raises(Refused) as refused:
        join(bus, name, **config)
    assert refused.value.code == "group.config"


@pytest.mark.parametrize(
    "filter, matching",
    [
        ("t.{}.a", ["a"]),
        ("t.{}.*", ["a", "b"]),
        ("t.{}.>", ["a", "a.x", "b"]),
        ("t.{}.*.x", ["a.x"]),
        ("*.{}.b", ["b"]),
    ],
)
def test_filters_choose_by_token(bus, name, filter, matching):
    for suffix in ("a", "a.x", "b"):
        publish(bus, name, ("k", 1), suffix=suffix)
    group = bus.join(name, filters=[filter.format(name)])
    found = [d.record.topic.removeprefix(f"t.{name}.") for d in group.deliveries(timeout=QUIET)]
    assert sorted(found) == matching


def test_deliver_policy_decides_where_a_group_begins(bus, name):
    offsets = publish(bus, name, ("a", 1), ("b", 2))
    [second] = bus.read(filters=[f"t.{name}.>"], offset=offsets[1]).stored
    by_offset = join(bus, f"{name}-o", filters=[f"t.{name}.>"], deliver_policy="by_offset", start_offset=offsets[1])
    by_time = join(bus, f"{name}-t", filters=[f"t.{name}.>"], deliver_policy="by_time", start_time=second.time_ns)
    new = join(bus, f"{name}-n", filters=[f"t.{name}.>"], deliver_policy="new")
    [third] = publish(bus, name, ("c", 3))
    assert [d.offset for d in take(by_offset, 2)] == [offsets[1], third]
    assert [d.offset for d in by_time.deliveries(timeout=QUIET)][-2:] == [offsets[1], third]
    assert [d.offset for d in take(new, 1)] == [third]
    nothing_more(new)


def test_nothing_is_delivered_without_credit(bus, name):
    publish(bus, name, ("a", 1), ("b", 2), ("c", 3))
    group = bus.join(name, events=0, bytes=0, filters=[f"t.{name}.>"])
    nothing_more(group)
    group.credit(events=2, bytes=1 << 20)
    assert [what(d) for d in group.deliveries(timeout=QUIET)] == [("a", 1), ("b", 2)]
    group.credit(events=1, bytes=0)
    assert [what(d) for d in take(group, 1)] == [("c", 3)]


def test_credit_in_bytes_holds_back_what_does_not_fit(bus, name):
    publish(bus, name, *((f"k{n}", n) for n in range(20)))
    [stored, *_] = bus.read(offset=0, filters=[f"t.{name}.>"], limit=1).stored
    size = len(stored.record.encode())
    group = bus.join(name, events=1000, bytes=5 * size, filters=[f"t.{name}.>"])
    assert 3 <= len(list(group.deliveries(timeout=QUIET))) <= 6


def test_order_per_key_holds_over_several_members(shared_broker, name):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    total, keys = 600, [f"k{n}" for n in range(10)]
    numbers, items = defaultdict(int), []
    for _ in range(total):
        key = chance.choice(keys)
        numbers[key] += 1
        items.append((key, numbers[key]))
    handled: dict[str, list[int]] = defaultdict(list)
    open_at: dict[str, str] = {}
    lock, violations = threading.Lock(), []

    def work(member: str, seed: int):
        chance = random.Random(seed)
        with Client(shared_broker.run_dir, instance=member) as bus:
            group = join(bus, name, events=8)
            for delivery in group.deliveries(timeout=2.0):
                key, number = what(delivery)
                with lock:
                    if open_at.setdefault(key, member) != member:
                        violations.append(f"{member} got {key} {number} while {open_at[key]} had the key")
                    if chance.random() < 0.1 and delivery.attempt < 3:
                        outcome = SettleOutcome(delivery.delivery_id, Outcome.NAK, 1)
                    else:
                        outcome = SettleOutcome(delivery.delivery_id, Outcome.ACK)
                        handled[key].append(number)
                    del open_at[key]
                try:
                    group.settle(outcome)
                except SettleFailed:  # revoked between the take and the settle
                    with lock:
                        if outcome.kind == Outcome.ACK:
                            handled[key].remove(number)

    with Client(shared_broker.run_dir) as bus:
        join(bus, name, events=1).leave()
        publish(bus, name, *items)
    workers = [threading.Thread(target=work, args=(f"m{n}", seed + n)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not violations
    assert {key: found for key, found in handled.items()} == {key: list(range(1, n + 1)) for key, n in numbers.items()}


def test_members_of_two_groups_both_get_everything(bus, name):
    publish(bus, name, ("a", 1), ("b", 2))
    for group in (join(bus, f"{name}-{n}", filters=[f"t.{name}.>"]) for n in (1, 2)):
        assert len(take(group, 2)) == 2


def test_nak_brings_the_event_again_and_takes_back_the_later_ones_of_its_key(bus, name):
    publish(bus, name, ("a", 1), ("a", 2), ("b", 3))
    group = join(bus, name)
    first, second, other = sorted(take(group, 3), key=lambda d: d.offset)
    group.nak(first, delay_ms=50)
    assert group.wait_revoked(second)
    again, later = take(group, 2)
    assert [(what(d), d.attempt) for d in (again, later)] == [(("a", 1), 2), (("a", 2), 1)]
    with pytest.raises(SettleFailed) as failed:
        group.ack(second)
    assert failed.value.settled.outcomes == (1,)
    group.ack(again, later, other)


def test_nak_waits_for_its_delay(bus, name):
    publish(bus, name, ("a", 1))
    group = join(bus, name)
    [first] = take(group, 1)
    started = time.monotonic()
    group.nak(first, delay_ms=300)
    [again] = take(group, 1)
    assert 0.29 < time.monotonic() - started < 2
    group.ack(again)


def test_nak_without_delay_waits_for_the_backoff_of_the_group(bus, name):
    publish(bus, name, ("a", 1))
    group = join(bus, name, backoff_ms=[100, 300])
    for pause in (0.1, 0.3, 0.3):
        [delivery] = take(group, 1)
        started = time.monotonic()
        group.nak(delivery)
        again = group.next()
        assert again and time.monotonic() - started > pause * 0.95
        group._waiting.appendleft(again)
    group.ack(*take(group, 1))


def test_ack_wait_takes_the_event_back_and_fences_the_late_ack(bus, name):
    publish(bus, name, ("a", 1))
    group = join(bus, name, ack_wait_ms=200)
    [late] = take(group, 1)
    assert group.wait_revoked(late)
    [again] = take(group, 1)
    assert again.attempt == 2 and again.delivery_id != late.delivery_id
    with pytest.raises(SettleFailed) as failed:
        group.ack(late)
    assert failed.value.settled.outcomes == (1,)
    group.ack(again)
    nothing_more(group)


def test_ack_wait_runs_for_the_first_unsettled_event_of_a_key_only(bus, name):
    publish(bus, name, ("a", 1), ("a", 2), ("b", 1))
    group = join(bus, name, ack_wait_ms=300)
    first, second, other = sorted(take(group, 3), key=lambda d: d.offset)
    group.ack(other)
    assert group.next(timeout=0.2) is None
    group.ack(first)  # from now on it runs for the second
    assert group.next(timeout=0.2) is None
    group.ack(second)
    assert not group.revoked


def test_in_progress_starts_ack_wait_anew(bus, name):
    publish(bus, name, ("a", 1))
    group = join(bus, name, ack_wait_ms=400)
    [delivery] = take(group, 1)
    for _ in range(4):
        assert group.next(timeout=0.2) is None  # nothing is delivered meanwhile
        group.in_progress(delivery)
    group.ack(delivery)
    assert not group.revoked


@pytest.mark.parametrize("way", ["goodbye", "leave", "silence"])
def test_deliveries_of_a_member_that_goes_come_to_another(shared_broker, name, way):
    with Client(shared_broker.run_dir) as bus:
        publish(bus, name, ("a", 1), ("a", 2), ("b", 3))
        with Dealer(shared_broker.run_dir) as member:
            session = member.hello(versions=[1], role="service", client="member/1", instance="m")["session"]
            config = {"filters": [f"t.{name}.>"]}
            member.send(Frame(FrameType.JOIN, Json({"group": name, "config": config}), session, 1))
            subscription = member.receive().body.value["subscription"]
            member.send(Frame(FrameType.CREDIT, Credit(subscription, 10, 1 << 20), session))
            taken = []
            while len(taken) < 3:
                frame = member.receive()
                if frame.type is FrameType.DELIVER:
                    taken += frame.body.deliveries
            if way == "goodbye":
                member.send(Frame(FrameType.GOODBYE, session=session))
            if way == "leave":
                member.send(Frame(FrameType.LEAVE, Leave(subscription), session, 2))
            group = bus.join(name)
            again = take(group, 3)
            assert {d.offset for d in again} == {d.offset for d in taken}
            assert not {d.delivery_id for d in again} & {d.delivery_id for d in taken}
            stale = SettleOutcome(taken[0].delivery_id)
            with pytest.raises(SettleFailed) as failed:
                group.settle(stale)
            assert failed.value.settled.outcomes == (1,)
            group.ack(*again)


def dead_letters(bus, name):
    return bus.admin("dead_list", group=name)


def test_term_puts_the_event_into_the_dead_letters_with_its_reason(bus, name):
    [offset, _] = publish(bus, name, ("a", 1), ("a", 2))
    group = join(bus, name)
    first, second = take(group, 2)
    group.term(first, reason="no such contact")
    group.ack(second)
    [letter] = dead_letters(bus, name)
    assert letter["offset"] == offset
    assert "no such contact" in str(letter)


def test_max_deliver_gives_up_and_goes_on_with_the_key(bus, name):
    publish(bus, name, ("a", 1), ("a", 2))
    group = join(bus, name, max_deliver=2, backoff_ms=[1], on_exhausted="skip", ack_wait_ms=10_000)
    for attempt in (1, 2):
        delivery = next(d for d in group.deliveries() if what(d) == ("a", 1))
        assert delivery.attempt == attempt
        group.nak(delivery, delay_ms=1, reason=f"attempt {attempt}")
    delivery = next(d for d in group.deliveries() if d.delivery_id not in group.revoked)
    assert what(delivery) == ("a", 2)
    group.ack(delivery)
    assert len(dead_letters(bus, name)) == 1


def test_parked_key_waits_in_the_dead_letters_until_it_is_retried(bus, name):
    first, second, _ = publish(bus, name, ("a", 1), ("a", 2), ("b", 3))
    group = join(bus, name, on_exhausted="park_key")
    deliveries = sorted(take(group, 3), key=lambda d: d.offset)
    group.ack(deliveries[2])
    group.term(deliveries[0], reason="later")
    [third] = publish(bus, name, ("a", 4))
    wait_until(lambda: [x["offset"] for x in dead_letters(bus, name)] == [first, second, third], what="three letters")
    nothing_more(group)
    bus.admin("dead_retry", group=name)
    again = take(group, 3)
    assert [what(d) for d in again] == [("a", 1), ("a", 2), ("a", 4)]
    assert all(d.is_redriven for d in again)
    group.ack(*again)
    assert dead_letters(bus, name) == []


def test_retry_is_delivered_to_its_group_only(bus, name):
    [offset] = publish(bus, name, ("a", 1))
    group, other = join(bus, name), join(bus, f"{name}-other", filters=[f"t.{name}.>"])
    other.ack(*take(other, 1))
    group.term(*take(group, 1))
    bus.admin("dead_retry", group=name)
    [again] = take(group, 1)
    assert again.offset == offset and again.is_redriven
    group.ack(again)
    nothing_more(other)
    nothing_more(group)


def test_dropped_dead_letter_is_gone(bus, name):
    publish(bus, name, ("a", 1), ("b", 2))
    group = join(bus, name)
    for delivery in take(group, 2):
        group.term(delivery)
    first, second = (letter["offset"] for letter in dead_letters(bus, name))
    bus.admin("dead_drop", group=name, offsets=[first])
    assert [letter["offset"] for letter in dead_letters(bus, name)] == [second]
    bus.admin("dead_drop", group=name)
    assert dead_letters(bus, name) == []
    nothing_more(group)


def test_max_ack_pending_bounds_what_is_handed_out(bus, name):
    publish(bus, name, *((f"k{n}", n) for n in range(10)))
    group = join(bus, name, max_ack_pending=3)
    first = list(group.deliveries(timeout=QUIET))
    assert len(first) == 3
    group.ack(first[0])
    assert len(list(group.deliveries(timeout=QUIET))) == 1


def test_deleted_group_is_unknown(bus, name):
    join(bus, name).leave()
    bus.admin("group_delete", group=name)
    with pytest.raises(Refused) as refused:
        bus.join(name)
    assert refused.value.code == "group.unknown"


def test_group_with_members_is_not_deleted(bus, name):
    join(bus, name)
    with pytest.raises(Refused) as refused:
        bus.admin("group_delete", group=name)
    assert refused.value.code == "group.has_members"


@pytest.mark.parametrize(
    "operation, fields, code",
    [
        ("nothing", {}, "admin.operation"),
        ("dead_retry", {"offsets": [1]}, "admin.operation"),
        ("dead_list", {"group": "nobody"}, "group.unknown"),
        ("group_delete", {"group": "nobody"}, "group.unknown"),
    ],
)
def test_operation_that_cannot_be_is_refused(bus, operation, fields, code):
    with pytest.raises(Refused) as refused:
        bus.admin(operation, **fields)
    assert refused.value.code == code


def test_groups_are_listed(bus, name):
    join(bus, name)
    assert name in str(bus.admin("groups"))
