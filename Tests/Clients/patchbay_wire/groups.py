"""Bodies between a group and its member: credit, deliveries, their revocation, and leave."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import ClassVar

from .reader import Reader
from .records import Record


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
class Leave:
    subscription: int

    LAYOUT: ClassVar = struct.Struct(">I")

    def encode(self) -> bytes:
        return self.LAYOUT.pack(self.subscription)

    @classmethod
    def decode(cls, reader: Reader) -> Leave:
        return cls(*reader.unpack(cls.LAYOUT))
