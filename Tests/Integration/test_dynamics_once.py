"""No case and no phone call twice in Dataverse, none missing, none of another: real processes, faults of every kind.

1,000 creations: 600 calls by way of the outbox, 400 cases by way of Studio's endpoint, each repeated by the flow until it
has an answer, as Studio does. Meanwhile Dataverse is slow, full (429), broken (500 before and after it did the work),
loses answers and forgets its tokens, and patchbay-crm is killed. Afterwards the tables are read and judged by
`dynamics_oracle`, which knows nothing of how they were written.
"""

from __future__ import annotations

import random
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from crm_stack import ONE
from dynamics_oracle import Call, Case, problems
from dynamics_stack import CLIENT_SECRET, DynamicsStack, activity, call_sid, guid
from sync_stack import wait_until

CALLS, CASES = 600, 400
CUSTOMERS = 50
KILLS = 5
QUIET = 240.0  # seconds until what was queued must be there: a retry waits for up to 75, by design
STUDIO = 60.0  # seconds in which a flow gives its case up

pytestmark = pytest.mark.timeout(420)


def customers(count: int) -> list[dict]:
    return [
        {"contactid": guid(), "firstname": "Zoë", "lastname": f"Quuxson{n}", "telephone1": f"+3469900{n:04d}"}
        for n in range(count)
    ]


FAULTS = [
    {"project": "dataverse", "match": {"product": "dataverse"}, "probability": 0.3, "effect": {"latency_ms": {"min": 5, "max": 150}}},
    {"project": "dataverse", "match": {"product": "dataverse"}, "probability": 0.03, "times": 15, "effect": {"timeout": True}},
    {"project": "dataverse", "match": {"product": "dataverse"}, "probability": 0.03, "times": 15, "effect": {"timeout": True, "after": True}},
    {"project": "dataverse", "match": {"product": "dataverse"}, "probability": 0.01, "times": 10, "effect": {"status": 429, "retry_after": 1}},
    {"project": "dataverse", "match": {"product": "dataverse"}, "probability": 0.03, "times": 40, "effect": {"status": 500}},
    {"project": "dataverse", "match": {"product": "dataverse"}, "probability": 0.03, "times": 40, "effect": {"status": 500, "after": True}},
    {"project": "dataverse", "match": {"product": "dataverse"}, "probability": 0.04, "times": 40, "effect": {"lost_answer": True}},
    {"project": "dataverse", "match": {"product": "entra"}, "probability": 0.3, "times": 10, "effect": {"status": 503}},
    {"project": "dataverse", "match": {"product": "entra"}, "probability": 0.3, "times": 5, "effect": {"lost_answer": True}},
]  # fmt: skip


def opened(stack: DynamicsStack, title: str, contact: str) -> Case:
    """A flow's case: the same request again until it is answered."""
    key, deadline = call_sid(), time.monotonic() + STUDIO
    while True:
        answer = stack.studio("createCase", contactid=contact, title=title, CallSid=key)
        if answer.status_code == 200:
            said = answer.json()
            return Case(title, contact, (said["incidentId"], said["ticketNumber"]))
        assert answer.status_code in (429, 502, 503, 504), f"{title}: {answer.status_code} {answer.text}"
        assert time.monotonic() < deadline, f"{title} got no answer within {STUDIO} s, the last was {answer.text}"
        time.sleep(0.05)


