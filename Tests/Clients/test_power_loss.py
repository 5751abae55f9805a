"""The power goes while the Broker is under load: what it acked is on the disk, once and in order.

The seed decides when and which pages the kernel wrote early; it is printed, and POWERLOSS_TEST_SEED repeats it.
"""

from __future__ import annotations

import os
import random
import time

import pytest

import history_checker
import power_loss
from patchbay_wire import PatchbayError
from recorded_load import History, RecordingPublisher

ROUNDS = 8
PUBLISHERS = ("p1", "p2")


@pytest.fixture
def seed():
    seed = int(os.environ.get("POWERLOSS_TEST_SEED") or random.randrange(1 << 32))
    print(f"POWERLOSS_TEST_SEED={seed}")
    return seed


class Machine:
    """A Broker on a disk that can lose power, and publishers that go on where they were."""

    def __init__(self, broker, library, history: History, **faults):
        self.broker, self.history = broker, history
        self.disk = power_loss.Disk(library, broker.state_dir, broker.base / "durable", faults)
        self.publishers: list[RecordingPublisher] = []

    def round(self, chance: random.Random) -> None:
        """Starts the Broker, loads it, takes the power away at some moment, and looks at what the disk holds."""
        self.disk.faults |= {"SEED": chance.randrange(1, 1 << 30), "WRITEBACK": chance.choice((0, 10, 50))}
        self.broker.environment = self.disk.environment()
        self.broker.start()
        self._publish()
        for publisher in self.publishers:
            publisher.wait_acked(chance.randrange(200, 1500))
        self._let_pass(chance.uniform(0, 0.02))
        self.broker.kill()
        for publisher in self.publishers:
            publisher.join()
        self.disk.lose_power()

    def _publish(self) -> None:
        before = {p.name: p for p in self.publishers}
        self.publishers = []
        for name in PUBLISHERS:
            last = before.get(name)
            arguments = (last.next_number, last.unanswered()) if last else ()
            self.publishers.append(RecordingPublisher(self.broker.run_dir, self.history, name, *arguments))
        for publisher in self.publishers:
            publisher.start()

    @staticmethod
    def _let_pass(seconds: float) -> None:
        """A random moment between two acks; the load goes on meanwhile."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            pass

    def violations(self) -> list[str]:
        """What the checker finds after a start on the disk as it is, without the library."""
        self.broker.environment = {}
        self.broker.start()
        self.history.read_back(self.broker.client())
        self.broker.stop()
        return history_checker.violations(self.history.lines())


def test_what_was_acked_survives_the_loss_of_power(make_broker, powerloss_library, tmp_path, seed):
    chance = random.Random(seed)
    history = History(tmp_path / "history.jsonl")
    machine = Machine(make_broker(), powerloss_library, history)
    for _ in range(ROUNDS):
        machine.round(chance)
    assert machine.violations() == []
    acked = sum(line["op"] == "ack" for line in history.lines())
    print(f"{acked} acks over {ROUNDS} losses of power")
    assert acked > 1000


def test_checker_complains_when_syncs_are_swallowed(make_broker, powerloss_library, tmp_path, seed):
    """The negative control: with the same library, disk and checker a Broker that does not sync is found out."""
    history = History(tmp_path / "history.jsonl")
    broker = make_broker()
    broker.start()  # a journal exists, then its syncs are swallowed
    broker.stop()
    machine = Machine(broker, powerloss_library, history, SWALLOW=1)
    machine.round(random.Random(seed))
    try:
        found = machine.violations()
    except (AssertionError, PatchbayError) as refused:  # it may also refuse to start on what is left
        found = [f"refused: {refused}"]
    assert any(text.startswith(("lost", "refused")) for text in found), found
