"""The power-loss library itself: what a small program wrote, synced and named is on the disk, and nothing else is."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys

import pytest

import power_loss

PRELUDE = """
import errno, os, signal, sys
def file(name, flags=os.O_CREAT | os.O_RDWR): return os.open(name, flags, 0o640)
def sync_names(path="."): os.fsync(os.open(path, os.O_RDONLY))
def die(): os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def run(tmp_path, powerloss_library):
    """Runs a program in the directory, takes the power away when it dies, and returns what is left: name → content."""

    def run(program: str, before: dict[str, bytes] = {}, **faults) -> dict[str, bytes]:
        disk = power_loss.Disk(powerloss_library, tmp_path / "live", tmp_path / "durable", faults)
        disk.directory.mkdir(exist_ok=True)
        for name, content in before.items():
            (disk.directory / name).write_bytes(content)
        environment = os.environ | disk.environment()
        done = subprocess.run(
            [sys.executable, "-c", PRELUDE + program + "\ndie()"], cwd=disk.directory, env=environment, timeout=20
        )
        assert done.returncode == -signal.SIGKILL
        disk.lose_power()
        found = (p for p in disk.directory.rglob("*") if p.is_file())
        return {str(p.relative_to(disk.directory)): p.read_bytes() for p in found}

    return run


def test_what_was_there_before_stays(run):
    assert run("", before={"a": b"old"}) == {"a": b"old"}


def test_unsynced_write_is_seen_by_the_process_and_lost_with_the_power(run):
    program = "fd = file('a'); os.pwrite(fd, b'new', 0); assert os.pread(fd, 9, 0) == b'new'"
    assert run(program, before={"a": b"old"}) == {"a": b"old"}


@pytest.mark.parametrize("sync", ["os.fsync(fd)", "os.fdatasync(fd)", "os.fsync(os.open('a', os.O_RDONLY))"])
def test_synced_write_is_kept(run, sync):
    assert run(f"fd = file('a'); os.write(fd, b'new'); {sync}; os.write(fd, b'er')", before={"a": b"old"}) == {
        "a": b"new"
    }


@pytest.mark.parametrize(
    "write",
    [
        "os.write(fd, b'xxxx')",
        "os.pwrite(fd, b'xxxx', 0)",
        "os.writev(fd, [b'xx', b'xx'])",
        "os.pwritev(fd, [b'xx', b'xx'], 0)",
        "os.pwritev(fd, [b'xx', b'xx'], 0, 0)",
        "os.copy_file_range(file('b'), fd, 4)",
        "os.ftruncate(fd, 0); os.write(fd, b'xxxx')",
        "os.posix_fallocate(fd, 0, 4); os.pwrite(fd, b'xxxx', 0)",
        "fd = file('a', os.O_RDWR | os.O_TRUNC); os.write(fd, b'xxxx')",
    ],
)
def test_every_way_to_write_waits_for_the_sync(run, write):
    before = {"a": b"old", "b": b"xxxx"}
    assert run(f"fd = file('a'); {write}", before)["a"] == b"old"
    assert run(f"fd = file('a'); {write}; os.fdatasync(fd)", before)["a"] == b"xxxx"


@pytest.mark.parametrize(
    "write",
    [
        "fd = file('a', os.O_RDWR | os.O_DSYNC); os.write(fd, b'new')",
        "fd = file('a'); os.pwritev(fd, [b'new'], 0, os.RWF_DSYNC)",
    ],
)
def test_write_that_syncs_is_kept(run, write):
    assert run(write, before={"a": b"old"}) == {"a": b"new"}


def test_new_file_needs_the_sync_of_its_directory(run):
    assert run("fd = file('a'); os.write(fd, b'new'); os.fsync(fd)") == {}
    assert run("fd = file('b'); os.write(fd, b'new'); os.fsync(fd); sync_names()") == {"b": b"new"}


def test_named_file_without_a_sync_of_its_own_is_empty(run):
    assert run("fd = file('a'); os.write(fd, b'new'); sync_names()") == {"a": b""}