def test_a_thousand_creations_under_every_fault_are_there_once_each():
    people = customers(CUSTOMERS)
    rng = random.Random(6)
    with DynamicsStack(crms=2, dynamics={"timeout_ms": 1_000}, dataverse={"requests_per_window": 1_000_000}) as stack:
        stack.load("contacts", people)
        stack.sandbox("PUT", "faults", seed=6, rules=FAULTS)
        calls = [Call(f"+346001{n:05d}", rng.choice(people)["contactid"]) for n in range(CALLS)]
        titles = [(f'Case {n} of "O\'Brien" & söhne', rng.choice(people)["contactid"]) for n in range(CASES)]
        done = threading.Event()
        kills = threading.Thread(target=disturb, args=(stack, rng, done))
        kills.start()
        began = time.monotonic()
        try:
            with ThreadPoolExecutor(8) as flows:
                answers = [flows.submit(opened, stack, *title) for title in titles]
                for n, call in enumerate(calls):
                    stack.queue(
                        activity(f"WT{n:032x}", call.number, {"entity": "contact", "id": call.contact, "label": "Zoë"})
                    )
                cases = [answer.result() for answer in answers]
        finally:
            done.set()
            kills.join()
        wait_until(lambda: emptied(stack, began), QUIET, "an empty outbox")
        made = stack.sandbox("GET", "faults")["made"]
        print(
            f"{CALLS} calls and {CASES} cases in {time.monotonic() - began:.1f} s; faults {made}; asked {stack.asked()}"
        )
        assert min(made.get(name, 0) for name in ("timeout", "429", "500", "lost_answer")) >= 3, made
        found = problems(calls, cases, stack.table("phonecalls"), stack.table("incidents"))
        assert found == [], "\n".join(found[:20])
        private_in_logs(stack, ["+346001", "346001", "Quuxson", "O'Brien"])


def emptied(stack: DynamicsStack, began: float) -> bool:
    """Whether nothing waits any more; says now and then how much does, so that a failure shows where it stopped."""
    left = len(stack.waiting())
    print(f"{time.monotonic() - began:.1f} s: {left} wait, {len(stack.table('phonecalls'))} are there")
    time.sleep(1 if left else 0)
    return not left


def disturb(stack: DynamicsStack, rng: random.Random, done: threading.Event) -> None:
    """Kills one of the processes now and then, and lets Entra forget what it gave."""
    for _ in range(KILLS):
        if done.wait(rng.uniform(3, 6)):
            return
        victim = rng.choice(stack.crms)
        stack.kill(victim)
        stack.start(victim)
        stack.sandbox("POST", "dataverse/tokens/revoke", now=True)


def private_in_logs(stack: DynamicsStack, words: list[str]) -> None:
    log = stack.everything_logged()
    for word in [CLIENT_SECRET, *words]:
        assert word not in log, f"{word[:4]}… stands in a log"
    assert not re.search(r"Bearer [A-Za-z0-9]", log), "a token stands in a log"


@pytest.fixture(scope="module")
def calm():
    with DynamicsStack() as stack:
        yield stack


def test_a_call_is_written_as_dataverse_keeps_calls_and_a_later_note_changes_the_same_row(calm):
    (person,) = people = [customers(1)[0] | {"contactid": guid(), "telephone1": "+34699123001"}]
    calm.load("contacts", people)
    case = guid()
    calm.load(
        "incidents",
        [
            {
                "incidentid": case,
                "title": "Here before",
                "customerid_contact@odata.bind": f"/contacts({person['contactid']})",
            }
        ],
    )
    before = {row["activityid"] for row in calm.table("phonecalls")}
    calm.queue(activity("WTcalm1", "+34699123001", {"entity": "contact", "id": person["contactid"], "label": "Zoë"}))
    calm.queue(
        activity(
            "WTcalm2",
            "+34699123002",
            {"entity": "incident", "id": case, "label": "Here before"},
            direction="outbound",
            **{"to": "+34699123002", "from": "+34900111222"},
        )
    )
    wait_until(lambda: not calm.waiting(), QUIET, "an empty outbox")
    rows = {row["phonenumber"]: row for row in calm.table("phonecalls") if row["activityid"] not in before}
    assert set(rows) == {"+34699123001", "+34699123002"}
    one, two = rows["+34699123001"], rows["+34699123002"]
    assert (one["directioncode"], two["directioncode"]) == (False, True)
    assert one["_regardingobjectid_value"] == person["contactid"] and two["_regardingobjectid_value"] == case
    assert one["actualdurationminutes"] == 2 and one["actualstart"].startswith("2026-09-21T14:13:20")
    assert one["subject"] and one["statecode"] in (0, 1)
    calm.queue(
        activity(
            "WTcalm1",
            "+34699123001",
            {"entity": "contact", "id": person["contactid"], "label": "Zoë"},
            revision=2,
            notes="called back <b>",
        )
    )
    wait_until(lambda: not calm.waiting(), QUIET, "an empty outbox")
    (again,) = [row for row in calm.table("phonecalls") if row["phonenumber"] == "+34699123001"]
    assert again["activityid"] == one["activityid"] and "called back" in again["description"]


