"""kill -9 between every pair of steps of a settle: its ack, publishes and map writes are all there, or none is.

The Broker runs under `killpoint.c`, which kills it at the n-th system call of handling one settle, for n = 1, 2, 3, …
until the settle gets through. After each death the journal is read raw and the bus is asked; then the client says the
same again, by the same ids. With `loses_power` the disk forgets besides what was not synced.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

import kill_points
import power_loss
from broker_process import Broker, wait_until
from patchbay_client import SettleFailed, event
from patchbay_wire import Delivery, Kind, Outcome, PatchbayError, SettleOutcome, Write

FENCED, MISMATCH = 1, 2
FIRST_STEPS = 200  # a settle has far fewer; what is above never ends


@dataclass
class Settling:
    """One settle: what goes in, and what it is to leave behind."""

    name: str

    @property
    def group(self) -> str:
        return f"g-{self.name}"

    @property
    def publishes(self) -> list:
        return [event(f"t.{self.name}.out", "k", f"{self.name}-out-{n}", {"n": n}) for n in (1, 2)]

    def writes(self, revision: int) -> list[Write]:
        return [Write(self.name, "a", b"new", revision), Write(self.name, "b", b"new", 0)]

    def prepare(self, bus) -> tuple[object, Delivery, int]:
        """An event that is handed out, and a map entry to write over."""
        revision = bus.put(self.name, "a", b"old")
        bus.publish(event(f"t.{self.name}.in", "k", f"{self.name}-in"))
        group = bus.join(self.group, filters=[f"t.{self.name}.in"])
        [delivery] = group.deliveries(1)
        return group, delivery, revision


@dataclass
class Facts:
    """What is there of a settle, from the journal's raw batches and from asking."""

    acked: bool
    published: int
    written: int
    batches: set[int]  # in which its records lie
    revision: int  # of the map entry that it writes over

    @property
    def is_all(self) -> bool:
        return self.acked and self.published == 2 and self.written == 2 and len(self.batches) == 1

    @property
    def is_none(self) -> bool:
        return not self.acked and self.published == 0 and self.written == 0

    @classmethod
    def of(cls, bus, settling: Settling) -> Facts:
        published, written, batches = [], [], set()
        for number, batch in enumerate(bus.read_batches(0)):
            for record in batch.records:
                if record.topic == f"t.{settling.name}.out":
                    published.append(record.id)
                    batches.add(number)
                if record.kind == Kind.MAP_PUT and record.topic == f"map.{settling.name}" and record.payload[8:] == b"new":
                    written.append(record.key)
                    batches.add(number)
        assert len(set(published)) == len(published) and len(set(written)) == len(written), (published, written)
        assert [s.record.id for s in bus.read_all(offset=0, filters=[f"t.{settling.name}.out"])] == published
        entries = {entry.key: entry for entry in bus.entries(settling.name)}
        assert sorted(key for key, entry in entries.items() if entry.value == b"new") == sorted(written)
        [group] = [g for g in bus.admin("groups") if g["group"] == settling.group]
        [offset] = [s.offset for s in bus.read_all(offset=0, filters=[f"t.{settling.name}.in"])]
        return cls(group["floor"] > offset, len(published), len(written), batches, entries["a"].revision)


def violations(facts: Facts, was_answered: bool) -> list[str]:
    found = []
    if not (facts.is_all or facts.is_none):
        found.append(f"torn: {facts}")
    if was_answered and not facts.is_all:
        found.append(f"answered, but not there: {facts}")
    return found


class Machine:
    """A Broker that dies at chosen steps, perhaps on a disk that loses power."""

    def __init__(self, broker: Broker, library: Path, disk: power_loss.Disk | None = None):
        self.broker, self.disk = broker, disk
        self.point = kill_points.KillPoint(library, broker.state_dir, broker.base / "armed", broker.base / "steps")

    def attempt(self, step: int, settle, prepare_faults=None) -> tuple[Settling, Delivery, int, bool]:
        """Has the Broker die at `step` of a settle; says whether it was answered."""
        settling = Settling(f"s{step}")
        self.point.step = step
        self.broker.environment = self.point.environment(self.disk.environment() if self.disk else None)
        self.broker.start()
        group, delivery, revision = settling.prepare(self.broker.client())
        if prepare_faults:
            prepare_faults()
        self.point.arm()
        try:
            settle(settling, group, delivery, revision)
            was_answered = True
            wait_until(lambda: not self.broker.is_alive or "send after" in self.point.steps(), what="the send's end")
        except PatchbayError:
            was_answered = False
        self.point.trigger.unlink()
        return settling, delivery, revision, was_answered

    def died(self) -> bool:
        """Whether the last attempt ended in death; waits for it where it must come."""
        if len(self.point.steps()) >= self.point.step:
            self.broker.wait()
        return not self.broker.is_alive

    def restart(self) -> object:
        """After the process is gone: a Broker without the libraries, on what the disk holds."""
        self.broker.kill()
        if self.disk:
            self.disk.lose_power()
        self.broker.environment = {}
        self.broker.start()
        return self.broker.client()


