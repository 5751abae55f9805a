"""Decides from what was recorded whether a bus kept its promises: an oracle that shares no code with the Broker.

    python history_checker.py history.jsonl ...     prints each violation, exits 1 if there is one

A history is JSON lines, in the order in which they were observed:

    {"op": "publish", "publisher": "p1", "seq": 1, "key": "k", "id": "a", "digest": "…"}     about to be sent
    {"op": "ack", "id": "a", "offset": 17}                                                  accepted or duplicate
    {"op": "read", "offset": 17, "key": "k", "id": "a", "digest": "…"}                       from the whole journal

An event that is sent again keeps its line, its `seq` and its id. The reads are one complete read from the beginning, after all
faults. Promises: every acked event is there exactly once, at the offset told and with the content sent; an unacked one at
most once; nothing is there that was not published; the events of one publisher and key lie in the order of their `seq`;
offsets rise and are never given twice.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from typing import Iterable, Iterator


class History:
    """The lines of one run, by what they say."""

    def __init__(self, lines: Iterable[dict]):
        self.publishes: list[dict] = []
        self.acks: list[dict] = []
        self.reads: list[dict] = []
        targets = {"publish": self.publishes, "ack": self.acks, "read": self.reads}
        for line in lines:
            targets[line["op"]].append(line)
        self.published = {line["id"]: line for line in self.publishes}
        self.read_by_id: dict[str, list[dict]] = defaultdict(list)
        for line in self.reads:
            self.read_by_id[line["id"]].append(line)


def violations(lines: Iterable[dict]) -> list[str]:
    """Every broken promise, as a sentence; empty when the history is sound."""
    history = History(lines)
    checks = (_sound_recording, _acked_are_there, _nothing_twice, _nothing_foreign, _order, _offsets)
    return [violation for check in checks for violation in check(history)]


def _sound_recording(history: History) -> Iterator[str]:
    """A checker that is fed nonsense must not say yes."""
    seen: dict[tuple, str] = {}
    for line in history.publishes:
        place = line["publisher"], line["seq"]
        if seen.setdefault(place, line["id"]) != line["id"]:
            yield f"recording: publisher {place[0]} used sequence {place[1]} for {seen[place]} and for {line['id']}"
        if history.published[line["id"]] != line:
            yield f"recording: {line['id']} was published twice with different lines"
    for line in history.acks:
        if line["id"] not in history.published:
            yield f"recording: {line['id']} was acked and never published"


def _acked_are_there(history: History) -> Iterator[str]:
    for ack in history.acks:
        found = history.read_by_id.get(ack["id"], [])
        if not found:
            yield f"lost: {ack['id']} was acked at offset {ack['offset']} and is not there"
        elif all(line["offset"] != ack["offset"] for line in found):
            yield f"moved: {ack['id']} was acked at offset {ack['offset']} and lies at {found[0]['offset']}"


def _nothing_twice(history: History) -> Iterator[str]:
    for id, found in history.read_by_id.items():
        if len(found) > 1:
            yield f"twice: {id} lies at offsets {', '.join(str(line['offset']) for line in found)}"


def _nothing_foreign(history: History) -> Iterator[str]:
    for line in history.reads:
        published = history.published.get(line["id"])
        if published is None:
            yield f"foreign: {line['id']} at offset {line['offset']} was never published"
        elif (published["key"], published["digest"]) != (line["key"], line["digest"]):
            yield f"changed: {line['id']} at offset {line['offset']} is not what was published"


def _order(history: History) -> Iterator[str]:
    last: dict[tuple, dict] = {}
    for line in history.reads:
        published = history.published.get(line["id"])
        if published is None:
            continue
        lane = published["publisher"], published["key"]
        before = last.get(lane)
        if before and before["seq"] > published["seq"]:
            yield f"order: {line['id']} lies after {before['id']}, which {lane[0]} published later under key {lane[1]}"
        last[lane] = published


def _offsets(history: History) -> Iterator[str]:
    for before, after in zip(history.reads, history.reads[1:]):
        if after["offset"] <= before["offset"]:
            yield f"offsets: {after['offset']} was read after {before['offset']}"
    owner: dict[int, str] = {}
    for line in history.acks:
        if owner.setdefault(line["offset"], line["id"]) != line["id"]:
            yield f"offsets: {line['offset']} was given to {owner[line['offset']]} and to {line['id']}"


def main(paths: list[str]) -> int:
    lines = [json.loads(text) for path in paths for text in open(path) if text.strip()]
    found = violations(lines)
    print("\n".join(found) or f"sound: {len(lines)} lines")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
