"""The client itself: publish, join groups, write maps, call and serve, read."""

from __future__ import annotations

import json
import queue
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from pathlib import Path
from typing import Callable, Iterator

from patchbay_connection import DEFAULT_TIMEOUT, Connection, NoAnswer
from patchbay_wire import (
    Batch,
    Call,
    Empty,
    Entry,
    Frame,
    FrameType,
    Json,
    MapGet,
    MapList,
    PatchbayError,
    Publish,
    Record,
    Records,
    Reply,
    Settle,
    Settled,
    Stored,
    Write,
)

from .errors import CallFailed, CallUnavailable, CallUnknown, EpochWentBack, SettleFailed
from .events import PublishResult, expand
from .statuses import REPLY_FAILED, REPLY_OK, REPLY_UNAVAILABLE, SETTLE_DONE
from .subscription import Subscription


def wait(future: Future, timeout: float):
    try:
        return future.result(timeout)
    except FutureTimeout:
        raise NoAnswer("client.timeout", f"no answer within {timeout} s") from None


class Client:
    """A session with the Broker. Methods block until the answer is there; give up after `timeout` seconds."""

    def __init__(
        self, run_dir: Path | str, role: str = "service", instance: str = "", epoch: int = 0, timeout=DEFAULT_TIMEOUT
    ):
        self._subscriptions: dict[int, Subscription] = {}
        self._early: dict[int, list[Frame]] = {}
        self._servers: dict[str, Callable[[bytes], bytes]] = {}
        self._requests: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._publish_lock = threading.Lock()
        self._sequence = 1
        hello = {"versions": [1], "role": role, "client": "patchbay-python/1.0", "instance": instance}
        if epoch:
            hello["epoch"] = epoch
        self._connection = Connection(run_dir, hello, self._take, self._end, timeout)
        self.welcome = self._connection.welcome
        if self.epoch < epoch:
            self._connection.close()
            raise EpochWentBack("client.epoch", f"the Broker runs in epoch {self.epoch}, {epoch} was seen before")
        self._worker = threading.Thread(target=self._serve_requests, name="patchbay-serve", daemon=True)
        self._worker.start()

    @property
    def epoch(self) -> int:
        return self.welcome["epoch"]

    @property
    def session(self) -> int:
        return self.welcome["session"]

    @property
    def limits(self) -> dict:
        return self.welcome["limits"]

    @property
    def ended(self) -> PatchbayError | None:
        return self._connection.ended

    def close(self) -> None:
        self._connection.close()
        self._requests.put(None)
        self._worker.join()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    # Publish

    def publish_later(self, *events: Record) -> Future:
        """Sends events; the future becomes the `Published` body."""
        with self._publish_lock:
            ref, self._sequence = self._sequence, self._sequence + len(events)
            return self._connection.request(FrameType.PUBLISH, Publish(tuple(events)), ref)

    def publish(self, *events: Record, timeout: float = DEFAULT_TIMEOUT) -> list[PublishResult]:
        """Publishes in one frame and returns what became of each event, once it is on disk."""
        return expand(wait(self.publish_later(*events), timeout).runs)

    def resume(self, sequence: int, timeout: float = DEFAULT_TIMEOUT) -> None:
        """After a refusal: says that the next publish is number `sequence` of this session."""
        with self._publish_lock:
            future = self._connection.request(FrameType.RESUME, Empty(), sequence)
            self._sequence = sequence
        wait(future, timeout)

    # Groups

    def join(
        self, group: str, *, events: int = 64, bytes: int = 8 << 20, update=False, timeout=DEFAULT_TIMEOUT, **config
    ) -> Subscription:
        """Joins a group, with a configuration if any key of one is given, and grants credit."""
        body = {"group": group} | ({"config": config, "update": update} if config else {})
        return Subscription(self, self._ask(FrameType.JOIN, Json(body), timeout).value, events, bytes)

    def settle(
        self, subscription: int = 0, outcomes=(), publishes=(), writes=(), atomic=False, timeout=DEFAULT_TIMEOUT
    ) -> Settled:
        body = Settle(subscription, tuple(outcomes), tuple(publishes), tuple(writes), atomic)
        return self._ask(FrameType.SETTLE, body, timeout)

    # Maps

    def write(self, *writes: Write, publishes=(), timeout: float = DEFAULT_TIMEOUT) -> list[int]:
        """Writes maps, and publishes, all or nothing; returns the new revisions."""
        settled = self.settle(0, (), publishes, writes, atomic=True, timeout=timeout)
        if settled.status != SETTLE_DONE:
            raise SettleFailed(settled)
        return [write.revision for write in settled.writes]

    def put(self, map: str, key: str, value: bytes, revision: int | None = None, ttl_ms: int = 0) -> int:
        return self.write(Write(map, key, value, revision, ttl_ms))[0]

    def delete(self, map: str, key: str, revision: int | None = None) -> int:
        return self.write(Write(map, key, None, revision))[0]

    def get(self, map: str, key: str, timeout: float = DEFAULT_TIMEOUT) -> Entry | None:
        entries = self._ask(FrameType.MAP_GET, MapGet(map, key), timeout).entries
        return entries[0] if entries else None

    def entries(self, map: str, prefix: str = "", limit: int = 1000) -> Iterator[Entry]:
        """All entries whose key starts with `prefix`, page by page."""
        after, more = "", True
        while more:
            page = self._ask(FrameType.MAP_LIST, MapList(map, prefix, after, limit), DEFAULT_TIMEOUT)
            yield from page.entries
            more = page.more
            after = page.entries[-1].key if page.entries else after

    # Calls

    def call(self, service: str, payload: bytes = b"", deadline_ms: int = 5000) -> bytes:
        reply: Reply = self._ask(
            FrameType.CALL, Call(deadline_ms, service, payload), deadline_ms / 1000 + DEFAULT_TIMEOUT
        )
        if reply.status == REPLY_OK:
            return reply.payload
        if reply.status == REPLY_FAILED:
            said = json.loads(reply.payload)
            raise CallFailed(said["code"], said.get("message", ""), said.get("retryable", False))
        error, code = (
            (CallUnavailable, "call.unavailable")
            if reply.status == REPLY_UNAVAILABLE
            else (CallUnknown, "call.unknown")
        )
        raise error(code, f"{service} did not answer within {deadline_ms} ms")

    def serve(self, service: str, handler: Callable[[bytes], bytes], concurrency: int = 16) -> None:
        """Answers calls with `handler`, one after the other; a `PatchbayError` that it raises is the failure told."""
        self._servers[service] = handler
        self._ask(FrameType.SERVE, Json({"service": service, "concurrency": concurrency}), DEFAULT_TIMEOUT)

    def unserve(self, service: str) -> None:
        """Takes no more calls; those that were handed out are still answered."""
        self._ask(FrameType.UNSERVE, Json({"service": service}), DEFAULT_TIMEOUT)

    # Read

    def read(self, timeout: float = DEFAULT_TIMEOUT, **query) -> Records:
        """One page of events: `offset` or `time`, `filters`, `key`, `limit`, `max_bytes`.

        Raises `Refused` with the code `journal.damaged` where the first of them cannot be read any more; the message
        names the offset behind it. What lies before is returned by the page before.
        """
        return self._ask(FrameType.READ, Json(query), timeout)

    def read_all(self, **query) -> Iterator[Stored]:
        page = self.read(**query)
        query.pop("time", None)
        while True:
            yield from page.stored
            if page.next >= page.end:
                return
            page = self.read(**query | {"offset": page.next})

    def read_batches(self, offset: int = 0, **query) -> Iterator[Batch]:
        """Whole batches as they lie in the journal, their CRC-32C checked. Raises as `read` does."""
        while True:
            page = self._ask(FrameType.READ, Json({"offset": offset, "raw": True} | query), DEFAULT_TIMEOUT)
            yield from page.batches
            if page.next >= page.end:
                return
            offset = page.next

    # Admin

    def admin(self, operation: str, timeout: float = DEFAULT_TIMEOUT, **fields):
        return self._ask(FrameType.ADMIN, Json({"operation": operation} | fields), timeout).value

    # Inside

    def _ask(self, type: FrameType, body, timeout: float):
        return wait(self._connection.request(type, body), timeout)

    def _adopt(self, subscription: Subscription) -> None:
        with self._lock:
            self._subscriptions[subscription.number] = subscription
            early = self._early.pop(subscription.number, [])
        for frame in early:
            self._hand_over(subscription, frame)

    def _take(self, frame: Frame) -> None:
        if frame.type is FrameType.REQUEST:
            self._requests.put(frame)
        elif frame.type in (FrameType.DELIVER, FrameType.REVOKED):
            with self._lock:
                subscription = self._subscriptions.get(frame.body.subscription)
                if subscription is None:
                    self._early.setdefault(frame.body.subscription, []).append(frame)
                    return
            self._hand_over(subscription, frame)

    @staticmethod
    def _hand_over(subscription: Subscription, frame: Frame) -> None:
        (subscription._deliver if frame.type is FrameType.DELIVER else subscription._revoke)(frame.body)

    def _end(self, _: PatchbayError) -> None:
        for subscription in list(self._subscriptions.values()):
            subscription._wake()
        self._requests.put(None)

    def _serve_requests(self) -> None:
        while (frame := self._requests.get()) is not None:
            try:
                reply = Reply(REPLY_OK, self._servers[frame.body.service](frame.body.payload))
            except PatchbayError as error:
                said = {"code": error.code, "message": error.message, "retryable": error.retryable}
                reply = Reply(REPLY_FAILED, Json(said).encode())
            try:
                self._connection.tell(FrameType.REPLY, reply, frame.ref)
            except PatchbayError:
                return