def settle_at_once(settling: Settling, group, delivery: Delivery, revision: int) -> None:
    group.ack(delivery, publishes=settling.publishes, writes=settling.writes(revision), atomic=True)


def settle_in_three(settling: Settling, group, delivery: Delivery, revision: int) -> None:
    """What a client without transactions does: the negative control."""
    group.bus.publish(*settling.publishes)
    group.bus.write(*settling.writes(revision))
    group.ack(delivery)


def repeat(bus, settling: Settling, old: Delivery, revision: int, facts: Facts) -> None:
    """The client's second try, by the same ids, after which the settle has happened exactly once."""
    group = bus.join(settling.group)
    again = group.next(0.3 if facts.acked else 10)
    assert (again is None) == facts.acked
    with pytest.raises(SettleFailed) as failed:  # the delivery of the dead Broker's epoch
        bus_settle = [SettleOutcome(old.delivery_id, Outcome.ACK)]
        group.settle(*bus_settle, publishes=settling.publishes, writes=settling.writes(revision), atomic=True)
    assert failed.value.settled.status == FENCED
    assert Facts.of(bus, settling) == facts
    if again:
        assert again.offset == old.offset
        settle_at_once(settling, group, again, revision)
    else:
        with pytest.raises(SettleFailed) as failed:  # the same without the delivery
            bus.write(*settling.writes(revision), publishes=settling.publishes)
        assert failed.value.settled.status == MISMATCH
    assert Facts.of(bus, settling).is_all
    assert group.next(0.05) is None


@pytest.fixture(scope="session")
def killpoint_library(tmp_path_factory):
    return kill_points.build(tmp_path_factory.mktemp("killpoint"))


@pytest.fixture
def make_machine(make_broker, killpoint_library, powerloss_library):
    def make(loses_power: bool, **faults) -> Machine:
        settings = {"broker.heartbeat_ms": 60_000, "broker.save_interval_ms": 600_000}
        broker = make_broker(**settings)
        disk = power_loss.Disk(powerloss_library, broker.state_dir, broker.base / "durable", faults)
        if "SWALLOW" in faults:
            disk.faults |= {"TRIGGER": disk.trigger}
        return Machine(broker, killpoint_library, disk if loses_power else None)

    return make


@pytest.mark.timeout(300)
@pytest.mark.parametrize("loses_power", [False, True], ids=["kill", "kill-and-power-loss"])
def test_settle_is_all_or_nothing_whatever_step_kills_the_broker(make_machine, loses_power):
    machine = make_machine(loses_power)
    deaths, whole = [], 0
    for step in range(1, FIRST_STEPS):
        settling, delivery, revision, was_answered = machine.attempt(step, settle_at_once)
        died = machine.died()
        bus = machine.restart()
        facts = Facts.of(bus, settling)
        assert violations(facts, was_answered) == [], machine.point.steps()
        repeat(bus, settling, delivery, revision, facts)
        machine.broker.kill()
        if not died:
            break
        deaths.append(machine.point.steps()[-1])
        whole += facts.is_all
    print(f"{len(deaths)} deaths, the settle was there after {whole}: {', '.join(deaths)}")
    assert was_answered
    assert {"fdatasync before", "fdatasync after", "send before", "send half", "send after"} <= set(deaths)
    assert any("write" in death and death.endswith("half") for death in deaths)
    assert 0 < whole < len(deaths)


@pytest.mark.timeout(300)
def test_checker_complains_about_a_client_without_transactions(make_machine):
    """The negative control of atomicity: the same steps, the same checker, three frames instead of one."""
    machine = make_machine(False)
    for step in range(1, FIRST_STEPS):
        settling, _, _, was_answered = machine.attempt(step, settle_in_three)
        died = machine.died()
        found = violations(Facts.of(machine.restart(), settling), was_answered)
        machine.broker.kill()
        if found or not died:
            break
    assert found and found[0].startswith("torn")


@pytest.mark.timeout(120)
def test_checker_complains_when_syncs_are_swallowed(make_machine):
    """The negative control of durability: what was answered is gone with the power."""
    machine = make_machine(True, SWALLOW=1)
    settling, _, _, was_answered = machine.attempt(FIRST_STEPS, settle_at_once, machine.disk.begin_faults)
    assert was_answered and not machine.died()
    found = violations(Facts.of(machine.restart(), settling), was_answered)
    assert found and found[0].startswith("answered")
