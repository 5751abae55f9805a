"""Bodies that answer `read`: records, or whole batches."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import ClassVar

from .reader import Reader
from .records import Batch, Stored


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
