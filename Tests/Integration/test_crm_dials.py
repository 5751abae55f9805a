"""Calls that agents click, from the click to the record: Broker, Gateway, Sandbox and patchbay-crm are real."""

from __future__ import annotations

import json
import time

import pytest

import crm_oracle
from crm_stack import CALLER_ID, DEADLINE, ONE, TWO, CRMStack
from patchbay_client import event
from sync_stack import wait_until
from test_crm_calls import record

NUMBER = "+34600999888"


@pytest.fixture(scope="module")
def stack():
    with CRMStack() as stack:
        yield stack
        assert crm_oracle.problems(stack) == []


def legs(stack, to: str) -> list[dict]:
    return [row for row in stack.calls() if row["to"] == to]


def connected(stack, number: str = NUMBER) -> tuple[str, str]:
    dial = stack.dial(number)
    stack.pick_up(ONE)
    call = stack.pick_up(number)
    stack.wait(ONE, dial, "connected")
    return dial, call


def close(stack, dial: str) -> dict:
    stack.wait(ONE, dial, "wrapup")
    assert stack.api("PUT", f"agent/interactions/{dial}/wrapup", {"notes": "", "complete": True})[0] == 200
    return record(stack, dial)


def refused(stack, dial: str, reason: str) -> dict:
    answer = stack.answered(dial)
    assert answer["type"] == "dial.refused" and answer["data"]["reason"] == reason, answer
    return answer["data"]


def test_a_clicked_number_rings_the_agent_then_the_customer_and_is_recorded(stack):
    dial = stack.dial("600 99 98 88")
    answer = stack.answered(dial)
    assert (answer["type"], answer["data"]["status"], answer["data"]["e164"]) == ("dial.accepted", "placed", NUMBER)
    stack.wait(ONE, dial, "dialing")
    assert not legs(stack, NUMBER)
    stack.pick_up(ONE)
    stack.wait(ONE, dial, "ringing")
    call = stack.pick_up(NUMBER)
    row = stack.wait(ONE, dial, "connected")
    assert (row["direction"], row["from"], row["to"]) == ("outbound", CALLER_ID, NUMBER)
    stack.act(ONE, dial, "hold")
    stack.wait(ONE, dial, "connected", held=True)
    assert stack.call(call)["held"]
    stack.act(ONE, dial, "resume")
    stack.wait(ONE, dial, "connected", held=False)
    stack.hang_up(call)
    stack.wait(ONE, dial, "wrapup", endedBy="customer")
    log = close(stack, dial)
    assert (log["outcome"], log["direction"], log["to"]) == ("completed", "outbound", NUMBER)


def test_the_agent_hangs_up_and_both_legs_end(stack):
    dial, call = connected(stack)
    stack.act(ONE, dial, "hangup")
    wait_until(lambda: stack.call(call)["status"] == "completed", DEADLINE, "the customer's end")
    stack.wait(ONE, dial, "wrapup", endedBy="agent")
    close(stack, dial)


@pytest.mark.parametrize("what, outcome", [("busy", "busy"), ("no-answer", "no_answer"), ("fail", "failed")])
def test_a_customer_who_does_not_answer_leaves_a_record_and_no_wrap_up(stack, what, outcome):
    dial = stack.dial(NUMBER)
    agent = stack.pick_up(ONE)
    stack.telephone(stack.ringing(NUMBER), what)
    stack.wait(ONE, dial, "completed", outcome=outcome)
    assert record(stack, dial)["outcome"] == outcome
    wait_until(lambda: stack.call(agent)["status"] == "completed", DEADLINE, "the end of the agent's leg")


def test_an_agent_who_hangs_up_while_it_rings_leaves_nobody_ringing(stack):
    dial = stack.dial(NUMBER)
    stack.pick_up(ONE)
    customer = stack.ringing(NUMBER)
    stack.act(ONE, dial, "hangup")
    wait_until(lambda: stack.call(customer)["status"] == "canceled", DEADLINE, "the end of the ringing")
    assert record(stack, dial)["outcome"] == "cancelled"


