"""Two projects kept in step by real processes: messages in both directions, in both dialects, through kills and faults."""

from __future__ import annotations

import base64
import json
import time

import pytest

from sync_stack import ACCOUNTS, SETTLE_DEADLINE, SIDES, WORKERS, SyncStack, sid, wait_until
from twins import said_once

DIALECTS = [
    ("conversations", "conversations"),
    ("chat", "conversations"),
    ("conversations", "chat"),
    ("chat", "chat"),
]


@pytest.fixture(params=DIALECTS, ids=lambda dialects: "-".join(dialects))
def stack(request):
    flex, frontline = request.param
    with SyncStack(flex=flex, frontline=frontline) as stack:
        yield stack


@pytest.fixture
def plain():
    with SyncStack() as stack:
        yield stack


def test_a_chat_is_paired_with_its_backlog_and_goes_on_in_both_directions(stack):
    chat = stack.sandbox("POST", "customer/chats", project="flex", name="Ana", body="hello")
    conversation = chat["conversation_sid"]
    for number in range(5):
        stack.sandbox(
            "POST", f"conversations/{conversation}/messages", project="flex", author=chat["identity"],
            body=f"early {number}",
        )
    stack.accept(conversation, customerName="Ana")
    pair = stack.paired("flex", conversation, chat["identity"], WORKERS[0])
    pair.wait_for_twins(6)
    for number in range(5):
        pair.say("frontline", f"answer {number}")
        pair.say("flex", f"question {number}")
    flex, frontline = pair.wait_for_twins(16)
    assert said_once(flex, pair.said["flex"]) == []
    assert said_once(frontline, pair.said["frontline"]) == []


def test_the_agent_and_the_customer_take_part_on_both_sides(plain):
    pair = plain.web_chat()
    pair.wait_for_twins()

    def names():
        rows = plain.rows("frontline", pair.conversations["frontline"], "Participants")
        return {row["identity"] for row in rows} >= {pair.customer, pair.agent}

    wait_until(names, SETTLE_DEADLINE, "customer and agent in the app's conversation")
    rows = plain.rows("frontline", pair.conversations["frontline"], "Participants")
    customer = next(row for row in rows if row["identity"] == pair.customer)
    assert json.loads(customer["attributes"])["display_name"] == "Ana"


def test_edits_and_deletions_follow(plain):
    pair = plain.web_chat()
    first = pair.say("flex", "frist")
    second = pair.say("flex", "to be deleted")
    pair.wait_for_twins(3)
    conversation = pair.conversations["flex"]
    plain.sandbox(
        "POST", f"conversations/{conversation}/edit", project="flex", message_sid=first["sid"], author=pair.customer,
        body="first",
    )
    plain.sandbox(
        "POST", f"conversations/{conversation}/remove", project="flex", message_sid=second["sid"], author=pair.customer
    )

    def follows():
        bodies = [row["body"] for row in plain.rows("frontline", pair.conversations["frontline"])]
        return bodies == ["hello", "first"]

    wait_until(follows, SETTLE_DEADLINE, "the edit and the deletion")
    assert pair.differences() == []


@pytest.mark.parametrize("side", SIDES)
def test_the_end_of_one_side_ends_the_other_after_the_last_message(plain, side):
    pair = plain.web_chat()
    pair.wait_for_twins(1)
    other = SIDES[1 - SIDES.index(side)]
    pair.say(side, "good bye")
    plain.sandbox("POST", f"conversations/{pair.conversations[side]}/close", project=side)

    def is_closed():
        product, path = plain.collection(other, pair.conversations[other])
        return plain.rest(other, "GET", product, path)["state"] == "closed"

    wait_until(is_closed, SETTLE_DEADLINE, "the end of the other side")
    assert [row["body"] for row in plain.rows(other, pair.conversations[other])][-1] == "good bye"
    assert pair.differences() == []


def test_a_kill_in_the_middle_loses_and_doubles_nothing():
    with SyncStack(syncs=2) as stack:
        pairs = [stack.web_chat(f"customer {number}") for number in range(4)]
        for round in range(10):
            for pair in pairs:
                pair.say("flex", f"question {round}")
                pair.say("frontline", f"answer {round}")
            victim = stack.syncs[round % 2]
            if round in (2, 3, 6):
                stack.kill(victim)
                stack.start(victim)
        for pair in pairs:
            flex, frontline = pair.wait_for_twins(21)
            assert said_once(flex, pair.said["flex"]) == []
            assert said_once(frontline, pair.said["frontline"]) == []


