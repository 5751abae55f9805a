"""What went wrong, as a code that programs can tell apart."""

from __future__ import annotations


class PatchbayError(Exception):
    """Something the bus, or this client, refused: a stable `code`, a message, and whether trying again may help."""

    def __init__(self, code: str, message: str = "", retryable: bool = False):
        super().__init__(f"{code}: {message}" if message else code)
        self.code, self.message, self.retryable = code, message, retryable


class WireError(PatchbayError):
    """Bytes that are not what docs/protocol.md says."""