def test_an_agent_who_does_not_take_the_telephone_up_calls_nobody(stack):
    dial = stack.dial(NUMBER)
    before = len(legs(stack, NUMBER))
    stack.telephone(stack.ringing(f"client:{ONE}"), "no-answer")
    stack.wait(ONE, dial, "completed")
    assert len(legs(stack, NUMBER)) == before
    assert record(stack, dial)["outcome"] == "cancelled"


def test_numbers_that_may_not_be_called_are_refused_with_what_would_help(stack):
    before = len(stack.calls())
    assert "US" in refused(stack, stack.dial("+14155552671"), "blocked")["remedy"]
    refused(stack, stack.dial("hello"), "invalid_number")
    stack.sandbox("POST", "dialing", project="flex", country="FR", enabled=False)
    detail = refused(stack, stack.dial("+33 1 42 68 53 00"), "no_permission")
    assert "Geographic permissions" in detail["remedy"]
    assert len(stack.calls()) == before


def test_a_double_click_is_one_call_and_a_second_click_meanwhile_is_busy(stack):
    before = len(legs(stack, f"client:{ONE}"))
    dial = stack.dial(NUMBER, nonce="click-click")
    assert stack.dial(NUMBER, nonce="click-click") == dial
    stack.answered(dial)
    stack.ringing(f"client:{ONE}")
    refused(stack, stack.dial(NUMBER), "busy")
    assert len(legs(stack, f"client:{ONE}")) == before + 1
    stack.act(ONE, dial, "hangup")
    stack.wait(ONE, dial, "completed")


def test_an_agent_who_is_away_or_not_leading_dials_nobody(stack):
    stack.api("POST", "agent/lease", {"panelId": "p1", "action": "take"})
    refused(stack, stack.dial(NUMBER, panelId="p2"), "not_leader")
    stack.api("POST", "agent/lease", {"panelId": "p1", "action": "release"})
    stack.go(ONE, "Unavailable")
    wait_until(lambda: not stack.snapshot()["agent"]["activity"]["available"], DEADLINE, "the activity")
    refused(stack, stack.dial(NUMBER), "offline")
    stack.go(ONE, "Available")
    wait_until(lambda: stack.snapshot()["agent"]["activity"]["available"], DEADLINE, "the activity")


def test_a_click_that_waited_too_long_is_not_dialled(stack):
    before = len(stack.calls())
    stack.kill("crm-1")
    dial = stack.dial(NUMBER, expires=1.0)
    wait_until(lambda: stack.events("dial.requested")[-1]["data"]["dialId"] == dial, DEADLINE, "the click")
    wait_until(lambda: is_over(stack.events("dial.requested")[-1]["expiresat"]), DEADLINE, "the click's end")
    stack.start("crm-1")
    refused(stack, dial, "expired")
    assert len(stack.calls()) == before


def test_a_click_before_the_broker_went_away_is_not_dialled_when_it_is_back(stack):
    before = len(stack.calls())
    stack.kill("crm-1")
    dial = stack.dial(NUMBER, expires=1.0)
    expires = stack.events("dial.requested")[-1]["expiresat"]
    stack.kill("broker")
    wait_until(lambda: is_over(expires), DEADLINE, "the click's end")
    stack.start("broker")
    stack.reconnect()
    stack.start("crm-1")
    refused(stack, dial, "expired")
    assert len(stack.calls()) == before


def is_over(moment: str) -> bool:
    import calendar
    import time

    return time.time() > calendar.timegm(time.strptime(moment, "%Y-%m-%dT%H:%M:%SZ"))


def test_a_lost_answer_to_the_agents_call_is_found_and_not_repeated(stack):
    before = len(legs(stack, f"client:{ONE}"))
    stack.faults(rules=[{"match": {"product": "api", "method": "POST", "path_prefix": "/2010-04-01/Accounts"}, "effect": {"lost_answer": True}, "times": 1}])
    dial = stack.dial(NUMBER)
    assert stack.answered(dial)["type"] == "dial.accepted"
    stack.faults()
    assert len(legs(stack, f"client:{ONE}")) == before + 1
    stack.pick_up(ONE)
    call = stack.pick_up(NUMBER)
    stack.wait(ONE, dial, "connected")
    stack.hang_up(call)
    close(stack, dial)


