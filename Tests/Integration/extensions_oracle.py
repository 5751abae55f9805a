"""What must hold of the directory, judged by its events alone and written without a look at the service's code.

Replays `extensions.changed` in the journal's order: each revision is there once and in order, every change begins with the
record as it was, and at no revision have two records one number, or one worker.
"""

from __future__ import annotations

import json


def replay(events: list[dict]) -> tuple[dict[str, dict], list[str]]:
    """The records after the last event, and what was wrong on the way."""
    records: dict[str, dict] = {}
    found: list[str] = []
    revision = 0
    pending: list[dict] = []
    for event in events:
        data = event["data"]
        pending += data["changes"]
        if data.get("part", 1) < data.get("parts", 1):
            continue
        if data["revision"] != revision + 1:
            found.append(f"revision {data['revision']} comes after {revision}")
        revision = data["revision"]
        for change in pending:
            if records.get(change["id"]) != change["before"]:
                found.append(f"revision {revision}: {change['id']} was not as its change says")
            records.pop(change["id"], None)
        records |= {change["id"]: change["after"] for change in pending if change["after"]}
        found += doubles(records, pending, revision)
        pending = []
    return records, found


def doubles(records: dict[str, dict], changes: list[dict], revision: int) -> list[str]:
    """Numbers and workers that two records have, looked for only when the changes could have made some."""
    if not any(change["after"] for change in changes):
        return []
    found = []
    numbers: dict[str, str] = {}
    workers: dict[str, str] = {}
    for id, record in records.items():
        if numbers.setdefault(record["extension"], id) != id:
            found.append(f"revision {revision}: {record['extension']} has two owners")
        worker = record["target"].get("workerSid")
        if worker and workers.setdefault(worker, id) != id:
            found.append(f"revision {revision}: {worker} has two extensions")
    return found


def stored(bus) -> dict[str, dict]:
    """The records as they lie in the map."""
    return {entry.key: json.loads(entry.value) for entry in bus.entries("extensions-records")}


def check(stack) -> dict[str, dict]:
    """Fails where the events are not sound, or the map is not what they say."""
    records, found = replay(stack.events())
    assert found == [], found[:10]
    assert records == stored(stack.bus)
    head = json.loads(stack.bus.get("extensions-head", "draft").value)
    assert head["count"] == len(records), head
    return records
