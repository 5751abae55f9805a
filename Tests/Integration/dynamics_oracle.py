"""What must be true of Dataverse's tables after calls and cases, told from the rows alone."""

from __future__ import annotations

import collections
from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """A call that was logged: known by the caller's number, which no other call has."""

    number: str
    contact: str | None = None
    incident: str | None = None


@dataclass(frozen=True)
class Case:
    """A case that was asked for, known by its title; `answered` is the id and ticket number that the asker was told."""

    title: str
    contact: str | None = None
    answered: tuple[str, str] | None = None


def problems(calls: list[Call], cases: list[Case], phonecalls: list[dict], incidents: list[dict]) -> list[str]:
    """What is wrong: nothing when each call and each case is there exactly once, with its customer, and nothing else is."""
    wrong = _counted("phone call", [call.number for call in calls], [row["phonenumber"] for row in phonecalls])
    wrong += _counted("case", [case.title for case in cases], [row["title"] for row in incidents])
    rows = {row["phonenumber"]: row for row in phonecalls}
    for call in calls:
        row = rows.get(call.number)
        regarding = call.incident or call.contact
        if row and row.get("_regardingobjectid_value") != regarding:
            wrong.append(
                f"the call of {call.number} is regarding {row.get('_regardingobjectid_value')}, not {regarding}"
            )
    by_title = {row["title"]: row for row in incidents}
    for case in cases:
        row = by_title.get(case.title)
        if not row:
            continue
        if row.get("_customerid_value") != case.contact:
            wrong.append(f"the case {case.title} is of {row.get('_customerid_value')}, not of {case.contact}")
        if case.answered and case.answered != (row["incidentid"], row["ticketnumber"]):
            wrong.append(f"the case {case.title} was said to be {case.answered}")
    tickets = collections.Counter(row["ticketnumber"] for row in incidents)
    wrong += [f"{count} cases have the number {ticket}" for ticket, count in tickets.items() if count > 1 or not ticket]
    for name, rows, key in [("phone call", phonecalls, "activityid"), ("case", incidents, "incidentid")]:
        ids = collections.Counter(row[key] for row in rows)
        wrong += [f"{count} rows of a {name} have the id {id}" for id, count in ids.items() if count > 1]
    return wrong


def _counted(name: str, wanted: list[str], found: list[str]) -> list[str]:
    assert len(set(wanted)) == len(wanted), f"the test itself asked for a {name} twice"
    counts = collections.Counter(found)
    wrong = [f"{counts[key]} rows of the {name} {key}" for key in wanted if counts[key] != 1]
    return wrong + [f"nobody asked for the {name} {key}" for key in counts if key not in set(wanted)]
