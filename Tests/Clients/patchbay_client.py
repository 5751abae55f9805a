"""A small synchronous client of the bus on pyzmq, written from docs/protocol.md alone.

with Client(run_dir, role="service") as bus:
    bus.publish(event("task.created", key="WT1", id="1", data={"sid": "WT1"}))
    crm = bus.join("crm", filters=["task.>"])
    for delivery in crm.deliveries(count=1):
        crm.ack(delivery)
"""

from __future__ import annotations

import json
import queue
import threading
import time
from collections import deque
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterable, Iterator

import zmq

from patchbay_connection import DEFAULT_TIMEOUT, Connection, NoAnswer
from patchbay_wire import (
    NO_OFFSET,
    Batch,
    Call,
    Credit,
    Deliver,
    Delivery,
    Empty,
    Entry,
    Frame,
    FrameType,
    Json,
    Kind,
    Leave,
    MapGet,
    MapList,
    Outcome,
    PatchbayError,
    Publish,
    Record,
    Records,
    Reply,
    Revoked,
    Settle,
    Settled,
    SettleOutcome,
    Stored,
    Write,
)  # fmt: skip

ACCEPTED, DUPLICATE, CONFLICT, REFUSED, REJECTED = range(5)
SETTLE_DONE, SETTLE_FENCED, SETTLE_MISMATCH, SETTLE_REFUSED, SETTLE_REJECTED = range(5)
REPLY_OK, REPLY_FAILED, REPLY_UNAVAILABLE, REPLY_UNKNOWN = range(4)


class EpochWentBack(PatchbayError):
    """The Broker runs in an older epoch than one seen before: it was restored from an older copy."""


class SettleFailed(PatchbayError):
    """A settle that was not done. `settled` says which outcome or write was at fault."""

    CODES = {1: "settle.fenced", 2: "settle.revision_mismatch", 3: "settle.refused", 4: "settle.rejected"}

    def __init__(self, settled: Settled):
        code = self.CODES.get(settled.status, "settle.unknown")
        super().__init__(code, settled.reason, retryable=settled.status == SETTLE_REFUSED)
        self.settled = settled


class CallFailed(PatchbayError):
    """The server ran the call and answered with a failure."""


class CallUnavailable(PatchbayError):
    """No server had room before the deadline: the call certainly did not run."""


class CallUnknown(PatchbayError):
    """The server was lost or the deadline passed: the call may have run."""


@dataclass(frozen=True)
class PublishResult:
    """What became of one event."""

    status: int
    offset: int
    reason: str = ""

    @property
    def is_stored(self) -> bool:
        return self.status in (ACCEPTED, DUPLICATE)


def event(topic: str, key: str, id: str, data: object = None, source: str = "/test", **extensions) -> Record:
    """An event whose document agrees with the topic, key and id that travel beside it."""
    document = {
        "specversion": "1.0", "type": topic, "source": source, "id": id, "partitionkey": key,
        "datacontenttype": "application/json", "time": "2026-01-02T03:04:05.678Z", **extensions, "data": data,
    }  # fmt: skip
    payload = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Record(Kind.EVENT, 0, topic, key, f"{source}\n{id}", payload)


def document(record: Record) -> dict:
    return json.loads(record.payload)


def expand(runs) -> list[PublishResult]:
    """One result per event; in accepted runs the offsets count up."""
    return [
        PublishResult(run.status, run.offset + (n if run.status == ACCEPTED else 0), run.reason)
        for run in runs
        for n in range(run.count)
    ]


def wait(future: Future, timeout: float):
    try:
        return future.result(timeout)
    except FutureTimeout:
        raise NoAnswer("client.timeout", f"no answer within {timeout} s") from None


