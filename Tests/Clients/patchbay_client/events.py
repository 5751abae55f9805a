"""Events as records, and what became of them."""

from __future__ import annotations

import json
from dataclasses import dataclass

from patchbay_wire import Kind, Record

from .statuses import ACCEPTED, DUPLICATE


@dataclass(frozen=True)
class PublishResult:
    """What became of one event."""

    status: int
    offset: int
    reason: str = ""

    @property
    def is_stored(self) -> bool:
        return self.status in (ACCEPTED, DUPLICATE)


def event(topic: str, key: str, id: str, data: object = None, source: str = "/test", **extensions) -> Record:
    """An event whose document agrees with the topic, key and id that travel beside it."""
    document = {
        "specversion": "1.0", "type": topic, "source": source, "id": id, "partitionkey": key,
        "datacontenttype": "application/json", "time": "2026-01-02T03:04:05.678Z", **extensions, "data": data,
    }  # fmt: skip
    payload = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Record(Kind.EVENT, 0, topic, key, f"{source}\n{id}", payload)


def document(record: Record) -> dict:
    return json.loads(record.payload)


def expand(runs) -> list[PublishResult]:
    """One result per event; in accepted runs the offsets count up."""
    return [
        PublishResult(run.status, run.offset + (n if run.status == ACCEPTED else 0), run.reason)
        for run in runs
        for n in range(run.count)
    ]
