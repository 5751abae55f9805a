"""The bus protocol, version 1, as bytes: written from docs/protocol.md alone.

Every body is a small frozen dataclass with `encode` and `decode`; `Frame` puts the 16-byte header before it.
A body that does not parse raises `WireError` with the code of the page (`wire.truncated`, `wire.malformed`, …).
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ClassVar

import crc32c

VERSION = 1
BATCH_MAGIC = 0x50424A31  # "PBJ1"
NO_OFFSET = 0xFFFF_FFFF_FFFF_FFFF


class PatchbayError(Exception):
    """Something the bus, or this client, refused: a stable `code`, a message, and whether trying again may help."""

    def __init__(self, code: str, message: str = "", retryable: bool = False):
        super().__init__(f"{code}: {message}" if message else code)
        self.code, self.message, self.retryable = code, message, retryable


class WireError(PatchbayError):
    """Bytes that are not what docs/protocol.md says."""


class FrameType(IntEnum):
    HELLO, PING, GOODBYE = 0x01, 0x02, 0x03
    PUBLISH, RESUME = 0x10, 0x11
    JOIN, CREDIT, SETTLE, LEAVE = 0x20, 0x21, 0x22, 0x23
    CALL, REPLY, SERVE = 0x30, 0x31, 0x32
    MAP_GET, MAP_LIST = 0x40, 0x41
    READ, ADMIN = 0x50, 0x60
    WELCOME, PONG, CLOSE = 0x81, 0x82, 0x83
    PUBLISHED = 0x90
    JOINED, DELIVER, SETTLED, REVOKED = 0xA0, 0xA1, 0xA2, 0xA3
    REPLIED, REQUEST = 0xB0, 0xB1
    MAP_VALUE, MAP_ENTRIES = 0xC0, 0xC1
    RECORDS, SLICES = 0xD0, 0xD1
    DONE, FAILURE = 0xE0, 0xE1


class Kind(IntEnum):
    """What a record of the journal is."""

    EVENT, MAP_PUT, MAP_DELETE, SETTLEMENT, GROUP, DEAD_LETTER, REDRIVE, DEAD_LETTER_DROPPED = range(1, 9)


class Outcome(IntEnum):
    ACK, NAK, TERM, IN_PROGRESS = range(1, 5)


class Reader:
    """A cursor over bytes that raises `wire.truncated` instead of running past the end."""

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        end = self.at + count
        if end > len(self.data):
            raise WireError("wire.truncated", f"{count} bytes wanted at {self.at}, {len(self.data) - self.at} are left")
        piece, self.at = self.data[self.at : end], end
        return piece

    def unpack(self, layout: struct.Struct) -> tuple:
        return layout.unpack(self.take(layout.size))

    def text(self, count: int) -> str:
        try:
            return self.take(count).decode()
        except UnicodeDecodeError as error:
            raise WireError("wire.malformed", f"text is not UTF-8: {error.reason}") from None

    def rest(self) -> bytes:
        return self.take(len(self.data) - self.at)

    @property
    def is_at_end(self) -> bool:
        return self.at == len(self.data)


def _counts(*items) -> tuple[int, ...]:
    return tuple(len(item) for item in items)


# --- Records ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Record:
    """One record of the journal; `length` on the wire counts the bytes after itself."""

    kind: int = Kind.EVENT
    flags: int = 0
    topic: str = ""
    key: str = ""
    id: str = ""
    payload: bytes = b""

    HEADER: ClassVar = struct.Struct(">BBHHH")
    LENGTH: ClassVar = struct.Struct(">I")

    @property
    def is_tombstone(self) -> bool:
        return bool(self.flags & 1)

    def encode(self) -> bytes:
        names = self.topic.encode(), self.key.encode(), self.id.encode()
        after = self.HEADER.pack(self.kind, self.flags, *_counts(*names)) + b"".join(names) + self.payload
        return self.LENGTH.pack(len(after)) + after

    @classmethod
    def decode(cls, reader: Reader) -> Record:
        (length,) = reader.unpack(cls.LENGTH)
        inner = Reader(reader.take(length))
        kind, flags, topic, key, id = inner.unpack(cls.HEADER)
        return cls(kind, flags, inner.text(topic), inner.text(key), inner.text(id), inner.rest())


@dataclass(frozen=True)
class Stored:
    """A record where it lies."""

    offset: int
    time_ns: int
    record: Record

    LAYOUT: ClassVar = struct.Struct(">QQ")

    def encode(self) -> bytes:
        return self.LAYOUT.pack(self.offset, self.time_ns) + self.record.encode()

    @classmethod
    def decode(cls, reader: Reader) -> Stored:
        return cls(*reader.unpack(cls.LAYOUT), Record.decode(reader))


@dataclass(frozen=True)
class Batch:
    """Unit of atomicity, CRC and sync, as it lies in the journal."""

    journal_id: bytes
    epoch: int
    base_offset: int
    synced_through: int
    time_ns: int
    records: tuple[Record, ...]
    flags: int = 0

    COVERED: ClassVar = struct.Struct(">IHH16sQQIIQQ")
    TRAILER: ClassVar = struct.Struct(">II")

    def encode(self) -> bytes:
        body = b"".join(record.encode() for record in self.records)
        covered = self.COVERED.pack(
            BATCH_MAGIC, 1, self.flags, self.journal_id, self.epoch, self.base_offset,
            len(self.records), len(body), self.synced_through, self.time_ns,
        )  # fmt: skip
        return covered + self.TRAILER.pack(crc32c.crc32c(covered + body), 0) + body

    @classmethod
    def decode(cls, reader: Reader) -> Batch:
        covered = reader.take(cls.COVERED.size)
        magic, version, flags, journal, epoch, base, count, length, synced, time_ns = cls.COVERED.unpack(covered)
        if (magic, version) != (BATCH_MAGIC, 1):
            raise WireError("wire.malformed", f"no batch of version 1 here: magic {magic:#x}, version {version}")
        checksum, _ = reader.unpack(cls.TRAILER)
        body = reader.take(length)
        if crc32c.crc32c(covered + body) != checksum:
            raise WireError("wire.malformed", f"CRC-32C of the batch at offset {base} does not match")
        inner = Reader(body)
        records = tuple(Record.decode(inner) for _ in range(count))
        if not inner.is_at_end:
            raise WireError("wire.malformed", f"the batch at offset {base} holds more than its {count} records")
        return cls(journal, epoch, base, synced, time_ns, records, flags)

    def stored(self) -> list[Stored]:
        return [Stored(self.base_offset + n, self.time_ns, record) for n, record in enumerate(self.records)]


# --- Bodies ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Empty:
    def encode(self) -> bytes:
        return b""

    @classmethod
    def decode(cls, reader: Reader) -> Empty:
        return cls()


@dataclass(frozen=True)
class Json:
    """A JSON body; an empty one (`done`) is None."""

    value: Any = None

    def encode(self) -> bytes:
        if self.value is None:
            return b""
        return json.dumps(self.value, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def decode(cls, reader: Reader) -> Json:
        data = reader.rest()
        try:
            return cls(json.loads(data) if data else None)
        except ValueError:
            raise WireError("wire.malformed", "the body is not JSON") from None


@dataclass(frozen=True)
class Publish:
    records: tuple[Record, ...]

    LAYOUT: ClassVar = struct.Struct(">I")

    def encode(self) -> bytes:
        return self.LAYOUT.pack(len(self.records)) + b"".join(record.encode() for record in self.records)

    @classmethod
    def decode(cls, reader: Reader) -> Publish:
        (count,) = reader.unpack(cls.LAYOUT)
        return cls(tuple(Record.decode(reader) for _ in range(count)))


@dataclass(frozen=True)
class Run:
    """What became of `count` consecutive events."""

    status: int
    count: int
    offset: int
    reason: str = ""

    LAYOUT: ClassVar = struct.Struct(">BBHIQ")

    def encode(self) -> bytes:
        reason = self.reason.encode()
        return self.LAYOUT.pack(self.status, 0, len(reason), self.count, self.offset) + reason

    @classmethod
    def decode(cls, reader: Reader) -> Run:
        status, _, reason, count, offset = reader.unpack(cls.LAYOUT)
        return cls(status, count, offset, reader.text(reason))


def _encode_runs(runs) -> bytes:
    return struct.pack(">I", len(runs)) + b"".join(run.encode() for run in runs)


def _decode_runs(reader: Reader) -> tuple[Run, ...]:
    (count,) = reader.unpack(struct.Struct(">I"))
    return tuple(Run.decode(reader) for _ in range(count))


@dataclass(frozen=True)
class Published:
    runs: tuple[Run, ...]

    def encode(self) -> bytes:
        return _encode_runs(self.runs)

    @classmethod
    def decode(cls, reader: Reader) -> Published:
        return cls(_decode_runs(reader))


@dataclass(frozen=True)
class Credit:
    subscription: int
    events: int
    bytes: int

    LAYOUT: ClassVar = struct.Struct(">IIQ")

    def encode(self) -> bytes:
        return self.LAYOUT.pack(self.subscription, self.events, self.bytes)

    @classmethod
    def decode(cls, reader: Reader) -> Credit:
        return cls(*reader.unpack(cls.LAYOUT))


@dataclass(frozen=True)
class Leave:
    subscription: int

    LAYOUT: ClassVar = struct.Struct(">I")

    def encode(self) -> bytes:
        return self.LAYOUT.pack(self.subscription)

    @classmethod
    def decode(cls, reader: Reader) -> Leave:
        return cls(*reader.unpack(cls.LAYOUT))


@dataclass(frozen=True)
class SettleOutcome:
    delivery_id: int
    kind: int = Outcome.ACK
    delay_ms: int = 0
    reason: str = ""

    LAYOUT: ClassVar = struct.Struct(">QBBHI")

    def encode(self) -> bytes:
        reason = self.reason.encode()
        return self.LAYOUT.pack(self.delivery_id, self.kind, 0, len(reason), self.delay_ms) + reason

    @classmethod
    def decode(cls, reader: Reader) -> SettleOutcome:
        delivery_id, kind, _, reason, delay_ms = reader.unpack(cls.LAYOUT)
        return cls(delivery_id, kind, delay_ms, reader.text(reason))


@dataclass(frozen=True)
class Write:
    """A map write: `revision` None writes in any case, 0 only where there is no entry, else only over that revision."""

    map: str
    key: str
    value: bytes | None  # None deletes
    revision: int | None = None
    ttl_ms: int = 0

    LAYOUT: ClassVar = struct.Struct(">BBHHHIQQ")

    def encode(self) -> bytes:
        parts = self.map.encode(), self.key.encode(), self.value or b""
        map_len, key_len, value_len = _counts(*parts)
        op, condition = (2 if self.value is None else 1), int(self.revision is not None)
        header = self.LAYOUT.pack(op, condition, map_len, key_len, 0, value_len, self.revision or 0, self.ttl_ms)
        return header + b"".join(parts)

    @classmethod
    def decode(cls, reader: Reader) -> Write:
        op, condition, map_len, key_len, _, value_len, revision, ttl_ms = reader.unpack(cls.LAYOUT)
        map, key, value = reader.text(map_len), reader.text(key_len), reader.take(value_len)
        return cls(map, key, value if op == 1 else None, revision if condition else None, ttl_ms)


@dataclass(frozen=True)
class Settle:
    subscription: int = 0
    outcomes: tuple[SettleOutcome, ...] = ()
    publishes: tuple[Record, ...] = ()
    writes: tuple[Write, ...] = ()
    atomic: bool = False

    LAYOUT: ClassVar = struct.Struct(">IHHIII")

    def encode(self) -> bytes:
        parts = self.outcomes, self.publishes, self.writes
        header = self.LAYOUT.pack(self.subscription, int(self.atomic), 0, *_counts(*parts))
        return header + b"".join(item.encode() for part in parts for item in part)

    @classmethod
    def decode(cls, reader: Reader) -> Settle:
        subscription, flags, _, outcomes, publishes, writes = reader.unpack(cls.LAYOUT)
        return cls(
            subscription,
            tuple(SettleOutcome.decode(reader) for _ in range(outcomes)),
            tuple(Record.decode(reader) for _ in range(publishes)),
            tuple(Write.decode(reader) for _ in range(writes)),
            bool(flags & 1),
        )


@dataclass(frozen=True)
class WriteResult:
    status: int
    revision: int

    LAYOUT: ClassVar = struct.Struct(">B7xQ")

    def encode(self) -> bytes:
        return self.LAYOUT.pack(self.status, self.revision)

    @classmethod
    def decode(cls, reader: Reader) -> WriteResult:
        return cls(*reader.unpack(cls.LAYOUT))


@dataclass(frozen=True)
class Settled:
    status: int = 0
    outcomes: tuple[int, ...] = ()
    writes: tuple[WriteResult, ...] = ()
    runs: tuple[Run, ...] = ()
    reason: str = ""

    LAYOUT: ClassVar = struct.Struct(">BBHII")

    def encode(self) -> bytes:
        reason = self.reason.encode()
        header = self.LAYOUT.pack(self.status, 0, len(reason), len(self.outcomes), len(self.writes))
        writes = b"".join(write.encode() for write in self.writes)
        return header + bytes(self.outcomes) + writes + _encode_runs(self.runs) + reason

    @classmethod
    def decode(cls, reader: Reader) -> Settled:
        status, _, reason, outcomes, writes = reader.unpack(cls.LAYOUT)
        return cls(
            status,
            tuple(reader.take(outcomes)),
            tuple(WriteResult.decode(reader) for _ in range(writes)),
            _decode_runs(reader),
            reader.text(reason),
        )


@dataclass(frozen=True)
class Delivery:
    delivery_id: int
    offset: int
    time_ns: int
    attempt: int
    flags: int
    record: Record

    LAYOUT: ClassVar = struct.Struct(">QQQHH")

    @property
    def is_redriven(self) -> bool:
        return bool(self.flags & 1)

    def encode(self) -> bytes:
        header = self.LAYOUT.pack(self.delivery_id, self.offset, self.time_ns, self.attempt, self.flags)
        return header + self.record.encode()

    @classmethod
    def decode(cls, reader: Reader) -> Delivery:
        return cls(*reader.unpack(cls.LAYOUT), Record.decode(reader))


@dataclass(frozen=True)
class Deliver:
    subscription: int
    deliveries: tuple[Delivery, ...]

    LAYOUT: ClassVar = struct.Struct(">II")

    def encode(self) -> bytes:
        header = self.LAYOUT.pack(self.subscription, len(self.deliveries))
        return header + b"".join(delivery.encode() for delivery in self.deliveries)

    @classmethod
    def decode(cls, reader: Reader) -> Deliver:
        subscription, count = reader.unpack(cls.LAYOUT)
        return cls(subscription, tuple(Delivery.decode(reader) for _ in range(count)))


@dataclass(frozen=True)
class Revoked:
    subscription: int
    delivery_ids: tuple[int, ...]

    LAYOUT: ClassVar = struct.Struct(">II")

    def encode(self) -> bytes:
        count = len(self.delivery_ids)
        return self.LAYOUT.pack(self.subscription, count) + struct.pack(f">{count}Q", *self.delivery_ids)

    @classmethod
    def decode(cls, reader: Reader) -> Revoked:
        subscription, count = reader.unpack(cls.LAYOUT)
        return cls(subscription, struct.unpack(f">{count}Q", reader.take(8 * count)))


@dataclass(frozen=True)
class Call:
    """Body of `call` and `request`."""

    deadline_ms: int
    service: str
    payload: bytes = b""

    LAYOUT: ClassVar = struct.Struct(">IHH")

    def encode(self) -> bytes:
        service = self.service.encode()
        return self.LAYOUT.pack(self.deadline_ms, len(service), 0) + service + self.payload

    @classmethod
    def decode(cls, reader: Reader) -> Call:
        deadline_ms, service, _ = reader.unpack(cls.LAYOUT)
        return cls(deadline_ms, reader.text(service), reader.rest())


@dataclass(frozen=True)
class Reply:
    """Body of `reply` and `replied`."""

    status: int
    payload: bytes = b""

    LAYOUT: ClassVar = struct.Struct(">B3x")

    def encode(self) -> bytes:
        return self.LAYOUT.pack(self.status) + self.payload

    @classmethod
    def decode(cls, reader: Reader) -> Reply:
        (status,) = reader.unpack(cls.LAYOUT)
        return cls(status, reader.rest())


@dataclass(frozen=True)
class MapGet:
    map: str
    key: str

    LAYOUT: ClassVar = struct.Struct(">HH")

    def encode(self) -> bytes:
        parts = self.map.encode(), self.key.encode()
        return self.LAYOUT.pack(*_counts(*parts)) + b"".join(parts)

    @classmethod
    def decode(cls, reader: Reader) -> MapGet:
        map, key = reader.unpack(cls.LAYOUT)
        return cls(reader.text(map), reader.text(key))


@dataclass(frozen=True)
class MapList:
    map: str
    prefix: str = ""
    after: str = ""
    limit: int = 1000

    LAYOUT: ClassVar = struct.Struct(">HHHH")

    def encode(self) -> bytes:
        parts = self.map.encode(), self.prefix.encode(), self.after.encode()
        return self.LAYOUT.pack(*_counts(*parts), self.limit) + b"".join(parts)

    @classmethod
    def decode(cls, reader: Reader) -> MapList:
        map, prefix, after, limit = reader.unpack(cls.LAYOUT)
        return cls(reader.text(map), reader.text(prefix), reader.text(after), limit)


@dataclass(frozen=True)
class Entry:
    key: str
    value: bytes
    revision: int
    expires_ns: int = 0

    LAYOUT: ClassVar = struct.Struct(">HHIQQ")

    def encode(self) -> bytes:
        key = self.key.encode()
        return self.LAYOUT.pack(len(key), 0, len(self.value), self.revision, self.expires_ns) + key + self.value

    @classmethod
    def decode(cls, reader: Reader) -> Entry:
        key, _, value, revision, expires_ns = reader.unpack(cls.LAYOUT)
        return cls(reader.text(key), reader.take(value), revision, expires_ns)


@dataclass(frozen=True)
class MapEntries:
    """Body of `mapEntries` and of `mapValue`."""

    entries: tuple[Entry, ...]
    more: bool = False

    LAYOUT: ClassVar = struct.Struct(">II")

    def encode(self) -> bytes:
        header = self.LAYOUT.pack(len(self.entries), int(self.more))
        return header + b"".join(entry.encode() for entry in self.entries)

    @classmethod
    def decode(cls, reader: Reader) -> MapEntries:
        count, more = reader.unpack(cls.LAYOUT)
        return cls(tuple(Entry.decode(reader) for _ in range(count)), bool(more))


@dataclass(frozen=True)
class Records:
    next: int
    end: int
    stored: tuple[Stored, ...]

    LAYOUT: ClassVar = struct.Struct(">QQII")

    def encode(self) -> bytes:
        header = self.LAYOUT.pack(self.next, self.end, len(self.stored), 0)
        return header + b"".join(stored.encode() for stored in self.stored)

    @classmethod
    def decode(cls, reader: Reader) -> Records:
        next, end, count, _ = reader.unpack(cls.LAYOUT)
        return cls(next, end, tuple(Stored.decode(reader) for _ in range(count)))


@dataclass(frozen=True)
class Slices:
    next: int
    end: int
    batches: tuple[Batch, ...]

    LAYOUT: ClassVar = struct.Struct(">QQ")

    def encode(self) -> bytes:
        return self.LAYOUT.pack(self.next, self.end) + b"".join(batch.encode() for batch in self.batches)

    @classmethod
    def decode(cls, reader: Reader) -> Slices:
        next, end = reader.unpack(cls.LAYOUT)
        batches = []
        while not reader.is_at_end:
            batches.append(Batch.decode(reader))
        return cls(next, end, tuple(batches))


# --- Frames ----------------------------------------------------------------------------------------------------------

BODIES: dict[FrameType, type] = {
    FrameType.HELLO: Json,
    FrameType.PING: Empty,
    FrameType.GOODBYE: Empty,
    FrameType.PUBLISH: Publish,
    FrameType.RESUME: Empty,
    FrameType.JOIN: Json,
    FrameType.CREDIT: Credit,
    FrameType.SETTLE: Settle,
    FrameType.LEAVE: Leave,
    FrameType.CALL: Call,
    FrameType.REPLY: Reply,
    FrameType.SERVE: Json,
    FrameType.MAP_GET: MapGet,
    FrameType.MAP_LIST: MapList,
    FrameType.READ: Json,
    FrameType.ADMIN: Json,
    FrameType.WELCOME: Json,
    FrameType.PONG: Empty,
    FrameType.CLOSE: Json,
    FrameType.PUBLISHED: Published,
    FrameType.JOINED: Json,
    FrameType.DELIVER: Deliver,
    FrameType.SETTLED: Settled,
    FrameType.REVOKED: Revoked,
    FrameType.REPLIED: Reply,
    FrameType.REQUEST: Call,
    FrameType.MAP_VALUE: MapEntries,
    FrameType.MAP_ENTRIES: MapEntries,
    FrameType.RECORDS: Records,
    FrameType.SLICES: Slices,
    FrameType.DONE: Json,
    FrameType.FAILURE: Json,
}


@dataclass(frozen=True)
class Frame:
    """One message: the header's numbers and a body of the type's class."""

    type: FrameType
    body: Any = field(default_factory=Empty)
    session: int = 0
    ref: int = 0

    HEADER: ClassVar = struct.Struct(">BBHIQ")

    def encode(self) -> bytes:
        return self.HEADER.pack(VERSION, self.type, 0, self.session, self.ref) + self.body.encode()

    @classmethod
    def decode(cls, data: bytes) -> Frame:
        reader = Reader(data)
        version, number, _, session, ref = reader.unpack(cls.HEADER)
        if version != VERSION:
            raise WireError("session.version", f"the frame is of version {version}, this client speaks {VERSION}")
        try:
            type = FrameType(number)
        except ValueError:
            raise WireError("wire.unknown_type", f"{number:#04x}") from None
        body = BODIES[type].decode(reader)
        if not reader.is_at_end:
            raise WireError("wire.malformed", f"{len(data) - reader.at} bytes follow the body of {type.name.lower()}")
        return cls(type, body, session, ref)
