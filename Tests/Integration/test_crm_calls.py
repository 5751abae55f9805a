"""Calls that customers make, from the offer to the record: Broker, Gateway, Sandbox and patchbay-crm are real."""

from __future__ import annotations

import json

import pytest

import crm_oracle
from crm_stack import CUSTOMER, DEADLINE, ONE, TWO, CRMStack
from sync_stack import wait_until


@pytest.fixture(scope="module")
def stack():
    with CRMStack(crms=2) as stack:
        yield stack
        assert crm_oracle.problems(stack) == []


def record(stack, id: str) -> dict:
    return wait_until(lambda: crm_oracle.logs(stack).get(id), DEADLINE, f"the record of {id}")


def finish(stack, id: str, agent: str = ONE) -> dict:
    stack.wait(agent, id, "wrapup")
    status, body = stack.api("PUT", f"agent/interactions/{id}/wrapup", {"notes": "done", "complete": True}, agent)
    assert status == 200, body
    return record(stack, id)


def test_a_call_is_offered_accepted_and_ended_by_the_customer(stack):
    id, call = stack.answered_call()
    row = stack.interactions()[id]
    assert (row["channel"], row["direction"], row["from"]) == ("voice", "inbound", CUSTOMER)
    assert row["connectedTs"] >= row["acceptedTs"] >= row["offeredTs"]
    stack.hang_up(call)
    stack.wait(ONE, id, "wrapup", endedBy="customer")
    log = finish(stack, id)
    assert (log["outcome"], log["notes"], log["agentId"]) == ("completed", "done", ONE)
    changes = [row["data"]["event"] for row in stack.events("interaction.updated") if row["data"]["interaction"]["interactionId"] == id]
    kept = [change for change in changes if change != "updated"]
    assert kept == ["offered", "accepted", "connected", "wrapup", "completed"], changes


def test_the_record_is_asked_for_once_when_the_call_is_accepted(stack):
    id, call = stack.answered_call()
    pops = [row for row in stack.events("pop.requested") if row["data"]["interactionId"] == id]
    assert len(pops) == 1
    assert pops[0]["data"]["trigger"] == "accepted"
    assert pops[0]["data"]["query"]["phone"] == CUSTOMER
    assert pops[0]["expiresat"] and pops[0]["partitionkey"] == ONE
    assert stack.api("POST", f"agent/pops/{pops[0]['data']['popId']}", {"outcome": "none", "latencyMs": 3})[0] == 204
    assert stack.api("POST", f"agent/interactions/{id}/pop", {})[0] == 202
    pops = [row["data"]["trigger"] for row in stack.events("pop.requested") if row["data"]["interactionId"] == id]
    assert pops == ["accepted", "manual"]
    stack.hang_up(call)
    finish(stack, id)


def test_the_agent_holds_mutes_and_hangs_up_and_the_customer_is_told(stack):
    id, call = stack.answered_call()
    stack.act(ONE, id, "hold")
    stack.wait(ONE, id, "connected", held=True)
    assert stack.call(call)["held"]
    stack.act(ONE, id, "resume")
    stack.wait(ONE, id, "connected", held=False)
    stack.act(ONE, id, "mute")
    stack.wait(ONE, id, "connected", muted=True)
    stack.act(ONE, id, "unmute")
    stack.wait(ONE, id, "connected", muted=False)
    stack.act(ONE, id, "hangup")
    wait_until(lambda: stack.call(call)["status"] == "completed", DEADLINE, "the customer's end")
    stack.wait(ONE, id, "wrapup", endedBy="agent")
    assert finish(stack, id)["outcome"] == "completed"


def test_a_declined_offer_goes_to_the_other_agent_and_both_have_their_record(stack):
    call = stack.customer_calls()
    id = stack.offered(ONE)
    stack.go(TWO, "Available")
    stack.act(ONE, id, "reject")
    stack.wait(ONE, id, "rejected")
    assert record(stack, id)["outcome"] == "rejected"
    second = stack.offered(TWO)
    assert second == f"{id}~2"
    stack.hang_up(call)
    stack.wait(TWO, second, "cancelled")
    assert record(stack, second)["outcome"] == "cancelled"
    stack.go(TWO, "Offline")


def test_the_record_of_who_declined_says_nothing_of_the_others_call(stack):
    call = stack.customer_calls()
    id = stack.offered(ONE)
    stack.go(TWO, "Available")
    stack.act(ONE, id, "reject")
    declined = record(stack, id)
    second = stack.offered(TWO)
    stack.act(TWO, second, "accept")
    stack.pick_up(TWO)
    stack.wait(TWO, second, "connected")
    stack.act(TWO, second, "hold")
    stack.wait(TWO, second, "connected", held=True)
    stack.hang_up(call)
    finish(stack, second, TWO)
    assert record(stack, second)["talkMs"] + record(stack, second)["holdMs"] > 0
    assert record(stack, id) == declined and (declined["revision"], declined["talkMs"]) == (1, 0)
    told = [row["data"] for row in stack.events("interaction.updated") if row["data"]["interaction"]["interactionId"] == id]
    assert not any("agentCallSid" in row["interaction"].get("call", {}) for row in told)
    stack.go(TWO, "Offline")


def test_another_agent_sees_and_does_nothing_with_it(stack):
    id, call = stack.answered_call()
    assert stack.act(TWO, id, "hangup", expect=403)["code"] == "crm.not_yours"
    assert stack.act(TWO, "WT" + "0" * 32, "hangup", expect=404)["code"] == "crm.unknown_interaction"
    assert stack.act(ONE, id, "accept", expect=409)["state"] == "connected"
    assert stack.api("GET", "agent", agent="nobody")[0] == 404
    stack.hang_up(call)
    finish(stack, id)


