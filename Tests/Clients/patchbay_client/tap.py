"""The tap: what passes by, without a trace at the Broker."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import zmq

from patchbay_connection import DEFAULT_TIMEOUT
from patchbay_wire import NO_OFFSET


@dataclass(frozen=True)
class Seen:
    """What a tap saw: `previous` is the offset of the record before on this topic, None where none is known."""

    topic: str
    offset: int
    time_ns: int
    previous: int | None
    document: dict


class Tap:
    """Watches topics by prefix on `tap.sock`, without a trace."""

    def __init__(self, run_dir: Path | str, *prefixes: str):
        self.socket = zmq.Context.instance().socket(zmq.SUB)
        self.socket.setsockopt(zmq.LINGER, 0)
        for prefix in prefixes or ("",):
            self.socket.subscribe(prefix.encode())
        self.socket.connect(f"ipc://{run_dir}/tap.sock")

    def next(self, timeout: float = DEFAULT_TIMEOUT) -> Seen | None:
        if not self.socket.poll(int(timeout * 1000)):
            return None
        topic, numbers, body = self.socket.recv_multipart()
        offset, time_ns, previous = (int.from_bytes(numbers[at : at + 8], "big") for at in (0, 8, 16))
        return Seen(topic.decode(), offset, time_ns, None if previous == NO_OFFSET else previous, json.loads(body))

    def until(self, wanted: Callable[[Seen], bool], timeout: float = DEFAULT_TIMEOUT) -> Seen | None:
        """The first message that is `wanted`; None when it did not come in time."""
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            seen = self.next(left)
            if seen and wanted(seen):
                return seen
        return None

    def close(self) -> None:
        self.socket.close(0)

    def __enter__(self) -> Tap:
        return self

    def __exit__(self, *_) -> None:
        self.close()
