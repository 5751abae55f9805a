"""Bits of the journal flip while the Broker is down: it refuses to start and names the file; a torn tail it cuts off."""

from __future__ import annotations

from pathlib import Path

import pytest

from patchbay_client import event

STORAGE = 74


@pytest.fixture
def journal(broker):
    """A stopped Broker whose journal holds a hundred batches, and its first segment."""
    bus = broker.client()
    for n in range(100):
        bus.publish(event("t.x", "k", str(n), "x" * 200))
    return broker


def segments(broker) -> list[Path]:
    return sorted(broker.state_dir.rglob("*.log"))


def largest(broker) -> Path:
    return max(segments(broker), key=lambda path: path.stat().st_size)


def flip(path: Path, at: int) -> None:
    with open(path, "r+b") as file:
        file.seek(at)
        [byte] = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ 0x10]))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_flipped_bit_below_what_was_synced_is_refused_by_name(journal, share):
    journal.kill()
    path = largest(journal)
    data = path.read_bytes().rstrip(b"\0")
    flip(path, int(len(data) * share))
    journal.launch()
    assert journal.wait() == STORAGE
    assert path.name in journal.log(), journal.log()


def test_torn_tail_after_a_kill_is_cut_off(journal):
    journal.kill()
    path = largest(journal)
    data = path.read_bytes().rstrip(b"\0")
    path.write_bytes(data + b"PBJ1 torn")
    journal.start()
    assert len(list(journal.client().read_all(offset=0, filters=["t.x"]))) == 100


def test_missing_segment_in_the_middle_is_refused(journal):
    for n in range(2):  # each run goes on in a segment of its own
        journal.kill()
        journal.start()
        journal.client().publish(event("t.x", "k", f"later {n}"))
    journal.kill()
    first, second, *_ = segments(journal)
    second.unlink()
    journal.launch()
    assert journal.wait() == STORAGE
    assert str(second.parent) in journal.log()
