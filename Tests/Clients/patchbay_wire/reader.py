"""Taking bytes apart, and the lengths that stand before them."""

from __future__ import annotations

import struct

from .errors import WireError


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


def lengths(*items) -> tuple[int, ...]:
    return tuple(len(item) for item in items)
