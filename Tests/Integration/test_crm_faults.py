"""Calls while things fail: webhooks lost, repeated and out of order, processes killed, wrap-ups forgotten."""

from __future__ import annotations

import pytest

import crm_oracle
from crm_stack import DEADLINE, FINAL, ONE, CRMStack
from sync_stack import wait_until
from test_crm_calls import record


def settle(stack, ids: list[str]) -> None:
    for id in ids:
        wait_until(lambda: id in crm_oracle.logs(stack), 2 * DEADLINE, f"the record of {id}: {stack.interactions().get(id)}")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_webhooks_repeated_and_out_of_order_around_hang_up_leave_one_record(seed):
    with CRMStack(crms=2, seed=seed) as stack:
        stack.faults(seed=seed, webhooks={"duplicate": 0.5, "reorder": 0.7})
        ids = []
        for turn in range(3):
            id, call = stack.answered_call()
            if turn % 2:
                stack.act(ONE, id, "hangup")
            else:
                stack.hang_up(call)
            stack.wait(ONE, id, "wrapup")
            stack.act(ONE, id, "complete")
            ids.append(id)
        settle(stack, ids)
        stack.faults()
        wait_until(lambda: not crm_oracle.problems(stack), DEADLINE, f"the oracle, seed {seed}: {crm_oracle.problems(stack)}")
        assert all(record(stack, id)["outcome"] == "completed" for id in ids)


def test_webhooks_lost_around_hang_up_leave_one_record_all_the_same():
    with CRMStack(crm={"wrapup_limit_seconds": 2}) as stack:
        id, call = stack.answered_call()
        # The customer's hang-up is not heard of; what TaskRouter says later ends it.
        stack.faults(webhooks={"drop": 1.0})
        stack.hang_up(call)
        wait_until(lambda: stack.call(call)["status"] == "completed", DEADLINE, "the end of the call")
        stack.faults()
        stack.rest("flex", "POST", "taskrouter", f"v1/Workspaces/{stack_workspace()}/Tasks/{id}", AssignmentStatus="completed")
        settle(stack, [id])
        assert record(stack, id)["outcome"] == "completed"
        assert stack.interactions()[id]["state"] in FINAL


def stack_workspace() -> str:
    from sync_stack import sid

    return sid("WS", "flex")


def test_a_forgotten_wrap_up_is_recorded_after_its_limit():
    with CRMStack(crm={"wrapup_limit_seconds": 1}) as stack:
        id, call = stack.answered_call()
        stack.hang_up(call)
        settle(stack, [id])
        # From the end that was heard of first; another event may tell of an earlier one, by less than a second.
        assert 1_000 <= record(stack, id)["wrapMs"] < 2_000
        # Notes that come later are the same record.
        assert stack.api("PUT", f"agent/interactions/{id}/wrapup", {"notes": "late", "complete": True})[0] == 200
        assert (record(stack, id)["notes"], record(stack, id)["revision"]) == ("late", 2)
        # TaskRouter has the worker back: his reservation waits for nobody.
        path = f"v1/Workspaces/{stack_workspace()}/Tasks/{id}/Reservations"

        def statuses():
            return [row["reservation_status"] for row in stack.rest("flex", "GET", "taskrouter", path)["reservations"]]

        wait_until(lambda: statuses() == ["completed"], DEADLINE, "the end of the reservation")


def test_a_hang_up_of_which_nothing_is_heard_ends_the_call_all_the_same():
    with CRMStack() as stack:
        id, call = stack.answered_call()
        stack.faults(webhooks={"drop": 1.0})
        stack.act(ONE, id, "hangup")
        wait_until(lambda: stack.call(call)["status"] == "completed", DEADLINE, "the end of the call")
        stack.faults()
        # The provider is asked half a minute after the hang-up.
        wait_until(lambda: stack.interactions()[id]["state"] == "wrapup", 3 * DEADLINE, "the end of the interaction")
        stack.act(ONE, id, "complete")
        settle(stack, [id])
        assert record(stack, id)["outcome"] == "completed"


def test_the_record_opens_when_the_agent_selects_the_task_where_that_is_the_trigger():
    with CRMStack(crm={"pops": {"voice": {"inbound": "selected"}}}) as stack:
        id, call = stack.answered_call()
        assert stack.events("pop.requested") == []
        assert stack.api("PUT", "agent/selection", {"interactionId": id})[0] == 204
        [pop] = stack.events("pop.requested")
        assert (pop["data"]["trigger"], pop["data"]["interactionId"]) == ("selected", id)
        stack.hang_up(call)


def test_a_killed_process_and_a_restarted_gateway_lose_nothing_of_a_call():
    with CRMStack() as stack:
        id, call = stack.answered_call()
        stack.kill("crm-1")
        stack.telephone(call, "hold")
        stack.start("crm-1")
        stack.wait(ONE, id, "connected", held=True)
        stack.stop("gateway")
        stack.start("gateway")
        stack.telephone(call, "unhold")
        stack.wait(ONE, id, "connected", held=False)
        stack.kill("crm-1")
        stack.hang_up(call)
        stack.start("crm-1")
        stack.wait(ONE, id, "wrapup", endedBy="customer")
        stack.act(ONE, id, "complete")
        settle(stack, [id])
        wait_until(lambda: not crm_oracle.problems(stack), DEADLINE, "the oracle")


def test_a_required_code_is_required():
    codes = [{"queue": "*", "required": True, "codes": ["sold=Sold", "other=Else*"]}]
    with CRMStack(crm={"dispositions": codes}) as stack:
        id, call = stack.answered_call()
        stack.hang_up(call)
        row = stack.wait(ONE, id, "wrapup")
        assert row["disposition"]["required"] and [code["code"] for code in row["disposition"]["codes"]] == ["sold", "other"]

        def wrap(**body):
            return stack.api("PUT", f"agent/interactions/{id}/wrapup", {"complete": True} | body)

        assert wrap()[0] == 422 and wrap(dispositionCode="other")[1]["code"] == "crm.disposition_required"
        assert wrap(dispositionCode="nonsense")[0] == 400
        assert wrap(dispositionCode="other", notes="because")[0] == 200
        settle(stack, [id])
        assert record(stack, id)["dispositionCode"] == "other"


def test_a_chat_is_answered_in_the_panel_and_recorded():
    with CRMStack() as stack:
        chat = stack.sandbox("POST", "customer/chats", project="flex", name="Zoë", body="hello")
        id = stack.offered(ONE)
        stack.act(ONE, id, "accept")
        row = stack.wait(ONE, id, "connected")
        assert (row["channel"], row["conversationSid"]) == ("chat", chat["conversation_sid"])
        status, sent = stack.api("POST", f"agent/interactions/{id}/messages", {"body": "good morning", "requestId": "m1"})
        assert (status, sent["direction"]) == (201, "out")
        again = stack.api("POST", f"agent/interactions/{id}/messages", {"body": "good morning", "requestId": "m1"})
        assert again[1]["messageSid"] == sent["messageSid"]
        lines = stack.api("GET", f"agent/interactions/{id}/messages")[1]["items"]
        assert [(line["body"], line["direction"]) for line in lines] == [("hello", "in"), ("good morning", "out")]
        stack.act(ONE, id, "complete")
        settle(stack, [id])
        assert record(stack, id)["channel"] == "chat"
