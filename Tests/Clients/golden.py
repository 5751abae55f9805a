"""The golden messages of the wire protocol: one readable file per message under `Tests/Fixtures/wire/v1`.

    UPDATE_GOLDEN=1 python golden.py      rewrites them; a difference in review is a change of the protocol

Each file is `{"name", "hex", "meaning"}`: the bytes of one message, and what they mean as JSON. In `meaning` bytes are
hex strings, a missing value is null, everything else is as the page names it.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from pathlib import Path

from patchbay_client import event
from patchbay_wire import (
    Batch,
    Call,
    Credit,
    Deliver,
    Delivery,
    Entry,
    Frame,
    FrameType,
    Json,
    Kind,
    Leave,
    MapEntries,
    MapGet,
    MapList,
    Outcome,
    Publish,
    Published,
    Record,
    Records,
    Reply,
    Revoked,
    Run,
    Settle,
    Settled,
    SettleOutcome,
    Slices,
    Stored,
    Write,
    WriteResult,
)  # fmt: skip

DIRECTORY = Path(__file__).resolve().parent.parent / "Fixtures" / "wire" / "v1"
SESSION, REF = 7, 0x0102030405060708
TIME = 1_767_322_984_000_000_000  # unix ns, 2026-01-02T03:03:04Z

CREATED = event("task.created", key="WT0001", id="EV0001", source="/twilio/flex", data={"priority": 5})
ACCEPTED = event("task.accepted", key="WT0001", id="EV0002", source="/twilio/flex", data={"agent": "Zoë"})
TOMBSTONE = dataclasses.replace(CREATED, flags=1, payload=b"")
MAP_PUT = Record(Kind.MAP_PUT, 0, "map.pairs", "CH0001", "", (0).to_bytes(8, "big") + b'{"to":"CH0002"}')
MAP_PUT_TTL = Record(Kind.MAP_PUT, 0, "map.pairs", "CH0001", "", TIME.to_bytes(8, "big") + b"\x00\xff")
MAP_DELETE = Record(Kind.MAP_DELETE, 0, "map.pairs", "CH0001")
GROUP = Record(Kind.GROUP, 0, "", "crm", "", b'{"filters":["task.>"]}')
GROUP_DELETED = Record(Kind.GROUP, 0, "", "crm")
BATCH = Batch(bytes(range(16)), 3, 1042, 1042, TIME, (CREATED, MAP_PUT, GROUP, MAP_DELETE))

RECORDS = {
    "record-event": CREATED,
    "record-event-tombstone": TOMBSTONE,
    "record-map-put": MAP_PUT,
    "record-map-put-expiring": MAP_PUT_TTL,
    "record-map-delete": MAP_DELETE,
    "record-group": GROUP,
    "record-group-deleted": GROUP_DELETED,
}

OUTCOMES = (
    SettleOutcome(0x11, Outcome.ACK),
    SettleOutcome(0x12, Outcome.NAK, 1500, "busy"),
    SettleOutcome(0x13, Outcome.TERM, 0, "no such contact"),
    SettleOutcome(0x14, Outcome.IN_PROGRESS),
)
WRITES = (
    Write("pairs", "CH0001", b'{"to":"CH0002"}'),
    Write("pairs", "CH0003", b"new", revision=0, ttl_ms=60_000),
    Write("pairs", "CH0004", b"changed", revision=1041),
    Write("pairs", "CH0005", None, revision=1040),
)
RUNS = (
    Run(0, 2, 1042),
    Run(1, 1, 17),
    Run(2, 1, 18, "the id is taken by other content"),
    Run(3, 1, 0, "journal.full: free space is at its floor"),
    Run(4, 1, 0, "event.topic"),
)
FAILURE = {"code": "group.unknown", "message": "No group crm: join it with a config first.", "retryable": False}
WELCOME = {
    "version": 1, "session": 7, "journal": bytes(range(16)).hex(), "epoch": 3, "end": 1042, "heartbeat_ms": 1000,
    "limits": {
        "max_event_bytes": 1_048_576, "max_frame_bytes": 8_388_608,
        "max_unacked_events": 65_536, "max_unacked_bytes": 16_777_216,
    },
}  # fmt: skip
CONFIG = {
    "filters": ["task.>", "map.pairs"], "deliver_policy": "by_offset", "start_offset": 17, "ack_wait_ms": 30_000,
    "max_deliver": 5, "backoff_ms": [1000, 5000], "max_ack_pending": 1000, "on_exhausted": "park_key",
}  # fmt: skip
ENTRIES = (Entry("CH0001", b'{"to":"CH0002"}', 1042), Entry("CH0002", b"\x00\xff", 1043, TIME))


def _frame(type: FrameType, body=None, session: int = SESSION, ref: int = REF) -> Frame:
    return Frame(type, body, session, ref) if body is not None else Frame(type, session=session, ref=ref)


T = FrameType
HELLO = {"versions": [1], "role": "service", "client": "my-program/1.0", "instance": "a", "epoch": 3}
FRAMES = {
    "hello": _frame(T.HELLO, Json(HELLO), session=0, ref=0),
    "ping": _frame(T.PING),
    "goodbye": _frame(T.GOODBYE, ref=0),
    "publish": _frame(T.PUBLISH, Publish((CREATED, ACCEPTED)), ref=1),
    "publish-none": _frame(T.PUBLISH, Publish(()), ref=1),
    "resume": _frame(T.RESUME, ref=5),
    "join": _frame(T.JOIN, Json({"group": "crm", "config": CONFIG, "update": False})),
    "join-existing": _frame(T.JOIN, Json({"group": "crm"})),
    "credit": _frame(T.CREDIT, Credit(1, 64, 8 << 20), ref=0),
    "settle": _frame(T.SETTLE, Settle(1, OUTCOMES)),
    "settle-atomic": _frame(T.SETTLE, Settle(1, OUTCOMES[:1], (CREATED,), WRITES, atomic=True)),
    "settle-transaction": _frame(T.SETTLE, Settle(0, (), (CREATED,), WRITES[:1], atomic=True)),
    "leave": _frame(T.LEAVE, Leave(1)),
    "call": _frame(T.CALL, Call(5000, "extensions.publish", b'{"draft":12}')),
    "reply": _frame(T.REPLY, Reply(0, b'{"version":13}')),
    "reply-failed": _frame(T.REPLY, Reply(1, Json(FAILURE).encode())),
    "serve": _frame(T.SERVE, Json({"service": "extensions.publish", "concurrency": 16})),
    "unserve": _frame(T.UNSERVE, Json({"service": "extensions.publish"})),
    "map-get": _frame(T.MAP_GET, MapGet("pairs", "CH0001")),
    "map-list": _frame(T.MAP_LIST, MapList("pairs", "CH", "CH0001", 100)),
    "read": _frame(T.READ, Json({"offset": 0, "filters": ["task.>"], "key": "WT0001", "limit": 1000})),
    "read-time": _frame(T.READ, Json({"time": TIME, "limit": 10, "max_bytes": 65_536})),
    "read-raw": _frame(T.READ, Json({"offset": 0, "raw": True})),
    "admin": _frame(T.ADMIN, Json({"operation": "dead_retry", "group": "crm", "offsets": [17, 18]})),
    "welcome": _frame(T.WELCOME, Json(WELCOME), ref=0),
    "pong": _frame(T.PONG),
    "close": _frame(T.CLOSE, Json(FAILURE | {"code": "session.slow", "retryable": True}), ref=0),
    "published": _frame(T.PUBLISHED, Published(RUNS), ref=1),
    "joined": _frame(T.JOINED, Json({"subscription": 1, "group": "crm", "config": CONFIG, "floor": 17})),
    "deliver": _frame(
        T.DELIVER,
        Deliver(1, (Delivery(0x11, 1042, TIME, 1, 0, CREATED), Delivery(0x12, 17, TIME - 1, 3, 1, MAP_PUT))),
        ref=0,
    ),
    "settled": _frame(T.SETTLED, Settled(0, (0, 1, 0, 0))),
    "settled-atomic": _frame(T.SETTLED, Settled(0, (0,), tuple(WriteResult(0, 1043 + n) for n in range(4)), RUNS[:1])),
    "settled-mismatch": _frame(
        T.SETTLED, Settled(2, (0,), (WriteResult(0, 0), WriteResult(1, 1044), WriteResult(1, 0)), (), "pairs CH0003")
    ),
    "revoked": _frame(T.REVOKED, Revoked(1, (0x12, 0x13)), ref=0),
    "replied": _frame(T.REPLIED, Reply(0, b'{"version":13}')),
    "replied-unavailable": _frame(T.REPLIED, Reply(2)),
    "replied-unknown": _frame(T.REPLIED, Reply(3)),
    "request": _frame(T.REQUEST, Call(4990, "extensions.publish", b'{"draft":12}')),
    "map-value": _frame(T.MAP_VALUE, MapEntries(ENTRIES[:1])),
    "map-value-none": _frame(T.MAP_VALUE, MapEntries(())),
    "map-entries": _frame(T.MAP_ENTRIES, MapEntries(ENTRIES, more=True)),
    "records": _frame(T.RECORDS, Records(1044, 2000, (Stored(1042, TIME, CREATED), Stored(1043, TIME, ACCEPTED)))),
    "records-none": _frame(T.RECORDS, Records(2000, 2000, ())),
    "slices": _frame(T.SLICES, Slices(1047, 2000, (BATCH, dataclasses.replace(BATCH, base_offset=1046, records=(ACCEPTED,))))),
    "done": _frame(T.DONE, Json({"retried": 2})),
    "done-empty": _frame(T.DONE, Json()),
    "failure": _frame(T.FAILURE, Json(FAILURE)),
}  # fmt: skip


def meaning(value) -> object:
    """A message as JSON: bytes become hex, dataclasses become objects, frame types their names."""
    if isinstance(value, FrameType):
        return value.name.lower()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Json):
        return value.value
    if dataclasses.is_dataclass(value):
        return {field.name: meaning(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [meaning(item) for item in value]
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


def vectors() -> dict[str, dict]:
    messages = {name: frame for name, frame in FRAMES.items()} | RECORDS | {"batch": BATCH}
    return {
        name: {"name": name, "hex": message.encode().hex(), "meaning": meaning(message)}
        for name, message in messages.items()
    }


def text(vector: dict) -> str:
    return json.dumps(vector, indent=2, ensure_ascii=False) + "\n"


def update() -> None:
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    for path in DIRECTORY.glob("*.json"):
        path.unlink()
    for name, vector in vectors().items():
        (DIRECTORY / f"{name}.json").write_text(text(vector))


if __name__ == "__main__":
    if os.environ.get("UPDATE_GOLDEN") != "1":
        sys.exit("Set UPDATE_GOLDEN=1 to rewrite the golden messages: a difference is a change of the protocol.")
    update()
