"""Measures SyncSvc between two projects that the Sandbox plays; part of deploy/bench.

All processes and the people who write share the machine. Times are the Sandbox's own: from a message's creation on one side to
the creation of its copy on the other.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Tests" / "Integration"), str(ROOT / "Tests" / "Clients")]
os.environ.setdefault("PATCHBAY_BIN_DIR", str(ROOT / ".build" / "release"))

import requests  # noqa: E402
from sync_stack import Pair, SyncStack, wait_until  # noqa: E402

PAIR_DEADLINE = 120.0  # seconds until all conversations are paired
DRAIN_DEADLINE = 300.0  # seconds until everything is copied
WRITERS = 8
FULL_RATE = 2_500  # messages a second when it is to be too many


class Clock(threading.Thread):
    """Listens to the Sandbox's stream: when each text was written, and when its copy was."""

    def __init__(self, stack: SyncStack):
        super().__init__(daemon=True)
        self.times: dict[str, list[str]] = {}
        self.answer = requests.get(f"{stack.sandbox_url}/sandbox/v1/stream", stream=True, timeout=60)

    def run(self) -> None:
        try:
            for line in self.answer.iter_lines(chunk_size=512):
                if line.startswith(b"data: ") and b'"body"' in line:
                    change = json.loads(line[6:])
                    if change.get("action") == "added" and change.get("index") is not None:
                        self.times.setdefault(change["body"], []).append(change["at"])
        except (requests.RequestException, AttributeError, ValueError):
            pass  # the stream ended with the Sandbox

    def delays(self) -> list[float]:
        """Milliseconds of each text that has a copy, sorted."""
        pairs = [sorted(times)[:2] for body, times in self.times.items() if body.startswith("message") and len(times) > 1]
        return sorted((_seconds(copy) - _seconds(original)) * 1_000 for original, copy in pairs)


def _seconds(text: str) -> float:
    """The seconds of the hour of an RFC 3339 time, with all its digits."""
    minutes, seconds = text[14:16], text[17:].rstrip("Z")
    return int(minutes) * 60 + float(seconds)


def cpu_seconds(stack: SyncStack) -> float:
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0.0
    for name in stack.syncs:
        fields = Path(f"/proc/{stack.processes[name].pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / ticks
    return total


def memory(stack: SyncStack) -> float:
    """MiB resident of all SyncSvc processes."""
    total = 0
    for name in stack.syncs:
        status = Path(f"/proc/{stack.processes[name].pid}/status").read_text()
        total += int(status.split("VmRSS:")[1].split()[0])
    return total / 1024


def copied(stack: SyncStack) -> float:
    return sum(stack.metric(name, "patchbay_sync_messages_copied_total") for name in stack.syncs)


def pairs_of(stack: SyncStack, count: int) -> list[Pair]:
    """Conversations that are paired before anything is measured."""

    def begin(number: int) -> Pair:
        chat = stack.sandbox("POST", "customer/chats", project="flex", name=f"c{number}", body="hello")
        stack.accept(chat["conversation_sid"], f"agent.{number}")
        return Pair(stack, {"flex": chat["conversation_sid"]}, chat["identity"], f"agent.{number}")

    with ThreadPoolExecutor(WRITERS) as writers:
        pairs = list(writers.map(begin, range(count)))
    wait_until(lambda: copied(stack) >= count, PAIR_DEADLINE, f"{count} pairs")
    return pairs


def write(stack: SyncStack, total: int, rate: int) -> None:
    """The Sandbox's customers write, in turn, without a client that costs more than what is measured."""
    stack.sandbox("POST", "customer/crowd", project="flex", messages=total, per_second=rate)
    # Asking for metrics costs as well: not before there can be an end.
    time.sleep(total / rate)


def is_taken(stack: SyncStack) -> bool:
    world = stack.sandbox("GET", "world")
    return all(project["webhooks_waiting"] == 0 for project in world["projects"])


def figures(quick: bool):
    """Yields (name, value, unit)."""
    yield from latency(seconds=5 if quick else 30)
    yield from throughput(conversations=100 if quick else 1_000, total=3_000 if quick else 20_000)
    yield from outage(total=2_000 if quick else 10_000)


def latency(seconds: int, rate: int = 200, conversations: int = 100):
    with SyncStack() as stack:
        pairs_of(stack, conversations)
        clock = Clock(stack)
        clock.start()
        before, spent = copied(stack), cpu_seconds(stack)
        write(stack, rate * seconds, rate)
        wait_until(lambda: copied(stack) - before >= rate * seconds, DRAIN_DEADLINE, "all copies")
        spent = cpu_seconds(stack) - spent
        wait_until(lambda: len(clock.delays()) >= rate * seconds * 0.99, 20, "the times of the copies")
        delays = clock.delays()
        yield "sync_200_p50", delays[len(delays) // 2], "ms"
        yield "sync_200_p99", delays[len(delays) * 99 // 100], "ms"
        yield "sync_200_cpu", spent / (rate * seconds) * 1e6, "µs"


def throughput(conversations: int, total: int):
    with SyncStack(syncs=2, twilio={"timeout_ms": 15_000, "attempt_timeout_ms": 10_000}) as stack:
        pairs_of(stack, conversations)
        before, spent, held = copied(stack), cpu_seconds(stack), memory(stack)
        started = time.monotonic()
        write(stack, total, FULL_RATE)
        wait_until(lambda: copied(stack) - before >= total, DRAIN_DEADLINE, "all copies")
        yield "sync_2_processes", total / (time.monotonic() - started), "msg/s"
        yield "sync_cpu", (cpu_seconds(stack) - spent) / total * 1e6, "µs"
        yield "sync_memory_growth", memory(stack) - held, "MiB"


def outage(total: int, conversations: int = 100):
    with SyncStack() as stack:
        pairs_of(stack, conversations)
        before = copied(stack)
        stack.faults(seed=1, down=[{"project": "frontline", "seconds": 600}])
        write(stack, total, FULL_RATE)
        wait_until(lambda: is_taken(stack), DRAIN_DEADLINE, "the Gateway to take all webhooks")
        stack.faults()
        started = time.monotonic()
        wait_until(lambda: copied(stack) - before >= total, DRAIN_DEADLINE, "all copies")
        yield f"sync_outage_{total}_drained", time.monotonic() - started, "s"


if __name__ == "__main__":
    for name, value, unit in figures(quick="--quick" in sys.argv):
        print(json.dumps({"name": name, "value": value, "unit": unit}), flush=True)
