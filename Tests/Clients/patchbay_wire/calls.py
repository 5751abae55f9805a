"""Bodies of calls and their replies."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import ClassVar

from .reader import Reader


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
