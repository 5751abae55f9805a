"""Calls that agents click, from the click to the record: Broker, Gateway, Sandbox and patchbay-crm are real."""

from __future__ import annotations

import pytest

import crm_oracle
from crm_stack import CALLER_ID, DEADLINE, ONE, CRMStack
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
