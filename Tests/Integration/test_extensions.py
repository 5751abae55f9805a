"""The directory over a real Broker: records, publishing, versions, and what the losers of a race are told."""

from __future__ import annotations

import pytest

from extensions_stack import AGENT, OTHER, SUPERVISOR, ExtensionsStack, record, worker


@pytest.fixture(scope="module")
def stack():
    with ExtensionsStack() as stack:
        yield stack


@pytest.fixture(autouse=True)
def empty(request):
    """Each test of the shared stack begins with an empty draft."""
    if "stack" not in request.fixturenames:
        return
    stack = request.getfixturevalue("stack")
    for item in stack.listed():
        assert stack.api("DELETE", f"extensions/{item['id']}", if_match=f'"{item["revision"]}"').status == 204


def test_a_record_lives(stack):
    made = stack.create("7777", 7, name="Ana Ruiz")
    assert made.location == f"/v1/extensions/{made['id']}" and made.etag == f'"{made["revision"]}"'
    assert made["status"] == "new" and made["updatedBy"] == "Sofia" and made["problems"] == []
    got = stack.api("GET", f"extensions/{made['id']}", actor=AGENT)
    assert (got.status, got.body) == (200, made.body)

    body = record("7777", 7, name="Ana Ruiz", fallback={"type": "queue", "queue": "Support"})
    changed = stack.api("PUT", f"extensions/{made['id']}", body, OTHER, made.etag)
    assert changed.status == 200 and changed["fallback"]["queue"] == "Support" and changed["updatedBy"] == "Omar"
    same = stack.api("PUT", f"extensions/{made['id']}", body, SUPERVISOR, changed.etag)
    assert same.status == 200 and same.etag == changed.etag and same["updatedBy"] == "Omar"

    gone = stack.api("DELETE", f"extensions/{made['id']}", if_match=changed.etag)
    assert gone.status == 204
    assert stack.api("GET", f"extensions/{made['id']}").status == 404
    changes = [change for event in stack.events() for change in event["data"]["changes"] if change["id"] == made["id"]]
    assert [(bool(c["before"]), bool(c["after"])) for c in changes] == [(False, True), (True, True), (True, False)]


def test_leading_zeros_are_kept(stack):
    made = stack.create("0042", 42)
    assert made["extension"] == "0042"
    assert stack.create("0043", 43).status == 201


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"extension": "12a4"}, "extension", "extensions.number_digits"),
        ({"extension": "1e5"}, "extension", "extensions.number_digits"),
        ({"extension": "-100"}, "extension", "extensions.number_digits"),
        ({"extension": "١٢٣٤"}, "extension", "extensions.number_digits"),
        ({"extension": "12"}, "extension", "extensions.number_length"),
        ({"extension": "1234567"}, "extension", "extensions.number_length"),
        ({"extension": "112"}, "extension", "extensions.number_reserved"),
        ({"extension": 4711}, "extension", "extensions.field_type"),
        ({"extension": None}, "extension", "extensions.required"),
        ({"target": None}, "target", "extensions.required"),
        ({"target": {"type": "worker", "workerSid": "WK1"}}, "target.workerSid", "extensions.worker_sid"),
        ({"target": {"type": "number", "number": "12"}}, "target.number", "extensions.number_e164"),
        ({"target": {"type": "queue"}}, "target.queue", "extensions.required"),
        ({"target": {"type": "fax"}}, "target.type", "extensions.target_type"),
        ({"spokenName": "x" * 1_000_000}, "spokenName", "extensions.text_length"),
        ({"spokenName": "a\u0000b"}, "spokenName", "extensions.text_characters"),
        ({"validUntil": "tomorrow"}, "validUntil", "extensions.valid_until"),
        ({"fallback": {"type": "worker", "workerSid": worker(14711)}}, "fallback.workerName", "extensions.required"),
    ],
)
def test_invalid_fields_are_named(stack, change, field, code):
    body = record("4711") | change
    if change.get("fallback"):
        body["spokenName"] = ""
        body["target"] = {"type": "queue", "queue": "Sales"}
    answer = stack.api("POST", "extensions", body)
    assert answer.status == 422 and answer["code"] == "extensions.invalid"
    assert (field, code) in [(error["field"], error["code"]) for error in answer["errors"]], answer.body