def test_lost_answers_of_writes_double_nothing(plain):
    pair = plain.web_chat()
    pair.wait_for_twins(1)
    plain.faults(
        seed=7,
        rules=[{"project": "*", "match": {"method": "POST"}, "probability": 0.3, "effect": {"lost_answer": True}}],
    )
    for number in range(12):
        pair.say("flex", f"question {number}")
    wait_until(
        lambda: plain.metric("sync-1", "patchbay_sync_messages_adopted_total") > 0, SETTLE_DEADLINE, "a copy found by its tag"
    )
    plain.faults()
    pair.wait_for_twins(13)


def test_what_was_written_while_a_side_was_away_arrives_once_and_in_order(plain):
    pair = plain.web_chat()
    pair.wait_for_twins(1)
    plain.faults(seed=1, down=[{"project": "frontline", "seconds": 600}])
    for number in range(20):
        pair.say("flex", f"while away {number}")
    wait_until(
        lambda: plain.metric("sync-1", "patchbay_sync_pairs_waiting", side="frontline") == 1,
        SETTLE_DEADLINE, "a pair that waits",
    )
    plain.faults()
    pair.wait_for_twins(21)


def test_messages_cost_no_listing_when_they_come_one_by_one(plain):
    pair = plain.web_chat()
    pair.wait_for_twins(1)
    listings = plain.metric("sync-1", "patchbay_sync_listings_total")
    for number in range(20):
        pair.say("flex", f"one {number}")
    pair.wait_for_twins(21)
    assert plain.metric("sync-1", "patchbay_sync_listings_total") - listings <= 1


def test_shadow_writes_nothing():
    with SyncStack(mode="shadow") as stack:
        chat = stack.sandbox("POST", "customer/chats", project="flex", name="Ana", body="hello")
        stack.accept(chat["conversation_sid"])
        wait_until(lambda: "Shadow: would write" in stack.log("sync-1"), SETTLE_DEADLINE, "what would be written")
        assert stack.find("frontline", f"ff:{ACCOUNTS['flex']}:{chat['conversation_sid']}") is None
        rows = stack.rows("flex", chat["conversation_sid"])
        assert all("patchbay" not in json.loads(row["attributes"]) for row in rows)


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


def files(*names):
    return [
        {"data": base64.b64encode(name.encode()).decode(), "content_type": "image/png", "filename": name}
        for name in names
    ]


def write_files(stack, pair, side, author, body, *names):
    return stack.sandbox(
        "POST", f"conversations/{pair.conversations[side]}/messages", project=side, author=author, body=body,
        media=files(*names),
    )


def bodies_and_files(stack, pair, side):
    rows = stack.rows(side, pair.conversations[side])
    return [(row["body"] or "", [item["filename"] for item in all_media(row)]) for row in rows]


def all_media(row):
    media = row.get("media") or []
    return media if isinstance(media, list) else [media]


def test_a_file_goes_along(plain):
    pair = plain.web_chat()
    write_files(plain, pair, "flex", pair.customer, "see", "a.png")
    pair.wait_for_twins(2)


@pytest.mark.parametrize("frontline", ["conversations", "chat"])
def test_several_files_of_a_message_go_along_in_order_and_once_through_lost_answers_and_a_kill(frontline):
    with SyncStack(frontline=frontline) as stack:
        pair = stack.web_chat()
        pair.wait_for_twins(1)
        stack.faults(
            seed=11,
            rules=[
                {
                    "project": "frontline",
                    "match": {"product": product, "method": "POST"},
                    "probability": 0.3,
                    "effect": {"lost_answer": True},
                }
                for product in ("conversations", "chat")
            ],
        )
        pair.say("flex", "before")
        message = write_files(stack, pair, "flex", pair.customer, "see", "a.png", "b.png", "c.png")
        pair.say("flex", "after")
        wait_until(
            lambda: len(stack.rows("frontline", pair.conversations["frontline"])) >= 3, SETTLE_DEADLINE, "a part"
        )
        stack.kill("sync-1")
        stack.start("sync-1")
        stack.faults()
        wanted = [
            ("hello", []), ("before", []), ("", ["a.png"]), ("", ["b.png"]), ("see", ["c.png"]), ("after", []),
        ]
        wait_until(
            lambda: bodies_and_files(stack, pair, "frontline")[-1:] == wanted[-1:], SETTLE_DEADLINE, "the last message"
        )
        assert bodies_and_files(stack, pair, "frontline") == wanted
        pair.wait_for_twins()
        conversation = pair.conversations["flex"]
        stack.sandbox(
            "POST", f"conversations/{conversation}/edit", project="flex", message_sid=message["sid"],
            author=pair.customer, body="look",
        )
        wait_until(
            lambda: ("look", ["c.png"]) in bodies_and_files(stack, pair, "frontline"), SETTLE_DEADLINE, "the edit"
        )
        stack.sandbox(
            "POST", f"conversations/{conversation}/remove", project="flex", message_sid=message["sid"],
            author=pair.customer,
        )
        wait_until(
            lambda: bodies_and_files(stack, pair, "frontline") == wanted[:2] + wanted[-1:], SETTLE_DEADLINE,
            "the message gone, with all of its files",
        )


