"""Decides whether two conversations are twins: an oracle that shares no code with SyncSvc.

A message on one side is native (a person wrote it there) or a copy (its Attributes carry `{"mirror": {"src", "id"}}`, the SID
of the message that it is a copy of). Two conversations are twins when

- every native message of one side has exactly one copy on the other, with the same text and media, and no copy is of nothing;
  a message takes one file by REST, so of a message with several files all but the last are parts of the copy: messages of their own
  before it, numbered from 1 (`{"mirror": {"src", "id", "part"}}`), without text, in the order of the files;
- copies lie in the order of their originals;
- nobody sees an answer before its question: where a person wrote b after the copy of a, the copy of b lies after a.

People who write at the same moment on both sides may see these two messages in either order; everything else is fixed.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Iterable, Iterator


@dataclass(frozen=True)
class Message:
    """What one side shows of a message."""

    sid: str
    index: int
    body: str
    media: tuple[str, ...] = ()
    copy_of: str | None = None
    part: int = 0

    @classmethod
    def of(cls, row: dict) -> Message:
        """From a message of the provider's REST API."""
        media = row.get("media") or []
        # The Chat dialect has one file, and no list.
        media = [media] if isinstance(media, dict) else media
        return cls(
            sid=row["sid"],
            index=int(row["index"]),
            body=row.get("body") or "",
            media=tuple(item.get("filename") or "" for item in media),
            copy_of=mirrored(row.get("attributes") or "{}"),
            part=mirrored_part(row.get("attributes") or "{}"),
        )


def mirrored(attributes: str) -> str | None:
    """The SID in a message's mirror tag; attributes that are no object hold none."""
    try:
        tag = json.loads(attributes).get("mirror")
        return tag["id"]
    except (ValueError, AttributeError, KeyError, TypeError):
        return None


def mirrored_part(attributes: str) -> int:
    """Which part of a copy it is; 0 for the first, and for what is no copy."""
    try:
        return int(json.loads(attributes)["mirror"].get("part", 0))
    except (ValueError, AttributeError, KeyError, TypeError):
        return 0


@dataclass
class Side:
    """One conversation, as its provider lists it."""

    name: str
    messages: list[Message]
    by_sid: dict[str, int] = field(default_factory=dict)
    copies: dict[str, int] = field(default_factory=dict)

    def __post_init__(self):
        for place, message in enumerate(self.messages):
            self.by_sid[message.sid] = place
            if message.copy_of:
                self.copies.setdefault(message.copy_of, place)

    @property
    def natives(self) -> list[Message]:
        return [message for message in self.messages if message.copy_of is None]


def differences(one: Side, other: Side) -> list[str]:
    """Every way in which the two are no twins, as a sentence; empty when they are."""
    found = []
    for source, target in ((one, other), (other, one)):
        found += _listing(source)
        found += _copies(source, target)
        found += _foreign(source, target)
        found += _order(source, target)
    return found + list(_causality(one, other))


def _listing(side: Side) -> Iterator[str]:
    """A provider that lists nonsense must not pass for twins."""
    for before, after in zip(side.messages, side.messages[1:]):
        if after.index <= before.index:
            yield f"{side.name}: index {after.index} is listed after {before.index}"


def _copies(source: Side, target: Side) -> Iterator[str]:
    counts = Counter((message.copy_of, message.part) for message in target.messages if message.copy_of)
    all_parts: dict[str, list[Message]] = {}
    for message in target.messages:
        if message.copy_of:
            all_parts.setdefault(message.copy_of, []).append(message)
    for message in source.natives:
        parts = all_parts.get(message.sid, [])
        count = max((counts[message.sid, part.part] for part in parts), default=0)
        if counts[message.sid, 0] == 0:
            yield f"missing: {message.sid} (index {message.index}) of {source.name} is not in {target.name}"
            continue
        if count > 1:
            yield f"doubled: {message.sid} of {source.name} is {count} times in {target.name}"
        copy = next(part for part in parts if part.part == 0)
        if [part.part for part in parts] != [*range(1, len(parts)), 0]:
            yield f"misordered: the files of {message.sid} of {source.name} stand as {[part.part for part in parts]}"
        media = tuple(name for part in parts for name in part.media)
        if (copy.body, media) != (message.body, message.media) or any(part.body for part in parts if part.part):
            yield f"changed: {copy.sid} in {target.name} is not what {message.sid} of {source.name} says"


def _foreign(source: Side, target: Side) -> Iterator[str]:
    for message in target.messages:
        if message.copy_of is None:
            continue
        place = source.by_sid.get(message.copy_of)
        if place is None:
            yield f"foreign: {message.sid} in {target.name} is a copy of {message.copy_of}, which {source.name} lacks"
        elif source.messages[place].copy_of is not None:
            yield f"echo: {message.sid} in {target.name} is a copy of a copy, {message.copy_of}"


def _order(source: Side, target: Side) -> Iterator[str]:
    last = -1
    for message in source.natives:
        place = target.copies.get(message.sid)
        if place is None:
            continue
        if place < last:
            yield f"misordered: {message.sid} of {source.name} lies too early in {target.name}"
        last = max(last, place)


def _causality(one: Side, other: Side) -> Iterator[str]:
    """No two messages stand, on both sides, with the copy before the native."""
    for native in one.natives:
        seen = other.copies.get(native.sid)
        if seen is None:
            continue
        written = one.by_sid[native.sid]
        for answer in other.natives:
            answered = one.copies.get(answer.sid)
            if answered is None:
                continue
            if seen < other.by_sid[answer.sid] and answered < written:
                yield f"crossed: {answer.sid} of {other.name} was written after {native.sid} was read, and lies before it"


def said_once(side: Side, bodies: Iterable[str]) -> list[str]:
    """What people are known to have said there and is not on that side exactly once, natively."""
    counts = Counter(message.body for message in side.natives)
    return [
        f"{side.name}: {body!r} was accepted and is there {counts[body]} times" for body in bodies if counts[body] != 1
    ]
