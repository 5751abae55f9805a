"""Bodies that read maps; they are written with `settle`."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import ClassVar

from .reader import Reader, lengths


@dataclass(frozen=True)
class MapGet:
    map: str
    key: str

    LAYOUT: ClassVar = struct.Struct(">HH")

    def encode(self) -> bytes:
        parts = self.map.encode(), self.key.encode()
        return self.LAYOUT.pack(*lengths(*parts)) + b"".join(parts)

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
        return self.LAYOUT.pack(*lengths(*parts), self.limit) + b"".join(parts)

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