def test_a_repeated_command_is_done_once(stack):
    id, call = stack.answered_call()
    body = {"action": "hold", "requestId": "one-click"}
    for _ in range(2):
        assert stack.api("POST", f"agent/interactions/{id}/actions", body)[0] == 202
    stack.wait(ONE, id, "connected", held=True)
    stack.act(ONE, id, "resume")
    stack.wait(ONE, id, "connected", held=False)
    assert stack.api("POST", f"agent/interactions/{id}/actions", body)[0] == 202
    assert not stack.interactions()[id]["held"]
    stack.hang_up(call)
    finish(stack, id)


def test_one_panel_leads_until_another_takes_over(stack):
    lease = lambda panel, action: stack.api("POST", "agent/lease", {"panelId": panel, "action": action})[1]["leader"]  # noqa: E731
    assert lease("p1", "beat") and not lease("p2", "beat")
    assert lease("p2", "take") and not lease("p1", "beat")
    assert stack.snapshot()["agent"]["leader"]["panelId"] == "p2"
    assert not lease("p2", "release") and lease("p1", "beat")
    lease("p1", "release")


def test_the_activity_is_changed_and_told(stack):
    status, agent = stack.api("PUT", "agent/activity", {"activity": "Unavailable"})
    assert (status, agent["activity"]["name"], agent["activity"]["available"]) == (200, "Unavailable", False)
    stack.go(ONE, "Available")
    wait_until(lambda: stack.events("agent.updated")[-1]["data"]["agent"]["activity"]["available"], DEADLINE, "agent.updated")


def test_a_call_goes_to_a_colleague_and_each_has_one_record(stack):
    id, call = stack.answered_call()
    stack.go(TWO, "Available")
    stack.act(ONE, id, "transfer", target={"kind": "agent", "id": TWO}, mode="cold")
    second = stack.offered(TWO)
    stack.act(TWO, second, "accept")
    stack.pick_up(TWO)
    stack.wait(TWO, second, "connected")
    stack.wait(ONE, id, "wrapup", "transferred")
    assert stack.call(call)["status"] == "in-progress"
    stack.hang_up(call)
    finish(stack, second, TWO)
    finish(stack, id)
    assert stack.interactions()[id]["state"] == "transferred"
    stack.go(TWO, "Offline")


def test_a_call_goes_to_a_queue_and_whoever_takes_it_has_it(stack):
    id, call = stack.answered_call()
    stack.go(TWO, "Available")
    queues = stack.api("GET", "agent/targets")[1]["queues"]
    stack.act(ONE, id, "transfer", target={"kind": "queue", "id": queues[0]["id"]}, mode="cold")
    second = stack.offered(TWO)
    stack.act(TWO, second, "accept")
    stack.pick_up(TWO)
    stack.wait(TWO, second, "connected")
    stack.wait(ONE, id, "wrapup", "transferred")
    assert stack.act(TWO, second, "transfer", expect=400, target={"kind": "queue", "id": "WK" + "1" * 32})["code"] == "crm.parameter"
    stack.hang_up(call)
    finish(stack, second, TWO)
    finish(stack, id)
    stack.go(TWO, "Offline")


def test_a_customer_is_handed_to_a_number_by_a_warm_transfer(stack):
    id, call = stack.answered_call()
    stack.act(ONE, id, "transfer", target={"kind": "number", "id": "+34 622 222 222"}, mode="warm")
    third = stack.pick_up("+34622222222")
    wait_until(lambda: stack.interactions()[id]["transfer"]["state"] == "talking", DEADLINE, "the third party")
    assert stack.interactions()[id]["state"] == "connected"
    stack.act(ONE, id, "hangup")
    finish(stack, id)
    assert stack.call(call)["status"] == "in-progress" and stack.call(third)["status"] == "in-progress"
    stack.hang_up(call)
    wait_until(lambda: stack.call(third)["status"] == "completed", DEADLINE, "the third party's end")


def test_a_customer_is_handed_to_a_number_by_a_cold_transfer(stack):
    id, call = stack.answered_call()
    stack.act(ONE, id, "transfer", target={"kind": "number", "id": "+34633333333"}, mode="cold")
    third = stack.pick_up("+34633333333")
    stack.wait(ONE, id, "wrapup", "transferred")
    assert stack.call(call)["status"] == "in-progress" and stack.call(third)["status"] == "in-progress"
    stack.hang_up(third)
    finish(stack, id)


def test_a_call_that_nobody_takes_is_recorded_as_missed(stack):
    call = stack.customer_calls()
    id = stack.offered(ONE)
    stack.act(ONE, id, "accept")
    leg = stack.ringing(f"client:{ONE}")
    stack.telephone(leg, "no-answer")
    stack.wait(ONE, id, "missed")
    assert record(stack, id)["outcome"] == "missed"
    stack.hang_up(call)


def test_the_oracle_sees_a_record_that_is_missing(stack):
    """Negative control: without its document one interaction has no record any more."""
    entry = next(entry for entry in stack.client.entries("crm-interactions") if "log" in json.loads(entry.value))
    stack.client.delete("crm-interactions", entry.key)
    assert crm_oracle.problems(stack) != []
    stack.client.put("crm-interactions", entry.key, entry.value)
    assert crm_oracle.problems(stack) == []
