"""A backup of a Broker at work: restored elsewhere it has everything, and hands out nothing twice."""

from __future__ import annotations

import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from broker_process import Broker, binary, wait_until
from patchbay_client import DUPLICATE, Client, EpochWentBack, event
from patchbay_connection import Refused
from test_retention import first_kept

SETTINGS = {"broker.segment_bytes": 65_536, "broker.save_interval_ms": 100}


def number(n: int):
    return event("t.x", f"k{n % 7}", str(n), {"n": n, "pad": "x" * 300})


def fill(bus, start: int, count: int) -> None:
    for first in range(start, start + count, 500):
        bus.publish(*(number(n) for n in range(first, min(first + 500, start + count))))


def patchbay(broker: Broker, *arguments: str) -> subprocess.CompletedProcess:
    settings = [f"--set=run_dir={broker.run_dir}", f"--set=state_dir={broker.state_dir}"]
    return subprocess.run(
        [str(binary("patchbay")), *arguments, *settings], capture_output=True, text=True, timeout=60, cwd=broker.base
    )


def restore(make_broker, backup: Path) -> Broker:
    """What docs/operations.md says: the backup takes the place of the Broker's directory."""
    broker = make_broker(**SETTINGS)
    broker.state_dir.mkdir()
    shutil.copytree(backup, broker.state_dir / "broker")
    return broker.start()


@pytest.fixture
def live(make_broker):
    """A Broker with events, a map, and a group that has settled a part."""
    broker = make_broker(**SETTINGS).start()
    bus = broker.client()
    bus.put("pairs", "a", b"1")
    group = bus.join("crm", filters=["t.x"])
    fill(bus, 0, 1_000)
    for delivery in group.deliveries(300):
        group.ack(delivery)
    group.leave()
    return broker


def test_restored_backup_has_everything_and_jumps_past_what_was_handed_out(live, make_broker, tmp_path):
    bus = live.client()
    told = bus.admin("journal_backup", directory=str(tmp_path / "copy"))
    fill(bus, 1_000, 500)  # the live one goes on, and is lost then
    [last] = bus.publish(number(1_500))
    assert told["end"] <= last.offset - 500
    old = bus.epoch
    live.kill()

    again = restore(make_broker, tmp_path / "copy")
    bus = again.client()
    assert bus.epoch > old
    assert [s.record.id for s in bus.read_all(offset=0, filters=["t.x"])] == [f"/test\n{n}" for n in range(1_000)]
    assert bus.get("pairs", "a").value == b"1"
    group = bus.join("crm", events=2_000)
    settled = {f"/test\n{n}" for n in range(300)}
    handed_out = [delivery.record.id for delivery in group.deliveries(700)]
    assert len(set(handed_out)) == 700 and not settled & set(handed_out)
    [repeated] = bus.publish(number(999))
    assert repeated.status == DUPLICATE
    [fresh] = bus.publish(number(2_000))
    assert fresh.offset > last.offset
    assert Client(again.run_dir, epoch=old).epoch > old  # whoever saw the lost one goes on
    assert again.stop() == 0
    again.start()
    assert again.client().get("pairs", "a").value == b"1"


def test_backup_of_a_trimmed_journal_keeps_older_state(make_broker, tmp_path):
    broker = make_broker(**SETTINGS, **{"broker.retention_bytes": 131_072}).start()
    bus = broker.client()
    revision = bus.put("pairs", "a", b"1")
    fill(bus, 0, 2_000)
    wait_until(lambda: first_kept(bus) > revision, what="the removal of the segment that holds the map's record")
    bus.admin("journal_backup", directory=str(tmp_path / "copy"))
    again = restore(make_broker, tmp_path / "copy").client()
    assert again.get("pairs", "a").value == b"1"
    assert first_kept(again) > revision


def test_backup_under_load_is_intact_and_holds_what_was_acked_before(live, make_broker, tmp_path):
    stop, acked = threading.Event(), []

    def load() -> None:
        with Client(live.run_dir, instance="load") as bus:
            n = 10_000
            while not stop.is_set():
                acked.append((n, bus.publish(number(n))[0].offset))
                n += 1

    thread = threading.Thread(target=load)
    thread.start()
    try:
        bus = live.client()
        ends = []
        for copy in range(5):
            before = list(acked)
            told = bus.admin("journal_backup", directory=str(tmp_path / f"copy{copy}"))
            assert all(offset < told["end"] for _, offset in before)
            ends.append(told["end"])
        assert ends == sorted(ends)
    finally:
        stop.set()
        thread.join()
    for copy, end in enumerate(ends):
        verified = patchbay(live, "journal", "verify", str(tmp_path / f"copy{copy}" / "journal"))
        assert verified.returncode == 0, verified.stdout
    restored = restore(make_broker, tmp_path / "copy4").client()
    kept = {s.record.id for s in restored.read_all(offset=0, filters=["t.x"])}
    assert {f"/test\n{n}" for n, offset in acked if offset < ends[4]} <= kept


def test_command_backs_up_and_says_why_it_cannot(live, tmp_path):
    done = patchbay(live, "journal", "backup", str(tmp_path / "copy"))
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "copy") in done.stdout and "offset" in done.stdout
    assert {"journal", "state.sqlite"} == {path.name for path in (tmp_path / "copy").iterdir()}
    again = patchbay(live, "journal", "backup", str(tmp_path / "copy"))
    assert again.returncode == 1 and "must not exist" in again.stderr, again.stderr
    missing = patchbay(live, "journal", "backup", str(tmp_path / "no" / "copy"))
    assert missing.returncode == 1 and str(tmp_path / "no" / "copy") in missing.stderr


@pytest.mark.parametrize("directory", [None, "relative", "", "/" + "x" * 5_000])
def test_backup_to_no_absolute_path_is_refused(live, directory):
    fields = {} if directory is None else {"directory": directory}
    with pytest.raises(Refused) as refused:
        live.client().admin("journal_backup", **fields)
    assert refused.value.code == "admin.operation"


def test_only_an_operator_backs_up(live, tmp_path):
    with pytest.raises(Refused) as refused:
        live.client(role="service").admin("journal_backup", directory=str(tmp_path / "copy"))
    assert refused.value.code == "session.forbidden"
    assert not (tmp_path / "copy").exists()


def test_plain_old_copy_is_refused_by_who_has_seen_more(live, make_broker, tmp_path):
    """Without the mark that a backup carries a client is the last to notice."""
    live.stop()
    shutil.copytree(live.state_dir, tmp_path / "old")
    live.start()
    epoch = live.client().epoch
    live.stop()
    broker = make_broker(directory=tmp_path / "old").start()
    broker.stop()
    broker.start()  # as many starts as the live one had: no lower epoch any more
    assert broker.client().epoch >= epoch
    with pytest.raises((EpochWentBack, Refused)):
        Client(broker.run_dir, epoch=broker.client().epoch + 1)
