"""Bodies without a layout of their own: nothing at all, or one JSON document."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .errors import WireError
from .reader import Reader


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
