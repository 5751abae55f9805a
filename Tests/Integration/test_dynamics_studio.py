"""The two endpoints of the Dynamics sample, as a Studio flow uses them: signed, at the Gateway, against the Sandbox's Dataverse.

Requests are signed with Twilio's own library. What the tables hold is read past all of it.
"""

from __future__ import annotations

import time
import uuid
from urllib.parse import unquote_plus

import pytest

from dynamics_stack import DynamicsStack, call_sid, guid

FIND, CREATE = "findContactByPhoneNum", "createCase"
ANA = {
    "contactid": guid(), "firstname": "Ana", "lastname": "Ruiz O'Neill", "telephone1": "+34 600 222 301",
    "emailaddress1": "ana@example.com",
}  # fmt: skip
OTHER = {
    "contactid": guid(),
    "firstname": "Bo",
    "lastname": "Büyük",
    "mobilephone": "0207 946 0302",
    "address1_country": "UK",
}
PRODUCTS = [
    {"productid": "7d3f1a52-0f6c-4f0e-9a55-2f4b9d1c8e01", "name": "Router"}, {"productid": guid(), "name": "O'Brien's \"best\" modem & cable (5\u00a0m)"},
    {"productid": guid(), "name": "100% wool_"}, {"productid": guid(), "name": "100 woolx"},
]  # fmt: skip
STUDIO_LIMIT = 10.0  # seconds that a flow waits for an answer

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def stack():
    with DynamicsStack(dynamics={"case_columns": ["prioritycode"]}) as stack:
        stack.load("contacts", [ANA, OTHER])
        stack.load("products", PRODUCTS)
        stack.load("subjects", [{"subjectid": guid(), "title": "Delivery"}])
        stack.find(ANA["telephone1"])
        yield stack


def world(stack: DynamicsStack) -> dict[str, list]:
    """All tables but the cases, as they are."""
    tables = ["contacts", "accounts", "products", "subjects", "phonecalls", "systemusers"]
    return {name: sorted(stack.table(name), key=str) for name in tables}


def case(stack: DynamicsStack, id: str) -> dict:
    return next(row for row in stack.table("incidents") if row["incidentid"] == id)


def problem(answer, *statuses: int) -> dict:
    assert answer.status_code in statuses, f"{answer.status_code} {answer.text}"
    assert answer.headers["Content-Type"].startswith("application/problem+json"), answer.headers
    body = answer.json()
    assert body["status"] == answer.status_code and body["title"]
    return body


# What the sample's flows get


def test_a_caller_is_found_in_the_shape_of_the_sample(stack):
    for number in ["+34600222301", "+34 600 222 301"]:
        answer = stack.studio(FIND, phoneNum=number)
        assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("application/json")
        assert answer.json() == {
            "contactid": ANA["contactid"], "firstname": "Ana", "lastname": "Ruiz O'Neill",
            "telephone1": "+34 600 222 301", "emailaddress1": "ana@example.com",
        }  # fmt: skip
    other = stack.studio(FIND, phoneNum="+442079460302").json()
    assert (other["contactid"], other["lastname"]) == (OTHER["contactid"], "Büyük")
    nobody = stack.studio(FIND, phoneNum="+34600222399")
    assert (nobody.status_code, nobody.json()) == (200, {})


def test_a_case_is_opened_for_the_contact_with_its_columns(stack):
    subjects = len(stack.table("subjects"))
    answer = stack.studio(
        CREATE, CallSid=call_sid(), contactid=ANA["contactid"], title="No light & no \"sound\"", description="line 1\nline 2 – é",
        caseorigincode="1", casetypecode="2", productName=PRODUCTS[1]["name"], subject="Delivery", prioritycode="1",
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"incidentId", "ticketNumber"}
    row = case(stack, answer.json()["incidentId"])
    assert row["ticketnumber"] == answer.json()["ticketNumber"]
    assert (row["title"], row["description"]) == ('No light & no "sound"', "line 1\nline 2 – é")
    assert (row["caseorigincode"], row["casetypecode"], row["prioritycode"]) == (1, 2, 1)
    assert row["_customerid_value"] == ANA["contactid"] and row["_productid_value"] == PRODUCTS[1]["productid"]
    assert len(stack.table("subjects")) == subjects, "no subject is made for a case"


