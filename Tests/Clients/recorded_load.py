"""Publishers that write down what they did, for `history_checker.py`."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import deque
from pathlib import Path

from patchbay_client import ACCEPTED, DUPLICATE, Client, event, expand
from patchbay_wire import PatchbayError, Record

KEYS = 8
BATCH = 4
IN_FLIGHT = 32  # frames


def digest(record: Record) -> str:
    return hashlib.sha256(record.payload).hexdigest()[:16]


class History:
    """JSON lines, appended as things happen."""

    def __init__(self, path: Path):
        self.path, self._file, self._lock = path, open(path, "a", buffering=1), threading.Lock()

    def write(self, **line) -> None:
        with self._lock:
            self._file.write(json.dumps(line) + "\n")

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def read_back(self, bus: Client) -> None:
        """Adds one complete read of all events."""
        for stored in bus.read_all(offset=0):
            r = stored.record
            self.write(op="read", offset=stored.offset, key=r.key, id=r.id, digest=digest(r))


class RecordingPublisher(threading.Thread):
    """Publishes in frames, many in flight, until its session ends.

    What was unanswered then is sent again, in order and before anything new, by the next `RecordingPublisher` that is
    given `resend`.
    """

    def __init__(self, run_dir: Path, history: History, name: str, first: int = 1, resend: tuple[Record, ...] = ()):
        super().__init__(name=name, daemon=True)
        self.history, self.next_number = history, first
        self.acked = 0
        self.reached = threading.Condition()
        self._waiting: deque[Record] = deque(resend)
        self._flying: deque[tuple[list[Record], object]] = deque()
        self._bus = Client(run_dir, instance=name)

    def run(self) -> None:
        try:
            while True:
                while len(self._flying) < IN_FLIGHT:
                    frame = [self._take() for _ in range(BATCH)]
                    self._flying.append((frame, None))
                    self._flying[-1] = frame, self._bus.publish_later(*frame)
                self._land()
        except PatchbayError:
            pass
        finally:
            self._bus.close()

    def wait_acked(self, count: int, timeout: float = 20.0) -> None:
        with self.reached:
            assert self.reached.wait_for(lambda: self.acked >= count, timeout), f"{self.acked} of {count} acked"

    def unanswered(self) -> tuple[Record, ...]:
        return tuple(record for frame, _ in self._flying for record in frame) + tuple(self._waiting)

    def _take(self) -> Record:
        if self._waiting:
            return self._waiting.popleft()
        number, self.next_number = self.next_number, self.next_number + 1
        record = event("load.event", f"k{number % KEYS}", f"{self.name}-{number}", {"n": number, "pad": "x" * 300})
        self.history.write(
            op="publish", publisher=self.name, seq=number, key=record.key, id=record.id, digest=digest(record)
        )
        return record

    def _land(self) -> None:
        frame, future = self._flying[0]
        for record, result in zip(frame, expand(future.result(30).runs), strict=True):
            assert result.status in (ACCEPTED, DUPLICATE), result
            self.history.write(op="ack", id=record.id, offset=result.offset)
        self._flying.popleft()
        with self.reached:
            self.acked += len(frame)
            self.reached.notify_all()
