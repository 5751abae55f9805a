"""Frames: the 16-byte header, its types, and which body each type carries."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ClassVar

from .calls import Call, Reply
from .errors import WireError
from .groups import Credit, Deliver, Leave, Revoked
from .maps import MapEntries, MapGet, MapList
from .plain import Empty, Json
from .publish import Publish, Published
from .read import Records, Slices
from .reader import Reader
from .settle import Settle, Settled

VERSION = 1


class FrameType(IntEnum):
    HELLO, PING, GOODBYE = 0x01, 0x02, 0x03
    PUBLISH, RESUME = 0x10, 0x11
    JOIN, CREDIT, SETTLE, LEAVE = 0x20, 0x21, 0x22, 0x23
    CALL, REPLY, SERVE, UNSERVE = 0x30, 0x31, 0x32, 0x33
    MAP_GET, MAP_LIST = 0x40, 0x41
    READ, ADMIN = 0x50, 0x60
    WELCOME, PONG, CLOSE = 0x81, 0x82, 0x83
    PUBLISHED = 0x90
    JOINED, DELIVER, SETTLED, REVOKED = 0xA0, 0xA1, 0xA2, 0xA3
    REPLIED, REQUEST = 0xB0, 0xB1
    MAP_VALUE, MAP_ENTRIES = 0xC0, 0xC1
    RECORDS, SLICES = 0xD0, 0xD1
    DONE, FAILURE = 0xE0, 0xE1


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
    FrameType.UNSERVE: Json,
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
