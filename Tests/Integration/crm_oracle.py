"""What must be true of the records for the CRM, read from the journal and the Sandbox alone."""

from __future__ import annotations

import json

from sync_stack import sid

# How reservations end, and what their record must say then.
OUTCOMES = {"timeout": "missed", "rejected": "rejected", "rescinded": "cancelled", "canceled": "cancelled", "completed": "completed"}


def logs(stack) -> dict[str, dict]:
    """The record of each interaction, as it stands."""
    found = {}
    for entry in stack.client.entries("crm-interactions"):
        document = json.loads(entry.value)
        if "log" in document:
            assert document["id"] not in found, f"two records of {document['id']}"
            found[document["id"]] = document["log"] | {"reservationSid": document.get("reservation")}
    return found


def reservations(stack) -> dict[str, str]:
    """All reservations of the workspace with their status, by the provider's own listing."""
    found = {}
    path = f"v1/Workspaces/{sid('WS', 'flex')}/Workers"
    for worker in stack.workers().values():
        rows = stack.rest("flex", "GET", "taskrouter", f"{path}/{worker}/Reservations?PageSize=1000")["reservations"]
        found |= {row["sid"]: row["reservation_status"] for row in rows}
    return found


def problems(stack) -> list[str]:
    """What is wrong: nothing when each ended reservation and dial has one record, queued revision by revision."""
    wrong = []
    records = logs(stack)
    queued: dict[str, list[int]] = {}
    for row in stack.events("activity.due"):
        queued.setdefault(row["data"]["interactionId"], []).append(row["data"]["revision"])
    for id, revisions in queued.items():
        if revisions != list(range(1, len(revisions) + 1)):
            wrong.append(f"{id} was queued as {revisions}")
        if id not in records:
            wrong.append(f"{id} was queued and has no record")
        elif records[id]["revision"] != revisions[-1]:
            wrong.append(f"{id} is at {records[id]['revision']}, queued was {revisions[-1]}")
    by_reservation: dict[str, list[str]] = {}
    for id, log in records.items():
        if id not in queued:
            wrong.append(f"{id} has a record that was never queued")
        if min(log[name] for name in ("ringMs", "talkMs", "holdMs", "wrapMs")) < 0 or log["endedTs"] < log["startedTs"]:
            wrong.append(f"{id} has impossible times: {log}")
        if log["reservationSid"]:
            by_reservation.setdefault(log["reservationSid"], []).append(id)
    for reservation, status in reservations(stack).items():
        if status not in OUTCOMES:
            continue
        ids = by_reservation.get(reservation, [])
        if len(ids) != 1:
            wrong.append(f"the reservation {reservation} ({status}) has the records {ids}")
        elif status != "canceled" and records[ids[0]]["outcome"] != OUTCOMES[status]:
            wrong.append(f"{reservation} ended as {status}, its record says {records[ids[0]]['outcome']}")
    return wrong
