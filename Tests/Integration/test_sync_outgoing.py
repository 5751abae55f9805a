"""Conversations that an agent begins in the app, and how the desk gets them."""

from __future__ import annotations

import json
import time

from sync_stack import SETTLE_DEADLINE, WORKERS, SyncStack, sid, wait_until


def test_an_agents_own_conversation_is_paired_and_what_the_app_sent_is_not_sent_again(plain):
    begun = plain.sandbox(
        "POST", "agent/conversations", project="frontline", worker=WORKERS[0], customer_id="+34600000001",
        channel="sms", name="Carla",
    )
    pair = plain.paired("frontline", begun["sid"], customer="+34600000001", agent=WORKERS[0])
    flex = pair.conversations["flex"]

    def bindings(side):
        rows = plain.rows(side, pair.conversations[side], "Participants")
        return [row["messaging_binding"]["address"] for row in rows if row["messaging_binding"]]

    wait_until(
        lambda: bindings("flex") == ["+34600000001"] and bindings("frontline") == [], SETTLE_DEADLINE,
        "the customer's telephone on the Flex side only",
    )
    pair.say("frontline", "good morning")
    pair.wait_for_twins(1)
    plain.sandbox("POST", "customer/sms", project="flex", **{"from": "+34600000001", "body": "hello"})
    pair.wait_for_twins(2)
    assert [row["body"] for row in plain.rows("flex", flex)] == ["good morning", "hello"]


PHONE = "+34600000001"


def begun_in_the_app(stack):
    begun = stack.sandbox(
        "POST", "agent/conversations", project="frontline", worker=WORKERS[0], customer_id=PHONE, channel="sms",
        name="Carla",
    )
    return stack.paired("frontline", begun["sid"], customer=PHONE, agent=WORKERS[0])


def telephones(stack, side, conversation):
    rows = stack.rows(side, conversation, "Participants")
    return [row["messaging_binding"]["address"] for row in rows if row["messaging_binding"]]


def has_moved(stack, pair):
    return (
        telephones(stack, "flex", pair.conversations["flex"]) == [PHONE]
        and telephones(stack, "frontline", pair.conversations["frontline"]) == []
    )


def tasks_of(stack, conversation):
    rows = stack.rest("flex", "GET", "taskrouter", f"v1/Workspaces/{sid('WS', 'flex')}/Tasks?PageSize=100")["tasks"]
    return [row for row in rows if json.loads(row["attributes"]).get("conversationSid") == conversation]


def notices(stack, agent):
    path = f"v1/Services/{sid('IS', 'frontline')}/ParticipantConversations?Identity=NotifyAgent.{agent}"
    found = stack.rest("frontline", "GET", "conversations", path)["conversations"]
    return [row["body"] for row in stack.rows("frontline", found[0]["conversation_sid"])] if found else []


def test_a_lost_answer_to_an_interaction_makes_no_second_one(plain):
    plain.faults(
        seed=3,
        rules=[
            {
                "project": "flex",
                "match": {"product": "flex-api", "method": "POST", "path_prefix": "/v1/Interactions"},
                "times": 1,
                "effect": {"lost_answer": True},
            }
        ],
    )
    pair = begun_in_the_app(plain)
    wait_until(lambda: has_moved(plain, pair), SETTLE_DEADLINE, "the customer on the Flex side only")
    wait_until(lambda: tasks_of(plain, pair.conversations["flex"]), SETTLE_DEADLINE, "the piece of work")
    wait_until(
        lambda: plain.metric("sync-1", "patchbay_sync_handlings_retried_total") > 0, SETTLE_DEADLINE,
        "an attempt that was repeated",
    )
    pair.say("frontline", "good morning")
    pair.wait_for_twins(1)
    assert plain.sandbox("GET", "faults")["made"], "the answer was lost"
    assert len(tasks_of(plain, pair.conversations["flex"])) == 1


def test_a_customer_of_another_conversation_stays_with_the_agent_who_is_told(plain):
    plain.sandbox("POST", "customer/sms", project="flex", **{"from": PHONE, "body": "is anybody there?"})
    pair = begun_in_the_app(plain)
    wait_until(
        lambda: any("another conversation" in body for body in notices(plain, WORKERS[0])), SETTLE_DEADLINE, "a notice"
    )
    assert telephones(plain, "frontline", pair.conversations["frontline"]) == [PHONE]
    assert telephones(plain, "flex", pair.conversations["flex"]) == []
    pair.say("frontline", "good morning")
    pair.wait_for_twins(1)
    assert tasks_of(plain, pair.conversations["flex"]) == []