class Subscription:
    """One membership in a group: deliveries wait here until they are taken; credit follows what is settled."""

    def __init__(self, bus: Client, joined: dict, events: int, bytes: int):
        self.bus, self.number, self.config, self.floor = bus, joined["subscription"], joined["config"], joined["floor"]
        self.revoked: list[int] = []
        self._waiting: deque[Delivery] = deque()
        self._open: dict[int, Delivery] = {}
        self._changed = threading.Condition()
        bus._adopt(self)
        if events or bytes:
            self.credit(events, bytes)

    def credit(self, events: int, bytes: int) -> None:
        self.bus._connection.tell(FrameType.CREDIT, Credit(self.number, events, bytes))

    def next(self, timeout: float = DEFAULT_TIMEOUT) -> Delivery | None:
        """The next delivery, or None when none came in time; raises what ended the session."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self.bus.ended, timeout)
            if self._waiting:
                return self._waiting.popleft()
            if self.bus.ended:
                raise self.bus.ended
            return None

    def deliveries(self, count: int | None = None, timeout: float = DEFAULT_TIMEOUT) -> Iterator[Delivery]:
        """Up to `count` deliveries; ends when none came for `timeout`."""
        while count is None or count > 0:
            delivery = self.next(timeout)
            if delivery is None:
                return
            count = count - 1 if count is not None else None
            yield delivery

    def settle(
        self, *outcomes: SettleOutcome, publishes=(), writes=(), atomic=False, timeout=DEFAULT_TIMEOUT
    ) -> Settled:
        """Settles, and grants anew the credit of what is finished. Raises `SettleFailed` unless all of it was done."""
        for outcome in outcomes:
            if outcome.kind == Outcome.NAK:
                self._drop_later_of_key(outcome.delivery_id)
        settled = self.bus.settle(self.number, outcomes, publishes, writes, atomic, timeout)
        if settled.status == SETTLE_DONE or not atomic:
            results = zip(outcomes, settled.outcomes)
            self._finish([o.delivery_id for o, status in results if status == 0 and o.kind != Outcome.IN_PROGRESS])
        if settled.status != SETTLE_DONE or any(settled.outcomes):
            raise SettleFailed(settled)
        return settled

    def ack(self, *deliveries: Delivery, **more) -> Settled:
        return self.settle(*(SettleOutcome(d.delivery_id) for d in deliveries), **more)

    def nak(self, delivery: Delivery, delay_ms: int = 0, reason: str = "") -> Settled:
        return self.settle(SettleOutcome(delivery.delivery_id, Outcome.NAK, delay_ms, reason))

    def term(self, delivery: Delivery, reason: str = "") -> Settled:
        return self.settle(SettleOutcome(delivery.delivery_id, Outcome.TERM, 0, reason))

    def in_progress(self, delivery: Delivery) -> Settled:
        return self.settle(SettleOutcome(delivery.delivery_id, Outcome.IN_PROGRESS))

    def leave(self, timeout: float = DEFAULT_TIMEOUT) -> None:
        self.bus._ask(FrameType.LEAVE, Leave(self.number), timeout)

    def wait_revoked(self, delivery: Delivery, timeout: float = DEFAULT_TIMEOUT) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: delivery.delivery_id in self.revoked, timeout)

    # The session's thread

    def _deliver(self, body: Deliver) -> None:
        with self._changed:
            for delivery in body.deliveries:
                self._open[delivery.delivery_id] = delivery
                self._waiting.append(delivery)
            self._changed.notify_all()

    def _revoke(self, body: Revoked) -> None:
        gone = set(body.delivery_ids)
        with self._changed:
            self._waiting = deque(d for d in self._waiting if d.delivery_id not in gone)
            self.revoked += body.delivery_ids
            self._changed.notify_all()
        self._finish(body.delivery_ids)

    def _drop_later_of_key(self, delivery_id: int) -> None:
        """What follows a nak in its key comes again: `revoked` tells so, this does not wait for it."""
        with self._changed:
            first = self._open.get(delivery_id)
            if first:
                later = [d for d in self._waiting if d.record.key == first.record.key and d.offset > first.offset]
                self._waiting = deque(d for d in self._waiting if d not in later)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _finish(self, delivery_ids: Iterable[int]) -> None:
        with self._changed:
            finished = [d for d in (self._open.pop(id, None) for id in delivery_ids) if d]
        if finished:
            try:
                self.credit(len(finished), sum(len(d.record.encode()) for d in finished))
            except PatchbayError:
                pass  # the session ended: the next one starts with fresh credit


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

    # Read

    def read(self, timeout: float = DEFAULT_TIMEOUT, **query) -> Records:
        """One page of events: `offset` or `time`, `filters`, `key`, `limit`, `max_bytes`."""
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
        """Whole batches as they lie in the journal, their CRC-32C checked."""
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