def test_rename_and_removal_need_the_sync_of_the_directory(run):
    before = {"a": b"old", "b": b"gone"}
    program = "fd = file('t'); os.write(fd, b'new'); os.fsync(fd); os.rename('t', 'a'); os.unlink('b')"
    assert run(program, before) == before
    assert run(program + "; sync_names()", before) == {"a": b"new"}


def test_file_that_takes_a_removed_files_place_does_not_inherit_its_content(run):
    program = "os.unlink('a'); fd = file('c'); sync_names()"
    assert run(program, before={"a": b"old"}) == {"c": b""}


def test_directories_are_followed(run):
    program = "os.mkdir('d'); fd = file('d/a'); os.write(fd, b'new'); os.fsync(fd); sync_names('d'); sync_names()"
    assert run(program) == {"d/a": b"new"}


def test_file_that_was_cut_is_cut_on_the_disk_after_the_sync(run):
    assert run("fd = file('a'); os.ftruncate(fd, 1); os.fsync(fd)", before={"a": b"old"}) == {"a": b"o"}
    assert run("fd = file('a'); os.ftruncate(fd, 1)", before={"a": b"old"}) == {"a": b"old"}


def test_swallowed_sync_keeps_nothing(run):
    assert run("fd = file('a'); os.write(fd, b'new'); os.fsync(fd)", before={"a": b"old"}, SWALLOW=1) == {"a": b"old"}


def test_writeback_keeps_some_pages(run):
    program = "fd = file('a'); os.write(fd, b'x' * (100 * 4096))"
    content = run(program, before={"a": bytes(100 * 4096)}, WRITEBACK=30, SEED=5)["a"]
    pages = {bytes(content[at : at + 4096]) for at in range(0, len(content), 4096)}
    assert pages == {bytes(4096), b"x" * 4096}


def test_failed_sync_says_so_once_and_loses_what_it_should_have_written(run):
    program = f"""
fd = file('a'); os.pwrite(fd, b'A', 0); os.fdatasync(fd); os.pwrite(fd, b'B', 1)
try: os.fdatasync(fd); sys.exit('no error')
except OSError as error: assert error.errno == {errno.EIO}
os.pwrite(fd, b'C', 2); os.fdatasync(fd)
"""
    assert run(program, before={"a": b"..."}, FAIL_SYNC_AT=2) == {"a": b"A.C"}


def test_full_disk_refuses_writes(run):
    program = f"""
fd = file('a'); os.write(fd, b'1234')
try: os.write(fd, b'5'); sys.exit('no error')
except OSError as error: assert error.errno == {errno.ENOSPC}
os.fsync(fd)
"""
    assert run(program, before={"a": b""}, ENOSPC_AFTER_BYTES=4) == {"a": b"1234"}


def test_faults_wait_for_the_trigger_and_the_name(run, tmp_path):
    trigger = tmp_path / "trigger"
    program = f"""
for name in 'ab':
    fd = file(name); os.write(fd, b'1'); os.fsync(fd)
open({str(trigger)!r}, 'w').close()
for name in 'ab':
    fd = file(name); os.write(fd, b'2'); os.fsync(fd)
"""
    before = {"a": b"", "b": b""}
    assert run(program, before, SWALLOW=1, TRIGGER=trigger, MATCH="/b") == {"a": b"2", "b": b"1"}


def test_delay_is_a_delay(run):
    program = "import time; fd = file('a'); t = time.monotonic(); os.fsync(fd); assert time.monotonic() - t > 0.05"
    assert run(program, before={"a": b""}, SYNC_DELAY_MS=60) == {"a": b""}


def test_sqlite_commits_survive(run, tmp_path):
    run("""
import sqlite3
base = sqlite3.connect('s.db', isolation_level=None)
base.execute('pragma journal_mode=wal'); base.execute('pragma synchronous=full')
base.execute('create table t(n)'); sync_names()
for n in range(50): base.execute('insert into t values (?)', (n,))
""")
    rows = sqlite3.connect(tmp_path / "live" / "s.db").execute("select n from t order by n").fetchall()
    assert rows == [(n,) for n in range(50)]