def test_many_edits_and_deletions_while_a_side_is_away_are_followed_each(plain):
    pair = plain.web_chat()
    written = [pair.say("flex", f"message {number}") for number in range(150)]
    pair.wait_for_twins(151)
    conversation = pair.conversations["flex"]
    plain.faults(seed=1, down=[{"project": "frontline", "seconds": 600}])
    for number, message in enumerate(written):
        act = {"message_sid": message["sid"], "author": pair.customer}
        if number % 10 == 0:
            plain.sandbox("POST", f"conversations/{conversation}/remove", project="flex", **act)
        else:
            for attempt in ("draft", "edited"):
                plain.sandbox(
                    "POST", f"conversations/{conversation}/edit", project="flex", body=f"{attempt} {number}", **act
                )
    pair.say("flex", "while away")

    wait_until(
        lambda: plain.metric("sync-1", "patchbay_sync_pairs_waiting", side="frontline") == 1, SETTLE_DEADLINE,
        "one pair that waits",
    )
    plain.faults()
    expected = ["hello"] + [f"edited {number}" for number in range(150) if number % 10] + ["while away"]
    wait_until(
        lambda: [row["body"] for row in plain.rows("frontline", pair.conversations["frontline"])] == expected,
        SETTLE_DEADLINE, "every edit and every deletion",
    )
    pair.wait_for_twins()
    topics = [json.loads(row.record.payload) for row in plain.bus().read_all(filters=["sync.pump"])]
    waited = [row for row in topics if "waiting:" in row["id"]]
    assert waited and not [row for row in waited if row["data"]["reason"] == "repair"], "nothing had to be compared"


def test_who_has_read_and_who_has_left_is_the_same_on_both_sides(plain):
    pair = plain.web_chat()
    pair.say("frontline", "read this")
    pair.wait_for_twins(2)
    conversation = pair.conversations["flex"]

    def customer():
        rows = plain.rows("frontline", pair.conversations["frontline"], "Participants")
        return next((row for row in rows if row["identity"] == pair.customer), None)

    wait_until(customer, SETTLE_DEADLINE, "the customer in the app's conversation")
    plain.sandbox("POST", f"conversations/{conversation}/read", project="flex", identity=pair.customer)
    wait_until(lambda: customer()["last_read_message_index"] == 1, SETTLE_DEADLINE, "the read horizon")
    plain.sandbox("POST", f"conversations/{conversation}/leave", project="flex", identity=pair.customer)
    wait_until(lambda: customer() is None, SETTLE_DEADLINE, "the customer's leaving")


def test_the_samples_link_is_adopted_and_nothing_is_copied_again():
    with SyncStack(flex="chat") as stack:
        chat = stack.sandbox("POST", "customer/chats", project="flex", name="Ana", body="copied by the sample")
        product, path = stack.collection("frontline")
        twin = stack.rest("frontline", "POST", product, path, FriendlyName="Ana")
        stack.rest("frontline", "POST", product, f"{path}/{twin['sid']}/Messages", Body="copied by the sample")
        product, path = stack.collection("flex", chat["conversation_sid"])
        stack.rest("flex", "POST", product, path, Attributes=json.dumps({"ConversationSid": twin["sid"]}))
        stack.accept(chat["conversation_sid"])
        conversation = chat["conversation_sid"]
        stack.sandbox(
            "POST", f"conversations/{conversation}/messages", project="flex", author=chat["identity"], body="new"
        )
        wait_until(
            lambda: [row["body"] for row in stack.rows("frontline", twin["sid"])] == ["copied by the sample", "new"],
            SETTLE_DEADLINE, "the new message, and only that",
        )


def test_work_accepted_just_before_the_first_start_is_paired():
    stack = SyncStack()
    try:
        stack.start("broker", "sandbox", "gateway")
        chat = stack.sandbox("POST", "customer/chats", project="flex", name="Ana", body="hello")
        stack.accept(chat["conversation_sid"])
        stack.start("sync-1")
        stack.paired("flex", chat["conversation_sid"], chat["identity"], WORKERS[0]).wait_for_twins(1)
    finally:
        stack.close()


def test_an_agent_with_two_names_is_one_person():
    with SyncStack(sync={"agents": {"identities": ["agent.one=mobile.one"]}}) as stack:
        pair = stack.web_chat()
        pair.agent = "mobile.one"
        pair.say("frontline", "good morning")
        pair.wait_for_twins(2)
        rows = stack.rows("frontline", pair.conversations["frontline"], "Participants")
        assert {row["identity"] for row in rows} >= {"mobile.one"}
        assert stack.rows("flex", pair.conversations["flex"])[-1]["author"] == "agent.one"