def test_a_pop_asks_dataverse_once_and_entra_never_again(calm):
    known = [person | {"telephone1": person["telephone1"].replace("00000", "22000")} for person in customers(20)]
    known = [person | {"contactid": guid(), "telephone1": f"+34 698 {n:03d} 111"} for n, person in enumerate(known)]
    calm.load("contacts", known)
    calm.find("+34698000111")
    before = counts(calm)
    for n, person in enumerate(known):
        (item,) = [item for item in calm.find(f"+34698{n:03d}111") if item["matchedOn"] == "phone_exact"]
        assert item["id"] == person["contactid"] and person["lastname"] in item["label"]
    after = counts(calm)
    assert after["dataverse"] - before["dataverse"] <= len(known), (before, after)
    assert after["tokens"] == before["tokens"] == 1, (before, after)


def test_a_customer_who_calls_is_shown_to_the_agent_by_one_request(calm):
    person = {"contactid": guid(), "firstname": "Håkon", "lastname": "Blåbær", "mobilephone": "+34 697 555 001"}
    calm.load("contacts", [person])
    before = counts(calm)
    call = calm.customer_calls("+34697555001")
    offer = calm.offered(ONE)
    row = wait_until(lambda: found(calm, offer), 20, "the customer's record")
    assert row["id"] == person["contactid"] and row["entity"] == "contact"
    assert counts(calm)["dataverse"] - before["dataverse"] <= 1
    calm.hang_up(call)
    private_in_logs(calm, ["+34697555001", "34697555001", "Blåbær", "Quuxson"])


def found(stack: DynamicsStack, offer: str) -> dict | None:
    """The record that an interaction is about, chosen or the only match."""
    row = stack.interactions(ONE)[offer]
    matches = row.get("matches") or row.get("candidates") or []
    return row.get("record") or next(iter(matches), None)


def counts(stack: DynamicsStack) -> dict[str, int]:
    """How many requests Dataverse had, and how many tokens Entra gave."""
    asked = stack.asked()
    return {"dataverse": sum(asked["requests"].values()), "tokens": asked["tokens"]}


def test_the_oracle_sees_what_is_twice_missing_of_another_or_wrongly_told():
    """Negative control: a sound table, then seven ways in which it is not."""
    calls = [Call("+34600100001", "c1"), Call("+34600100002", "c2", incident="i9")]
    cases = [Case("a", "c1", ("i1", "T-1")), Case("b", "c2")]
    phone = [
        {"activityid": "p1", "phonenumber": "+34600100001", "_regardingobjectid_value": "c1"},
        {"activityid": "p2", "phonenumber": "+34600100002", "_regardingobjectid_value": "i9"},
    ]
    rows = [
        {"incidentid": "i1", "title": "a", "ticketnumber": "T-1", "_customerid_value": "c1"},
        {"incidentid": "i2", "title": "b", "ticketnumber": "T-2", "_customerid_value": "c2"},
    ]
    assert problems(calls, cases, phone, rows) == []
    for spoilt in [
        (phone + [phone[0] | {"activityid": "p3"}], rows),
        (phone[:1], rows),
        (phone + [phone[0] | {"activityid": "p3", "phonenumber": "+34600100009"}], rows),
        ([phone[0] | {"_regardingobjectid_value": "c2"}, phone[1]], rows),
        (phone, rows + [rows[1] | {"incidentid": "i3", "ticketnumber": "T-3"}]),
        (phone, [rows[0] | {"_customerid_value": "c2"}, rows[1]]),
        (phone, [rows[0] | {"incidentid": "i7"}, rows[1]]),
        (phone, [rows[0], rows[1] | {"ticketnumber": "T-1"}]),
    ]:
        assert len(problems(calls, cases, *spoilt)) == 1, spoilt
