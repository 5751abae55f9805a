"""What lies in the journal: records, and the batches that hold them."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

import crc32c

from .errors import WireError
from .reader import Reader, lengths

BATCH_MAGIC = 0x50424A31  # "PBJ1"
NO_OFFSET = 0xFFFF_FFFF_FFFF_FFFF


class Kind(IntEnum):
    """What a record of the journal is."""

    EVENT, MAP_PUT, MAP_DELETE, SETTLEMENT, GROUP, DEAD_LETTER, REDRIVE, DEAD_LETTER_DROPPED = range(1, 9)


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
        after = self.HEADER.pack(self.kind, self.flags, *lengths(*names)) + b"".join(names) + self.payload
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