def test_the_same_request_again_is_the_same_case(stack):
    key = call_sid()
    answers = [
        stack.studio(CREATE, CallSid=key, contactid=ANA["contactid"], title="Asked again", caseorigincode="1")
        for _ in range(4)
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({(answer.json()["incidentId"], answer.json()["ticketNumber"]) for answer in answers}) == 1
    assert len([row for row in stack.table("incidents") if row["title"] == "Asked again"]) == 1
    other = stack.studio(
        CREATE, CallSid=call_sid(), contactid=ANA["contactid"], title="Asked again", caseorigincode="1"
    )
    assert other.json()["incidentId"] != answers[0].json()["incidentId"], "another call is another case"


# Who may ask, and for what


def test_nobody_gets_in_without_a_signature_of_this_very_request(stack):
    before = world(stack), len(stack.table("incidents"))
    form = {"contactid": ANA["contactid"], "title": "Unsigned", "CallSid": call_sid()}
    refused = [
        stack.studio(FIND, sign=False, phoneNum="+34600222301"),
        stack.studio(CREATE, sign=False, **form),
        stack.studio(CREATE, sign=False, headers={"X-Twilio-Signature": "bm9uc2Vuc2U="}, **form),
    ]
    for answer in refused:
        problem(answer, 401, 403)
        assert "Ana" not in answer.text
    signed = stack.studio(FIND, phoneNum="+34600222399").request.headers["X-Twilio-Signature"]
    problem(stack.studio(FIND, sign=False, headers={"X-Twilio-Signature": signed}, phoneNum="+34600222301"), 401, 403)
    assert (world(stack), len(stack.table("incidents"))) == before


@pytest.mark.parametrize(
    "column",
    [
        "ownerid@odata.bind", "statecode", "ticketnumber", "customerid_account@odata.bind", "incidentid", "isescalated",
        "request", "_customerid_value", "@odata.type", "nosuchcolumn",
    ],
)  # fmt: skip
def test_a_column_that_is_not_allowed_is_refused_by_its_name(stack, column):
    before = len(stack.table("incidents"))
    form = {"contactid": ANA["contactid"], "title": "Mass assignment", "CallSid": call_sid(), column: "1"}
    assert column in str(problem(stack.studio(CREATE, **form), 400))
    assert len(stack.table("incidents")) == before


def test_what_is_missing_or_malformed_is_said(stack):
    before = len(stack.table("incidents"))
    for form in [
        {"contactid": ANA["contactid"]},
        {"title": "No contact"},
        {"title": "Bad contact", "contactid": "1"},
        {"title": "Bad contact", "contactid": f"{ANA['contactid']})/fullname"},
        {"title": "x" * 5_000, "contactid": ANA["contactid"]},
        {"title": "Bad code", "contactid": ANA["contactid"], "caseorigincode": "phone"},
        {"title": "Bad code", "contactid": ANA["contactid"], "casetypecode": "99"},
    ]:
        problem(stack.studio(CREATE, CallSid=call_sid(), **form), 400, 422)
    problem(stack.studio(CREATE, CallSid=call_sid(), contactid=str(uuid.uuid4()), title="Nobody's"), 400, 404, 422)
    problem(stack.studio(FIND, phoneNum=""), 400, 422)
    assert len(stack.table("incidents")) == before


# What is meant to break out


@pytest.mark.parametrize(
    "phone",
    [
        "' or 1 eq 1", "%27 or 1 eq 1", "'%20or%201%20eq%201", "+34600222399' or telephone1 ne null or telephone1 eq '",
        "') or contains(lastname,'", "%", "_", "%%%%%%%%%", "*", "+34600222399\x00' or 1 eq 1", "\r\nHost: x", "null",
        "+34600222399&$filter=1 eq 1", "@p1", "\u2019 or 1 eq 1", "＇ or 1 eq 1", "0" * 64,
    ],
)  # fmt: skip
def test_no_number_finds_anybody_that_it_is_not(stack, phone):
    before = world(stack)
    answer = stack.studio(FIND, phoneNum=phone)
    if answer.status_code != 200:
        problem(answer, 400, 422)
    else:
        assert answer.json() == {}, answer.text
    assert world(stack) == before


@pytest.mark.parametrize(
    "name",
    [
        "x' or name ne 'x", "Router' or '1' eq '1", "Router)", "x%27 or name ne %27x", "100% woolx", "%", "undefined", "",
        f"/products({PRODUCTS[0]['productid']})", "Rou\x00ter", "Router\x0b", "ro_ter",
    ],
)  # fmt: skip
def test_no_product_name_binds_another_product(stack, name):
    before = world(stack)
    form = {"contactid": ANA["contactid"], "title": f"Product {name!r}", "CallSid": call_sid(), "productName": name}
    answer = stack.studio(CREATE, **form)
    if answer.status_code == 200:
        assert case(stack, answer.json()["incidentId"])["_productid_value"] is None
    else:
        assert "product" in str(problem(answer, 400, 404, 422))
    assert world(stack) == before


def test_texts_arrive_as_they_were_written_or_not_at_all(stack):
    before = world(stack)
    for title in [
        "'); drop table incidents; --", '{"title":"x","ownerid":"y"}', "a%27b%20c", "<b>&amp;</b>", "back\\slash \"quoted\"",
        "\u202eesrever", "emoji 🙂 and 漢字", "two  spaces", "plus + sign", "tab\there",
    ]:  # fmt: skip
        answer = stack.studio(CREATE, CallSid=call_sid(), contactid=ANA["contactid"], title=title)
        if answer.status_code == 200:
            # The sample decodes its texts once more, and so do flows that encode them for it.
            assert case(stack, answer.json()["incidentId"])["title"] in (title, unquote_plus(title))
        else:
            problem(answer, 400, 422)
    for title in ["null\x00byte", "bell\x07", "escape\x1b[31m"]:
        answer = stack.studio(CREATE, CallSid=call_sid(), contactid=ANA["contactid"], title=title)
        if answer.status_code == 200:
            kept = case(stack, answer.json()["incidentId"])["title"]
            assert not any(ord(c) < 32 for c in kept), kept
        else:
            problem(answer, 400, 422)
    assert world(stack) == before


# A CRM that is slow


def test_a_flow_gets_its_answer_in_time_from_a_slow_crm_and_one_case_in_the_end(stack):
    key = call_sid()
    form = {"CallSid": key, "contactid": ANA["contactid"], "title": "Slow", "caseorigincode": "1"}
    stack.faults(
        seed=1, rules=[{"project": "dataverse", "match": {"product": "dataverse"}, "effect": {"latency_ms": 15_000}}]
    )
    try:
        began = time.monotonic()
        found = stack.studio(FIND, phoneNum="+34600222301")
        assert time.monotonic() - began < STUDIO_LIMIT
        assert found.status_code == 200 or problem(found, 503, 504)
        began = time.monotonic()
        answer = stack.studio(CREATE, **form)
        assert time.monotonic() - began < STUDIO_LIMIT
        problem(answer, 503, 504)
    finally:
        stack.faults()
    deadline = time.monotonic() + 60
    while (answer := stack.studio(CREATE, **form)).status_code != 200:
        assert answer.status_code in (429, 503, 504) and time.monotonic() < deadline, answer.text
        time.sleep(0.1)
    assert [row["incidentid"] for row in stack.table("incidents") if row["title"] == "Slow"] == [
        answer.json()["incidentId"]
    ]


def test_no_number_name_or_secret_of_all_this_is_logged(stack):
    log = stack.everything_logged()
    for word in ["600222301", "600 222 301", "O'Neill", "Büyük", "ana@example.com", "No light", "dataverse-secret"]:
        assert word not in log, f"{word[:3]}… stands in a log"