def test_number_and_worker_have_one_owner(stack):
    owner = stack.create("2000", 1)
    taken = stack.api("POST", "extensions", record("2000", 2))
    assert (taken.status, taken["code"], taken["owner"]["id"]) == (409, "extensions.number_taken", owner["id"])
    taken = stack.api("POST", "extensions", record("2001", 1))
    assert (taken.status, taken["code"], taken["owner"]["id"]) == (409, "extensions.worker_taken", owner["id"])


def test_no_number_begins_another(stack):
    stack.create("2000", 1)
    for number in ("200", "20001"):
        answer = stack.api("POST", "extensions", record(number, 5))
        assert answer.status == 422 and answer["errors"][0]["code"] == "extensions.number_ambiguous"


def test_the_loser_of_a_record_gets_both_versions_and_a_merge(stack):
    made = stack.create("3000", 3, name="Ben Cole")
    first = stack.api("PUT", f"extensions/{made['id']}", record("3001", 3, name="Ben Cole"), SUPERVISOR, made.etag)
    assert first.status == 200
    mine = record("3000", 3, name="Ben Cole") | {"spokenName": "Benjamin Cole"}
    second = stack.api("PUT", f"extensions/{made['id']}", mine, OTHER, made.etag)
    assert (second.status, second["code"]) == (412, "extensions.changed_meanwhile")
    assert second["current"]["extension"] == "3001" and second["yours"]["spokenName"] == "Benjamin Cole"
    assert second["base"]["extension"] == "3000" and second["conflicts"] == []
    assert (second["merged"]["extension"], second["merged"]["spokenName"]) == ("3001", "Benjamin Cole")
    third = stack.api("PUT", f"extensions/{made['id']}", second["merged"], OTHER, f'"{second["current"]["revision"]}"')
    assert third.status == 200
    conflict = stack.api("PUT", f"extensions/{made['id']}", record("3009", 3, name="B"), SUPERVISOR, first.etag)
    assert conflict["conflicts"] == ["spokenName"]


def test_preconditions_and_roles(stack):
    made = stack.create("4000", 4)
    path = f"extensions/{made['id']}"
    assert stack.api("PUT", path, record("4000", 4)).status == 428
    assert stack.api("DELETE", path).status == 428
    assert stack.api("PUT", path, record("4000", 4), if_match='"x"').status == 412
    assert stack.api("DELETE", path, if_match='"999999"').status == 412
    assert stack.api("DELETE", path, actor=AGENT, if_match=made.etag).status == 403
    assert stack.api("POST", "extensions", record("4001"), AGENT).status == 403
    assert stack.api("POST", "extensions", "{").status == 400
    assert stack.api("GET", "extensions/ex_0000000000000000").status == 404
    assert stack.api("PATCH", path).status in (404, 405)


def test_lists_are_sorted_filtered_and_paged(stack):
    names = ["Ángela", "ben", "Chloé", "Dario", "Émile", "Fátima", "Gus"]
    for number, name in enumerate(names):
        stack.create(f"5{number}00", 500 + number, name=name)
    assert [item["spokenName"] for item in stack.listed(sort="name", limit=2)] == names
    assert [item["spokenName"] for item in stack.listed(sort="-name", limit=3)] == names[::-1]
    assert [item["extension"] for item in stack.listed(sort="-updatedAt", limit=1)][0] == "5600"
    assert [item["spokenName"] for item in stack.listed(q="emile")] == ["Émile"]
    assert [item["extension"] for item in stack.listed(q="53")] == ["5300"]
    assert stack.api("GET", "extensions", query={"q": "fat", "limit": 1})["total"] == 1
    assert stack.api("GET", "extensions", query={"sort": "height"}).status == 400
    assert stack.api("GET", "extensions", query={"cursor": "!"}).status == 400
    assert stack.api("GET", "extensions", query={"limit": "1001"}).status == 400
    assert len(stack.listed(status="new")) + len(stack.listed(status="changed")) == 7


def test_the_next_free_number(stack):
    assert stack.api("GET", "extensions/next")["extension"] == "100"
    stack.create("100", 1)
    assert stack.api("GET", "extensions/next")["extension"] == "101"