def test_a_customer_on_the_way_is_somewhere_whenever_the_process_is_killed(plain):
    plain.faults(
        seed=5,
        rules=[
            {"project": "*", "match": {"product": "conversations", "method": method}, "effect": {"latency_ms": 150}}
            for method in ("POST", "DELETE")
        ],
    )
    pair = begun_in_the_app(plain)

    def is_somewhere():
        # In this order: whoever has left the app was on the other side before.
        in_app = telephones(plain, "frontline", pair.conversations["frontline"])
        return in_app == [PHONE] or telephones(plain, "flex", pair.conversations["flex"]) == [PHONE]

    for _ in range(6):
        deadline = time.monotonic() + 0.2
        while time.monotonic() < deadline:
            assert is_somewhere()
        plain.kill("sync-1")
        assert is_somewhere()
        plain.start("sync-1")
    wait_until(lambda: has_moved(plain, pair), SETTLE_DEADLINE, "the customer on the Flex side only")
    wait_until(lambda: tasks_of(plain, pair.conversations["flex"]), SETTLE_DEADLINE, "the piece of work")
    pair.say("frontline", "good morning")
    pair.wait_for_twins(1)
    assert len(tasks_of(plain, pair.conversations["flex"])) == 1


def test_an_agents_own_conversation_of_the_old_dialect_reaches_the_telephone_through_proxy():
    stack = SyncStack(flex="chat")
    service = "KS" + "a" * 32
    settings = json.loads(stack.config.read_text())
    settings["sandbox"]["projects"]["flex"]["proxy_service_sid"] = service
    settings["sync"]["sides"]["flex"] |= {"proxy_service_sid": service, "webhooks_for_copies": True}
    stack.config.write_text(json.dumps(settings))
    with stack:
        stack.faults(
            seed=9,
            rules=[
                {
                    "project": "flex",
                    "match": {"product": product, "method": "POST"},
                    "times": 1,
                    "effect": {"lost_answer": True},
                }
                for product in ("flex-api", "proxy")
            ],
        )
        pair = begun_in_the_app(stack)
        channel = pair.conversations["flex"]
        wait_until(
            lambda: telephones(stack, "frontline", pair.conversations["frontline"]) == [], SETTLE_DEADLINE,
            "the customer's telephone out of the app's conversation",
        )
        session = stack.rest("flex", "GET", "proxy", f"v1/Services/{service}/Sessions/{channel}")
        path = f"v1/Services/{service}/Sessions/{session['sid']}"
        assert session["unique_name"] == channel and session["mode"] == "message-only"
        parties = stack.rest("flex", "GET", "proxy", f"{path}/Participants")["participants"]
        assert {row["identifier"] for row in parties} == {channel, PHONE}
        pair.say("frontline", "good morning")
        pair.wait_for_twins(1)
        sent = stack.rest("flex", "GET", "proxy", f"{path}/Interactions")["interactions"]
        assert [json.loads(row["data"])["body"] for row in sent] == ["good morning"]
        stack.sandbox("POST", "customer/sms", project="flex", **{"from": PHONE, "body": "hello"})
        pair.wait_for_twins(2)
        attributes = json.loads(stack.rest("flex", "GET", *stack.collection("flex", channel))["attributes"])
        assert attributes["proxySession"] == session["sid"]
        assert attributes["ConversationSid"] == pair.conversations["frontline"]
        rows = stack.rest("flex", "GET", "taskrouter", f"v1/Workspaces/{sid('WS', 'flex')}/Tasks")["tasks"]
        work = [json.loads(row["attributes"]) for row in rows]
        assert [row["channelSid"] for row in work] == [channel]
        assert work[0]["direction"] == "outbound" and work[0]["to"] == PHONE
        flows = stack.rest("flex", "GET", "flex-api", "v1/FlexFlows")["flex_flows"]
        assert [(row["friendly_name"], row["enabled"]) for row in flows] == [("Outbound SMS", False)]
