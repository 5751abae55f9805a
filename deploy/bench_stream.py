"""Measures the event stream of one Gateway with 1,000 agents connected; part of deploy/bench.

Readers, publisher and all processes share the machine. A time is from before an event's publish to its last byte at its
agent's socket.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import selectors
import socket
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Tests" / "Clients")]
os.environ.setdefault("PATCHBAY_BIN_DIR", str(ROOT / ".build" / "release"))

from broker_process import Broker  # noqa: E402
from extensions_edge import SECRET, bearer  # noqa: E402
from gateway_process import Gateway  # noqa: E402
from patchbay_client import Client, event  # noqa: E402

AGENTS = 1_000
RATE = 1_000  # events a second
STEP = 0.01  # seconds between two publishes of several events
PADDING = "x" * 600  # an interaction has about 1 KB
READ_DEADLINE = 60.0


def publish(run_dir: str, seconds: int) -> None:
    """Publishes at the rate, for one agent after the other, in a process of its own."""
    with Client(Path(run_dir), role="operator") as bus:
        start, number = time.monotonic(), 0
        while number < seconds * RATE:
            time.sleep(max(0.0, start + number / RATE - time.monotonic()))
            count = round(RATE * STEP)
            bus.publish_later(
                *(
                    event(
                        "interaction.updated", f"agent.{one * 7 % AGENTS}", f"e{one}",
                        {"sent": time.monotonic_ns(), "padding": PADDING}, source="/crm",
                    )
                    for one in range(number, number + count)
                )
            )  # fmt: skip
            number += count
        bus.publish(event("agent.updated", "nobody", "last", {}))


def memory(gateway: Gateway) -> int:
    """KiB resident."""
    return int(Path(f"/proc/{gateway.pid}/status").read_text().split("VmRSS:")[1].split()[0])


class Readers:
    """Sockets of agents, read by one loop."""

    def __init__(self, gateway: Gateway):
        self.gateway = gateway
        self.selector = selectors.DefaultSelector()
        self.times: list[float] = []
        self.foreign = 0

    def connect(self, first: int, count: int) -> None:
        for number in range(first, first + count):
            peer = socket.create_connection(("127.0.0.1", self.gateway.port))
            agent = f"agent.{number}"
            head = "".join(f"{name}: {text}\r\n" for name, text in bearer("agent", sub=agent).items())
            peer.sendall(f"GET /v1/stream HTTP/1.1\r\nHost: bench\r\n{head}\r\n".encode())
            begin = b""
            while b"\n\n" not in begin.partition(b"\r\n\r\n")[2]:
                part = peer.recv(65_536)
                if not part:
                    raise SystemExit(f"no stream for {agent}: {begin.decode()}")
                begin += part
            if not begin.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"no stream for {agent}: {begin.decode()}")
            peer.setblocking(False)
            self.selector.register(peer, selectors.EVENT_READ, [agent, b""])

    def read(self, expected: int, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while len(self.times) < expected and time.monotonic() < deadline:
            for key, _ in self.selector.select(1):
                agent, rest = key.data
                bytes_read = key.fileobj.recv(1 << 16)
                now = time.monotonic_ns()
                *frames, key.data[1] = (rest + bytes_read).split(b"\n\n")
                for frame in frames:
                    _, found, data = frame.partition(b"\ndata: ")
                    if not found:
                        continue
                    document = json.loads(data.replace(b"\r\n", b"").split(b"\n")[0])
                    self.times.append((now - document["data"]["sent"]) / 1e6)
                    self.foreign += document["partitionkey"] != agent

    def close(self) -> None:
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()


def figures(quick: bool):
    """Yields (name, value, unit)."""
    seconds = 5 if quick else 30
    broker = Broker()
    settings = {"max_connections": AGENTS + 100, "api.max_streams": AGENTS + 10}
    gateway = Gateway(broker, **settings)
    gateway.environment["PATCHBAY_GATEWAY_AUTH_JWT_SECRET"] = SECRET
    with broker.start(), gateway.start():
        readers = Readers(gateway)
        # What the first readers cost is code and pools, not readers.
        readers.connect(0, 20)
        idle = memory(gateway)
        readers.connect(20, AGENTS - 20)
        yield "stream_memory_each", (memory(gateway) - idle) / (AGENTS - 20), "KiB"
        publisher = multiprocessing.Process(target=publish, args=(str(broker.run_dir), seconds))
        publisher.start()
        readers.read(seconds * RATE, seconds + READ_DEADLINE)
        publisher.join()
        yield "stream_memory_each_busy", (memory(gateway) - idle) / (AGENTS - 20), "KiB"
        readers.close()
    times = sorted(readers.times)
    if len(times) != seconds * RATE or readers.foreign:
        raise SystemExit(f"{len(times)} of {seconds * RATE} events came, {readers.foreign} to others")
    yield "stream_p50", times[len(times) // 2], "ms"
    yield "stream_p99", times[len(times) * 99 // 100], "ms"


if __name__ == "__main__":
    for name, value, unit in figures("--quick" in sys.argv):
        print(json.dumps({"name": name, "value": round(value, 2), "unit": unit}), flush=True)