def test_a_lost_answer_to_the_customers_call_is_found_and_not_repeated(stack):
    dial = stack.dial(NUMBER)
    stack.answered(dial)
    before = len(legs(stack, NUMBER))
    stack.faults(rules=[{"match": {"product": "api", "method": "POST", "path_prefix": "/2010-04-01/Accounts"}, "effect": {"lost_answer": True}, "times": 1}])
    stack.pick_up(ONE)
    call = stack.pick_up(NUMBER)
    stack.faults()
    stack.wait(ONE, dial, "connected")
    assert len(legs(stack, NUMBER)) == before + 1
    stack.hang_up(call)
    close(stack, dial)


def test_a_process_that_dies_between_the_steps_calls_nobody_twice(stack):
    for point in range(4):
        before = len(legs(stack, f"client:{ONE}")), len(legs(stack, NUMBER))
        dial = stack.dial(NUMBER)
        if point == 0:
            stack.kill("crm-1")
            stack.start("crm-1")
        assert stack.answered(dial)["type"] == "dial.accepted"
        if point == 1:
            stack.kill("crm-1")
            stack.start("crm-1")
        stack.pick_up(ONE)
        if point == 2:
            stack.kill("crm-1")
            stack.start("crm-1")
        call = stack.pick_up(NUMBER)
        if point == 3:
            stack.kill("crm-1")
            stack.start("crm-1")
        stack.wait(ONE, dial, "connected")
        stack.hang_up(call)
        close(stack, dial)
        assert (len(legs(stack, f"client:{ONE}")), len(legs(stack, NUMBER))) == (before[0] + 1, before[1] + 1)


def test_a_dialled_customer_is_given_to_a_colleague_and_each_has_one_record(stack):
    dial, call = connected(stack)
    stack.go(TWO, "Available")
    stack.act(ONE, dial, "transfer", target={"kind": "agent", "id": TWO}, mode="cold")
    second = stack.offered(TWO)
    stack.act(TWO, second, "accept")
    stack.pick_up(TWO)
    stack.wait(TWO, second, "connected")
    stack.wait(ONE, dial, "wrapup", "transferred")
    assert stack.call(call)["status"] == "in-progress"
    stack.hang_up(call)
    stack.wait(TWO, second, "wrapup", endedBy="customer")
    assert stack.api("PUT", f"agent/interactions/{second}/wrapup", {"complete": True}, TWO)[0] == 200
    close(stack, dial)
    assert record(stack, second)["outcome"] == "completed"
    assert stack.interactions()[dial]["state"] == "transferred"
    stack.go(TWO, "Offline")


def test_a_dialled_customer_whom_nobody_takes_stays_with_the_agent(stack):
    dial, call = connected(stack)
    stack.go(TWO, "Available")
    stack.act(ONE, dial, "transfer", target={"kind": "agent", "id": TWO}, mode="cold")
    second = stack.offered(TWO)
    stack.act(TWO, second, "reject")
    stack.wait(TWO, second, "rejected")
    wait_until(lambda: stack.interactions()[dial]["transfer"]["state"] == "failed", DEADLINE, "the transfer's end")
    assert stack.wait(ONE, dial, "connected") and stack.call(call)["status"] == "in-progress"
    stack.hang_up(call)
    close(stack, dial)
    assert record(stack, second)["talkMs"] == 0
    stack.go(TWO, "Offline")


def test_a_customer_who_hangs_up_while_he_is_offered_to_somebody_is_offered_no_longer(stack):
    dial, call = connected(stack)
    stack.go(TWO, "Available")
    stack.act(ONE, dial, "transfer", target={"kind": "agent", "id": TWO}, mode="cold")
    second = stack.offered(TWO)
    stack.hang_up(call)
    stack.wait(TWO, second, "cancelled")
    close(stack, dial)
    stack.go(TWO, "Offline")