def test_publish_versions_and_rollback(stack):
    stack.create("6000", 6)
    tag = stack.draft_tag()
    stale = stack.api("POST", "extensions/publish", {}, if_match='"d0"')
    assert stale.status == 412
    assert stale["detail"] == (
        "Routes were updated by someone else and cannot be published. Please reload and try again."
    )
    assert stack.api("POST", "extensions/publish", {}).status == 428
    assert stack.api("POST", "extensions/publish", {}, AGENT, tag).status == 403
    begun = stack.api("POST", "extensions/publish", {"note": "first"}, if_match=tag)
    assert begun.status == 202 and begun["publish"]["state"] == "validating"
    ended = stack.wait_for_publish()
    assert ended["state"] == "deployed" and ended["missing"] == []
    first = stack.published()
    assert [entry["number"] for entry in stack.served()] == ["6000"]
    assert stack.listed()[0]["status"] == "published"

    stack.create("6001", 61)
    assert [item["status"] for item in stack.listed()] == ["published", "new"]
    assert stack.publish().status == 202
    assert stack.wait_for_publish()["state"] == "deployed"
    assert [entry["number"] for entry in stack.served()] == ["6000", "6001"]

    back = stack.api("POST", f"extensions/versions/{first['version']}/rollback", {})
    assert back.status == 202
    assert stack.wait_for_publish()["state"] == "deployed"
    now = stack.published()
    assert now["version"] == first["version"] + 2 and now["sha256"] == first["sha256"]
    versions = stack.api("GET", "extensions/versions")["items"]
    assert [v["version"] for v in versions[:3]] == [first["version"] + 2, first["version"] + 1, first["version"]]
    assert versions[0]["rollbackOf"] == first["version"] and versions[2]["note"] == "first"
    assert "chunks" not in versions[0]
    assert stack.api("POST", "extensions/versions/999/rollback", {}).status == 404
    assert stack.api("GET", "extensions")["draft"]["changes"] == 1
    published = [event["data"] for event in stack.events("extensions.published")]
    assert [data["version"] for data in published[-3:]] == [v["version"] for v in versions[:3]][::-1]
    assert published[-1]["rollbackOf"] == first["version"] and published[-1]["by"]["name"] == "Sofia"


def test_a_rollback_can_take_the_draft_with_it_and_be_undone(stack):
    stack.create("6100", 6)
    assert stack.publish().status == 202
    assert stack.wait_for_publish()["state"] == "deployed"
    first, before = stack.published(), [r["extension"] for r in stack.listed()]
    stack.create("6101", 61)
    path = f"extensions/versions/{first['version']}/rollback"
    assert stack.api("POST", path, {"resetDraft": True}).status == 428
    stale = stack.draft_tag()
    stack.create("6102", 62)
    refused = stack.api("POST", path, {"resetDraft": True}, if_match=stale)
    assert (refused.status, refused["code"]) == (412, "extensions.draft_changed")
    assert stack.published()["version"] == first["version"]
    done = stack.api("POST", path, {"resetDraft": True}, if_match=stack.draft_tag())
    assert done.status == 202 and done["batch"], done
    assert stack.wait_for_publish()["state"] == "deployed"
    assert [r["extension"] for r in stack.listed()] == before
    assert stack.published()["sha256"] == first["sha256"]
    assert stack.api("POST", f"extensions/imports/{done['batch']}/undo", {}).status == 200
    assert [r["extension"] for r in stack.listed()] == [*before, "6101", "6102"]


def test_a_publish_waits_for_the_lookups_and_lists_those_that_are_late():
    with ExtensionsStack(1, {"extensions.publish.deploy_timeout_seconds": 2}) as stack:
        stack.create("6000", 6)
        for instance in ("gateway", "gateway-2"):
            stack.report(instance, {"version": 0, "sha256": "", "count": 0})
        assert stack.publish().status == 202
        again = stack.publish()
        assert again.status == 409
        assert again["detail"] == (
            "Another route publish is in progress. Publishing now will overwrite other changes."
        )
        while stack.published()["version"] == 0:
            pass
        stack.report("gateway", stack.published())
        ended = stack.wait_for_publish()
        assert (ended["state"], ended["missing"], ended["done"], ended["total"]) == ("deployed", ["gateway-2"], 1, 2)
        assert {row["instance"]: row["isCurrent"] for row in ended["lookups"]} == {"gateway": True, "gateway-2": False}


def test_a_restart_finds_everything(stack):
    made = stack.create("7000", 70)
    for name in stack.names:
        assert stack.stop(name) == 0
    stack.start(*stack.names)
    assert stack.listed() == [stack.api("GET", f"extensions/{made['id']}").body]
