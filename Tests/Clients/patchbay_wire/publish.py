"""Bodies of `publish` and `published`."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import ClassVar

from .reader import Reader
from .records import Record


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


def encode_runs(runs) -> bytes:
    return struct.pack(">I", len(runs)) + b"".join(run.encode() for run in runs)


def decode_runs(reader: Reader) -> tuple[Run, ...]:
    (count,) = reader.unpack(struct.Struct(">I"))
    return tuple(Run.decode(reader) for _ in range(count))


@dataclass(frozen=True)
class Published:
    runs: tuple[Run, ...]

    def encode(self) -> bytes:
        return encode_runs(self.runs)

    @classmethod
    def decode(cls, reader: Reader) -> Published:
        return cls(decode_runs(reader))