def test_an_extension_is_pressed_once_it_is_answered(stack):
    dial = stack.dial("+34 600 99 98 88", extension="12,3")
    stack.pick_up(ONE)
    call = stack.pick_up(NUMBER)
    row = stack.wait(ONE, dial, "connected")
    assert row["call"]["extension"] == "12w3"
    # The Sandbox hears no pauses.
    wait_until(lambda: stack.call(call)["tones"] == "123", DEADLINE, "the tones")
    stack.act(ONE, dial, "dtmf", digits="7#")
    wait_until(lambda: stack.call(call)["tones"] == "1237#", DEADLINE, "the agent's tones")
    stack.hang_up(call)
    close(stack, dial)


def test_a_country_that_is_forbidden_meanwhile_ends_the_call_with_the_reason(stack):
    number = "+442079460018"
    dial = stack.dial(number)
    stack.ringing(f"client:{ONE}")
    stack.sandbox("POST", "dialing", project="flex", country="GB", enabled=False)
    agent = stack.pick_up(ONE)
    row = stack.wait(ONE, dial, "completed", outcome="failed")
    assert row["call"]["reason"] == "no_permission"
    wait_until(lambda: stack.call(agent)["status"] == "completed", DEADLINE, "the end of the agent's leg")
    assert not legs(stack, number)
    # The next click is refused before anybody's telephone rings.
    refused(stack, stack.dial(number), "no_permission")
    stack.sandbox("POST", "dialing", project="flex", country="GB", enabled=True)


def test_a_click_whose_intent_was_stored_before_an_outage_is_not_dialled_after_it(stack):
    """As if the process had died between the intent and the telephone: the row is there, no leg was asked for."""
    id = "DL" + "ab" * 16
    before = len(stack.calls())
    row = {
        "id": id, "agent": ONE, "channel": "voice", "direction": "outbound", "revision": 1, "from": CALLER_ID, "to": NUMBER,
        "marks": {"requested": 1}, "steps": {},
        "dial": {"e164": NUMBER, "callerId": CALLER_ID, "agent": "waiting", "customer": "waiting", "agentAttempt": 0, "customerAttempt": 0},
    }  # fmt: skip
    stack.client.put("crm-interactions", f"{ONE}/{id}", json.dumps(row).encode())
    stack.client.put("crm-links", f"{id}/1", f"{ONE}/{id}".encode())
    data = {"dialId": id, "agentId": ONE, "number": NUMBER, "nonce": "outage01", "autoPlace": True}
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60))
    stack.client.publish(event("dial.requested", ONE, id, data, source="/gateway/dial", expiresat=until))
    refused(stack, id, "expired")
    stack.wait(ONE, id, "completed", outcome="failed")
    assert len(stack.calls()) == before


def test_the_end_of_a_call_is_understood_from_a_listing(stack):
    """What healing tells of a call has no marks of ours, only the call's SID."""
    dial, call = connected(stack)
    stack.faults(webhooks={"drop": 1.0})
    stack.hang_up(call)
    wait_until(lambda: stack.call(call)["status"] == "completed", DEADLINE, "the end of the call")
    stack.faults()
    data = {"callSid": call, "callStatus": "completed"}
    stack.client.publish(event("call.ended", call, f"healed:{call}", data, source="/twilio/flex"))
    stack.wait(ONE, dial, "wrapup")
    close(stack, dial)


def test_flex_places_the_calls_of_a_team_that_dials_by_flex():
    team = {"caller_id": CALLER_ID, "country": "ES", "dial_by": "flex", "queue_sid": "WQ" + "1" * 32, "dials_per_minute": 2}
    with CRMStack(crm={"teams": {"default": team}}) as stack:
        dial = stack.dial("600 99 98 88")
        data = stack.answered(dial)["data"]
        assert (data["status"], data["destination"], data["callerId"], data["queueSid"]) == ("flex", NUMBER, CALLER_ID, "WQ" + "1" * 32)
        assert data["taskAttributes"] == {"dialId": dial}
        assert stack.answered(stack.dial(NUMBER))["data"]["status"] == "flex"
        refused(stack, stack.dial(NUMBER), "rate_limited")
        # Nothing was placed here, and the answers are not repeated by another process.
        assert stack.calls() == []
        stack.kill("crm-1")
        stack.start("crm-1")
        assert len([row for row in stack.events("dial.accepted") if row["data"]["dialId"] == dial]) == 1
