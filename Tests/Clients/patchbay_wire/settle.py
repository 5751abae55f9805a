"""Bodies of `settle` and `settled`: outcomes, and what is published and written with them."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from .publish import Run, decode_runs, encode_runs
from .reader import Reader, lengths
from .records import Record


class Outcome(IntEnum):
    ACK, NAK, TERM, IN_PROGRESS = range(1, 5)


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
        map_len, key_len, value_len = lengths(*parts)
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
        header = self.LAYOUT.pack(self.subscription, int(self.atomic), 0, *lengths(*parts))
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
        return header + bytes(self.outcomes) + writes + encode_runs(self.runs) + reason

    @classmethod
    def decode(cls, reader: Reader) -> Settled:
        status, _, reason, outcomes, writes = reader.unpack(cls.LAYOUT)
        return cls(
            status,
            tuple(reader.take(outcomes)),
            tuple(WriteResult.decode(reader) for _ in range(writes)),
            decode_runs(reader),
            reader.text(reason),
        )
