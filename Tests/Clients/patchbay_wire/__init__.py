"""The bus protocol, version 1, as bytes: written from docs/protocol.md alone.

`frames` holds the header, the types and which body belongs to which; the other modules are named as the sections of
the page whose bodies they hold. `records` is also what lies in the journal.

Every body is a small frozen dataclass with `encode` and `decode`; `Frame` puts the 16-byte header before it.
A body that does not parse raises `WireError` with the code of the page (`wire.truncated`, `wire.malformed`, …).
"""

from .calls import Call, Reply
from .errors import PatchbayError, WireError
from .frames import BODIES, VERSION, Frame, FrameType
from .groups import Credit, Deliver, Delivery, Leave, Revoked
from .maps import Entry, MapEntries, MapGet, MapList
from .plain import Empty, Json
from .publish import Publish, Published, Run
from .read import Records, Slices
from .reader import Reader
from .records import BATCH_MAGIC, NO_OFFSET, Batch, Kind, Record, Stored
from .settle import Outcome, Settle, Settled, SettleOutcome, Write, WriteResult

__all__ = [
    "BATCH_MAGIC",
    "BODIES",
    "Batch",
    "Call",
    "Credit",
    "Deliver",
    "Delivery",
    "Empty",
    "Entry",
    "Frame",
    "FrameType",
    "Json",
    "Kind",
    "Leave",
    "MapEntries",
    "MapGet",
    "MapList",
    "NO_OFFSET",
    "Outcome",
    "PatchbayError",
    "Publish",
    "Published",
    "Reader",
    "Record",
    "Records",
    "Reply",
    "Revoked",
    "Run",
    "Settle",
    "SettleOutcome",
    "Settled",
    "Slices",
    "Stored",
    "VERSION",
    "WireError",
    "Write",
    "WriteResult",
]
